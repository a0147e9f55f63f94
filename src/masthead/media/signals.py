"""What follows when a rendition or a clip goes. Wagtail does the same for its own models."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_init, post_save
from django.dispatch import receiver

from masthead.media.models import Clip, Image, Rendition, public_storage
from masthead.media.sizes import ALL

CLIP_FILES = ("file", "captions")


@receiver(post_delete, sender=Rendition)
def make_anew(instance: Rendition, **_kwargs: Any) -> None:
    """Let the worker make a rendition again that was deleted without its picture."""
    if instance.filter_spec in ALL:
        Image.objects.filter(pk=instance.image_id).update(rendition_set="")


@receiver(post_init, sender=Clip)
def remember_files(instance: Clip, **_kwargs: Any) -> None:
    """Keep the names of a clip's files, to know those that it loses."""
    loaded = instance.__dict__
    instance.stored_files = {name: str(loaded[name]) for name in CLIP_FILES if loaded.get(name)}


@receiver(post_save, sender=Clip)
def delete_replaced_files(instance: Clip, **_kwargs: Any) -> None:
    """Delete the files that a clip had before it was saved, once that is certain."""
    kept = {name: getattr(instance, name).name for name in CLIP_FILES if getattr(instance, name)}
    _delete_on_commit(set(instance.stored_files.values()) - set(kept.values()))
    instance.stored_files = kept


@receiver(post_delete, sender=Clip)
def delete_files(instance: Clip, **_kwargs: Any) -> None:
    """Delete a deleted clip's files, once that is certain."""
    _delete_on_commit(set(instance.stored_files.values()))


def _delete_on_commit(names: set[str]) -> None:
    storage = public_storage()
    for name in names:
        transaction.on_commit(partial(storage.delete, name))
