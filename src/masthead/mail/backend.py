"""Django's mail interface to the outbox."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from masthead.mail.actions import write_mail


class OutboxBackend(BaseEmailBackend):
    """Writes each message into the outbox, one row a recipient, in the sender's transaction."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep messages to be sent; return how many were.

        Raises BadMessage when an address or a header is none; ``fail_silently`` does not hide it.
        """
        for message in email_messages:
            write_mail(message=message)
        return len(email_messages)
