"""What came back for a letter: bounces, complaints, readers who leave by mail."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.mail.models.campaigns import Delivery


class FeedbackKind(models.TextChoices):
    """What something that came back says."""

    NO_MAILBOX = "no mailbox", _("there is no such mailbox")
    BOUNCE = "bounce", _("the letter was not delivered")
    COMPLAINT = "complaint", _("the reader called it spam")
    LEAVE = "leave", _("the reader leaves by mail")
    OTHER = "other", _("an automatic answer, or not understood")


class Feedback(models.Model):
    """One thing that came back; ``fingerprint`` keeps the same one from counting twice."""

    delivery = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, blank=True, related_name="feedback"
    )
    email = models.EmailField(_("address"), max_length=320, db_index=True)
    kind = models.CharField(_("kind"), max_length=10, choices=FeedbackKind)
    status = models.CharField(_("status"), max_length=12, blank=True)
    text = models.TextField(_("what was answered"), blank=True)
    at = models.DateTimeField(_("came"), default=timezone.now)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        verbose_name = _("what came back")
        verbose_name_plural = _("what came back")
        ordering: ClassVar = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.email
