"""Where files lie, what they are called, and who brought them."""

import secrets
from pathlib import PurePath

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _


def public_storage() -> Storage:
    """Return the storage whose files readers may fetch."""
    return storages["public"]


def unguessable_name(instance: models.Model, filename: str) -> str:
    """Return a path that tells nothing about a file but what it is for."""
    suffix = PurePath(filename).suffix.lower()
    return f"{type(instance).__name__.lower()}/{secrets.token_urlsafe(16)}{suffix}"


class DeletedFile(models.Model):
    """A file that is in the bucket no more: machines that fetched it delete it as well."""

    area = models.CharField(max_length=20)
    name = models.TextField()

    def __str__(self) -> str:
        return self.name


class Uploaded(models.Model):
    """Who uploaded a file; Wagtail's default models hold the field's usual reverse name."""

    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="uploaded_%(class)ss",
        verbose_name=_("uploaded by"),
    )
    uploaded_by_user.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]  # as in Wagtail

    class Meta:
        abstract = True
