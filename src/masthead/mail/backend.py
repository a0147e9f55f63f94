"""Django's mail interface to the outbox."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from masthead.mail.models import OutgoingMail


class OutboxBackend(BaseEmailBackend):
    """Writes each message into the outbox, one row a recipient, in the sender's transaction."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep messages to be sent; return how many were."""
        rows = [
            OutgoingMail(
                sender=message.from_email,
                recipient=recipient,
                subject=" ".join(message.subject.split()),
                message=message.message().as_bytes(linesep="\r\n"),
            )
            for message in email_messages
            for recipient in message.recipients()
        ]
        OutgoingMail.objects.bulk_create(rows)
        return len(email_messages)
