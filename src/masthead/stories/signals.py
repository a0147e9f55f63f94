"""What happens when a story is published."""

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_published

from masthead.stories.actions import choose_related
from masthead.stories.models import Story


@receiver(page_published, sender=Story)
def on_published(instance: Story, **_kwargs: Any) -> None:
    choose_related(instance)
