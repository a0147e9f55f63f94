"""The mailbox into which letters come back, read over IMAP (RFC 3501)."""

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from email.utils import getaddresses

from django.conf import settings
from django.utils.translation import gettext as _

from masthead.mail import feedback
from masthead.mail.errors import MailServerFault
from masthead.mail.returned_mail import MOST_BYTES

#: Seconds that each step may take.
PATIENCE = 30
#: Mails taken in one go, so that a flood of them is worked off piece by piece.
AT_ONCE = 100
#: Where servers write whom a mail was really sent to.
_SENT_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")


def read_returns() -> bool:
    """Take in what came back, and return whether there is more.

    A mail that belongs to a letter is deleted once it was kept; all others stay, marked as read.
    Raises MailServerFault, with a sentence for the operator, when the mailbox cannot be read.
    """
    try:
        with _mailbox() as mailbox:
            numbers = _unread(mailbox)
            for number in numbers[:AT_ONCE]:
                _take(mailbox, number)
            mailbox.expunge()
    except (OSError, imaplib.IMAP4.error) as error:
        fault = _("The mailbox for what comes back cannot be read: %(fault)s")
        raise MailServerFault(fault % {"fault": error}) from error
    return len(numbers) > AT_ONCE


def has_mailbox() -> bool:
    """Return whether a mailbox is set."""
    return bool(settings.EMAIL_MAILBOX.host)


@contextmanager
def _mailbox() -> Iterator[imaplib.IMAP4]:
    server = settings.EMAIL_MAILBOX
    where = (server.host, server.port)
    mailbox: imaplib.IMAP4
    if server.has_tls:
        context = ssl.create_default_context()
        mailbox = imaplib.IMAP4_SSL(*where, ssl_context=context, timeout=PATIENCE)
    else:
        mailbox = imaplib.IMAP4(*where, timeout=PATIENCE)
    with mailbox:
        mailbox.login(server.user, server.password)
        _good(mailbox.select("INBOX"))
        yield mailbox


def _unread(mailbox: imaplib.IMAP4) -> list[str]:
    (found,) = _good(mailbox.uid("SEARCH", "UNSEEN"))
    return found.decode("ascii").split() if isinstance(found, bytes) else []


def _take(mailbox: imaplib.IMAP4, number: str) -> None:
    # Not marked as read by being read: only once what it says is kept.
    kind, answer = mailbox.uid("FETCH", number, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
    if kind != "OK":
        return  # one that cannot be read does not keep the others from it
    raw = next((part[1] for part in answer if isinstance(part, tuple)), b"")
    kept = feedback.take_back(raw, envelope_to=_sent_to(raw))
    mailbox.uid("STORE", number, "+FLAGS", r"(\Seen \Deleted)" if kept else r"(\Seen)")


def _sent_to(raw: bytes) -> list[str]:
    try:
        message = message_from_bytes(raw)
        values = [str(value) for name in _SENT_TO for value in message.get_all(name, [])]
        return [address for _name, address in getaddresses(values)][:50]
    except Exception:  # noqa: BLE001 - a stranger's mail can break any part of the parser
        return []


def _good(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(str(data))
    return data
