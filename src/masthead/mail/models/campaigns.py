"""Letters to many: what is sent, and what became of it for each recipient."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.lib.identity import PublicIdentity


class CampaignState(models.TextChoices):
    """Where a letter is on its way."""

    PREPARED = "prepared", _("being prepared")
    SCHEDULED = "scheduled", _("scheduled")
    SENDING = "sending", _("being sent")
    PAUSED = "paused", _("paused")
    STOPPED = "stopped", _("stopped")
    SENT = "sent", _("sent to everybody")


class DeliveryState(models.TextChoices):
    """What has become of one recipient's letter."""

    QUEUED = "queued", _("waiting")
    IN_FLIGHT = "in flight", _("being handed over")
    SENT = "sent", _("sent")
    PUT_OFF = "put off", _("put off by the mail server")
    REFUSED = "refused", _("refused by the mail server")
    UNKNOWN = "unknown", _("handed over, no answer seen")
    CANCELLED = "cancelled", _("not sent")


#: These are sent when their time has come.
SENDABLE = (DeliveryState.QUEUED, DeliveryState.PUT_OFF)
#: While one recipient is here, the letter is not sent to everybody.
OPEN = (*SENDABLE, DeliveryState.IN_FLIGHT)


class Campaign(PublicIdentity):
    """One letter to many recipients, frozen when it was started.

    ``key`` names the letter for whoever started it: a second start of the same one is impossible.
    ``html``, ``text`` and the values of ``headers`` hold tokens such as ``%%UNSUBSCRIBE%%``.
    ``dated_at`` is the date in every copy: it is signed, so it stays when the letter is paused.
    ``trouble`` is a sentence for the operator while something keeps the letter from going out;
    what may pass by itself is waited for until ``resume_at``.
    """

    site = models.ForeignKey(
        "wagtailcore.Site", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    key = models.CharField(max_length=150, unique=True)
    subject = models.CharField(_("subject"), max_length=998)
    html = models.TextField()
    text = models.TextField()
    headers = models.JSONField(default=dict)
    from_name = models.CharField(max_length=255, blank=True)
    from_address = models.CharField(_("from"), max_length=320)
    state = models.CharField(
        _("state"), max_length=10, choices=CampaignState, default=CampaignState.PREPARED
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    send_at = models.DateTimeField(_("to be sent"), default=timezone.now)
    dated_at = models.DateTimeField(default=timezone.now, editable=False)
    began_at = models.DateTimeField(_("begun"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    resume_at = models.DateTimeField(null=True, blank=True, editable=False)
    signed_by = models.CharField(max_length=320, blank=True, editable=False)
    trouble = models.TextField(_("trouble"), blank=True)

    class Meta:
        verbose_name = _("letter being sent")
        verbose_name_plural = _("letters being sent")
        ordering: ClassVar = ["-created_at", "-pk"]
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["state", "send_at"], name="mail_campaign_to_do")]

    def __str__(self) -> str:
        return self.subject


class Delivery(models.Model):
    """One recipient of a letter, and how far it has come.

    A sender that takes a row puts it in flight under its ``claim``, the name of the journal in
    which it notes, byte by byte, what really happens; ``claimed_until`` ends the claim of a sender
    whose journal is lost. ``signature`` is the hash of the body and the DKIM signature, made ahead.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="deliveries")
    email = models.EmailField(_("to"), max_length=320)
    substitutions = models.JSONField(default=dict)
    provider = models.CharField(max_length=255)
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED
    )
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    settled_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("the mail server's answer"), blank=True)
    claim = models.CharField(max_length=32, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    is_signed = models.BooleanField(default=False, editable=False)
    signature = models.BinaryField(default=b"", editable=False)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering: ClassVar = ["pk"]
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "email"], name="mail_delivery_once")
        ]
        # None of them is partial: SQLite uses those for constants only, never for parameters.
        indexes: ClassVar = [
            models.Index(
                fields=["campaign", "state", "due_at", "provider"], name="mail_delivery_to_do"
            ),
            models.Index(fields=["campaign", "is_signed"], name="mail_delivery_to_sign"),
            models.Index(fields=["claim"], name="mail_delivery_claim"),
            models.Index(fields=["email"], name="mail_delivery_email"),
        ]

    def __str__(self) -> str:
        return self.email


class ReceivingProvider(models.Model):
    """A company that receives mail for many, and that has asked us to slow down."""

    name = models.CharField(max_length=255, unique=True)
    strikes = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateTimeField()
    answer = models.TextField(_("the mail server's answer"), blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
