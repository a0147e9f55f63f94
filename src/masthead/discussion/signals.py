"""What the discussion does when a story is published or corrected."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.signals import page_published

from masthead.discussion.models import Notice
from masthead.discussion.passages import find_passages_again
from masthead.stories.models import Correction, Story


@receiver(page_published, sender=Story)
def on_published(instance: Story, **_kwargs: Any) -> None:
    find_passages_again(story=instance)


@receiver(post_save, sender=Correction)
def tell_followers(instance: Correction, *, created: bool, raw: bool, **_kwargs: Any) -> None:
    """Note, in the transaction that puts a correction on record, that followers are to be told."""
    if created and not raw:
        Notice.objects.create(correction=instance)
