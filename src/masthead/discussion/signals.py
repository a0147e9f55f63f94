"""What the discussion does when a story is published."""

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_published

from masthead.discussion.passages import find_passages_again
from masthead.stories.models import Story


@receiver(page_published, sender=Story)
def on_published(instance: Story, **_kwargs: Any) -> None:
    find_passages_again(story=instance)
