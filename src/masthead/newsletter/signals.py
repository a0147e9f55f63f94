"""What happens by itself: the first letter in a language opens the place where letters stand."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from masthead.newsletter.actions import open_archive
from masthead.newsletter.models import LetterList


@receiver(post_save, sender=LetterList)
def on_saved(instance: LetterList, **kwargs: Any) -> None:
    if not kwargs["raw"]:
        open_archive(letter_list=instance)
