"""What happens by itself: a place for letters is opened; what is deleted is not sent."""

from typing import Any

from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver

from masthead.newsletter.actions import open_archive, stop
from masthead.newsletter.models import Edition, LetterList


@receiver(post_save, sender=LetterList)
def on_saved(instance: LetterList, **kwargs: Any) -> None:
    if not kwargs["raw"]:
        open_archive(letter_list=instance)


@receiver(pre_delete, sender=Edition)
def on_deleted(instance: Edition, **_kwargs: Any) -> None:
    stop(edition=instance)
