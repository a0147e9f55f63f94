"""Addresses to which no letter goes, and why."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SuppressionReason(models.TextChoices):
    """Why an address gets no letters."""

    NO_MAILBOX = "no mailbox", _("there is no such mailbox")
    GIVEN_UP = "given up", _("mail came back for weeks")
    COMPLAINT = "complaint", _("its reader called our mail spam")
    LEFT = "left", _("its reader had left before it came here")
    BY_HAND = "by hand", _("the newsroom decided so")


class Suppression(models.Model):
    """An address that gets no letter; the mails that its owner asks for still go out.

    Whoever left elsewhere, before we knew of them, may ask us anew; all others are past asking.
    """

    email = models.EmailField(_("address"), max_length=320, unique=True)
    reason = models.CharField(_("reason"), max_length=12, choices=SuppressionReason)
    evidence = models.TextField(_("what was answered"), blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        ordering: ClassVar = ["-since", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.email
