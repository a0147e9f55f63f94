"""What the discussion notes when a story is corrected."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from masthead.discussion.models import Notice
from masthead.stories.models import Correction


@receiver(post_save, sender=Correction)
def tell_followers(instance: Correction, *, created: bool, raw: bool, **_kwargs: Any) -> None:
    """Note, in the transaction that puts a correction on record, that followers are to be told."""
    if created and not raw:
        Notice.objects.create(correction=instance)
