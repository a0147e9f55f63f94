"""Two abstract models: a name for the outside world, and where an imported thing came from."""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def new_public_id() -> str:
    """Return 128 random bits as 22 characters that are safe in an address (RFC 4648, section 5)."""
    return secrets.token_urlsafe(16)


class PublicIdentity(models.Model):
    """Gives a row a random name, so that no address tells how many rows there are."""

    public_id = models.CharField(max_length=22, unique=True, editable=False, default=new_public_id)

    class Meta:
        abstract = True


class ImportedIdentity(models.Model):
    """Remembers which row of which other system this row was imported from."""

    source = models.CharField(_("imported from"), max_length=64, blank=True, editable=False)
    external_id = models.CharField(
        _("identifier there"), max_length=255, blank=True, editable=False
    )

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(source=""),
                name="%(app_label)s_%(class)s_imported_once",
            )
        ]
