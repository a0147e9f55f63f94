"""What follows when a rendition or a clip goes. Wagtail does the same for its own models."""

from functools import partial
from typing import Any

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models.signals import post_delete, post_init, post_save
from django.dispatch import receiver

from masthead.media.models import (
    Clip,
    FormerFile,
    Image,
    Rendition,
    Rung,
    Upload,
    public_storage,
)
from masthead.media.sizes import ALL
from masthead.media.uploads import path_of

CLIP_FILES = ("original", "file", "playlist", "captions")


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
    """Delete the files that a clip had before it was saved, but those that pages name yet."""
    kept = {name: getattr(instance, name).name for name in CLIP_FILES if getattr(instance, name)}
    for field, name in instance.stored_files.items():
        is_former = FormerFile.objects.filter(name=name).exists()
        if kept.get(field) != name and not is_former:
            _delete_on_commit(_storage(field), name)
    instance.stored_files = kept


@receiver(post_delete, sender=Clip)
def delete_files(instance: Clip, **_kwargs: Any) -> None:
    """Delete a deleted clip's files, once that is certain."""
    for field, name in instance.stored_files.items():
        _delete_on_commit(_storage(field), name)


@receiver(post_delete, sender=Rung)
def delete_rung(instance: Rung, **_kwargs: Any) -> None:
    """Delete the files of a version."""
    for file in (instance.file, instance.playlist):
        _delete_on_commit(file.storage, str(file.name))


@receiver(post_delete, sender=FormerFile)
def delete_former_file(instance: FormerFile, **_kwargs: Any) -> None:
    """Delete a file for which another stands."""
    _delete_on_commit(public_storage(), instance.name)


@receiver(post_delete, sender=Upload)
def delete_upload(instance: Upload, **_kwargs: Any) -> None:
    """Delete what has come of a file that nobody waits for."""
    transaction.on_commit(partial(path_of(instance).unlink, missing_ok=True))


def _storage(field: str) -> Storage:
    storage: Storage = Clip._meta.get_field(field).storage  # type: ignore[union-attr]  # a file field
    return storage


def _delete_on_commit(storage: Storage, name: str) -> None:
    transaction.on_commit(partial(storage.delete, name))
