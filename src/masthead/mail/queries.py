"""What the outbox holds, and what is in a mail."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.db.models import QuerySet
from django.utils import timezone

from masthead.mail.models import MailState, OutgoingMail


def due_mails() -> QuerySet[OutgoingMail]:
    """Return the mails that should go out now, the longest waiting first."""
    return OutgoingMail.objects.filter(
        state=MailState.WAITING, due_at__lte=timezone.now()
    ).order_by("due_at", "pk")


@dataclass(frozen=True)
class Content:
    """A mail as its recipient sees it."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


def content(mail: OutgoingMail) -> Content | None:
    """Return what is in a mail; None when its message was deleted for its age."""
    if not mail.message:
        return None
    message = message_from_bytes(bytes(mail.message), EmailMessage, policy=policy.default)
    return Content(
        headers=tuple((name, str(value)) for name, value in message.items()),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""
