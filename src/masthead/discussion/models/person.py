"""Who comments, and who may not."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.lib.identity import PublicIdentity


class Standing(models.TextChoices):
    """What the desk decided about a person."""

    NEW = "", _("nothing decided")
    TRUSTED = "trusted", _("trusted: published at once")
    MUTED = "muted", _("muted: everything is held")


class Commenter(PublicIdentity):
    """Somebody who comments from one browser, or signed in.

    The ``public_id`` stands in a signed cookie. A guest's address is proven in this browser once
    ``confirmed_at`` is set; until then it says nothing about who writes.
    """

    name = models.CharField(max_length=60, blank=True)
    address = models.ForeignKey(
        "readers.Address", models.SET_NULL, null=True, blank=True, related_name="commenters"
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="commenter"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.NEW, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("commenter")
        verbose_name_plural = _("commenters")
        default_permissions = ("change", "view")

    def __str__(self) -> str:
        return self.name or self.public_id


class BanKind(models.TextChoices):
    """What a ban is known by."""

    ADDRESS = "address", _("e-mail address")
    NETWORK = "network", _("network")
    DOMAIN = "domain", _("mail domain")


class Ban(models.Model):
    """Somebody, or somewhere, from which no comment is taken. Addresses stand as keyed hashes."""

    kind = models.CharField(max_length=10, choices=BanKind)
    value = models.CharField(max_length=255)
    reason = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "value"], name="discussion_ban_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}"
