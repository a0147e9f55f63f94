"""The outbox: every mail that Masthead writes is a row here before it is anything else."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.lib.identity import PublicIdentity


class MailState(models.TextChoices):
    """What has become of a mail."""

    KEPT = "kept", _("kept here")
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being handed over")
    SENT = "sent", _("sent")
    REFUSED = "refused", _("refused by the mail server")
    UNCERTAIN = "uncertain", _("handed over, no answer seen")


#: Only a person can say that these go out (again).
SENDABLE_BY_HAND = (MailState.KEPT, MailState.REFUSED, MailState.UNCERTAIN)
#: Masthead itself does nothing more about these.
SETTLED = (MailState.KEPT, MailState.SENT, MailState.REFUSED, MailState.UNCERTAIN)


class OutgoingMail(PublicIdentity):
    """One message to one recipient.

    ``message`` is the whole message in the form of RFC 5322, empty once it was deleted for its
    age. A row is written in the transaction of whoever sends, so that a mail and its cause are
    kept or lost together.

    ``leased_until`` is the lease of the worker that holds the mail; ``handed_over_at`` is set just
    before the message itself goes to the mail server: from then on only its answer tells whether
    the mail was taken, and without one nobody but a person may send it again.
    """

    site = models.ForeignKey(
        "wagtailcore.Site", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sender = models.CharField(_("from"), max_length=320)
    recipient = models.EmailField(_("to"), max_length=320)
    subject = models.CharField(_("subject"), max_length=998)
    message = models.BinaryField(_("message"))
    state = models.CharField(
        _("state"), max_length=10, choices=MailState, default=MailState.WAITING
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    answer = models.TextField(_("the mail server's answer"), blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering: ClassVar = ["-created_at", "-pk"]
        # Written by Masthead alone: nobody adds, edits or deletes a mail in the desk.
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="mail_outgoing_to_do",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(fields=["-created_at", "-id"], name="mail_outgoing_newest"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def can_be_sent_by_hand(self) -> bool:
        return self.state in SENDABLE_BY_HAND and bool(self.message)
