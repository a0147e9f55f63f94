"""From Django's message to outbox rows."""

from email.charset import QP, Charset
from email.errors import HeaderParseError
from email.generator import BytesGenerator
from email.utils import formataddr, formatdate, make_msgid, parseaddr
from io import BytesIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email
from wagtail.models import Site

from masthead.mail.errors import BadMessage
from masthead.mail.models import MailState, OutgoingMail

#: Texts travel as quoted-printable: seven bits and short lines pass every mail server unchanged.
QUOTED_PRINTABLE = Charset("utf-8")
QUOTED_PRINTABLE.body_encoding = QP


def outbox_rows(*, message: EmailMessage, site: Site | None) -> list[OutgoingMail]:
    """Return the rows, one a recipient, that a message becomes; nothing is stored yet.

    A message from nobody in particular goes out in the name of the newsroom.
    Raises BadMessage when a header or an address holds a line break or is no address.
    """
    if message.from_email == settings.DEFAULT_FROM_EMAIL:
        message.from_email = _in_the_name_of(site)
    sender = _envelope_address(message.from_email)
    recipients = [recipient_address(recipient) for recipient in message.recipients()]
    content = _content(message)
    return [
        OutgoingMail(
            site=site,
            sender=sender,
            recipient=recipient,
            subject=" ".join(str(message.subject).split())[:998],
            message=content,
            state=MailState.WAITING if settings.EMAIL_HOST else MailState.KEPT,
        )
        for recipient in dict.fromkeys(recipients)
    ]


def message_domain() -> str:
    """Return the newsroom's host as mail writes it: for Message-ID and EHLO."""
    return str(settings.ADDRESS.mail_domain)


def _in_the_name_of(site: Site | None) -> str:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or (site.site_name if site else ""), address))


def recipient_address(text: str) -> str:
    """Return an address as SMTP takes it. Raises BadMessage when it is none."""
    address = _envelope_address(text)
    try:
        validate_email(address)
    except ValidationError as error:
        raise _no_address(text) from error
    return address


def _envelope_address(text: str) -> str:
    # The bare address in “Name <name@host>”, its host in ASCII (RFC 5321, section 4.1.2).
    try:
        address = parseaddr(sanitize_address(text, "utf-8"))[1]
    except (ValueError, HeaderParseError) as error:
        raise _no_address(text) from error
    if not address.isascii() or "=?" in address:  # a name in another script, made unusable
        raise _no_address(text)
    return address


def _no_address(text: str) -> BadMessage:
    return BadMessage(f"“{text}” is no mail address that servers take")


def _content(message: EmailMessage) -> bytes:
    names = {name.lower() for name in message.extra_headers}
    if "message-id" not in names:
        message.extra_headers["Message-ID"] = make_msgid(domain=message_domain())
    if "date" not in names:
        message.extra_headers["Date"] = formatdate(localtime=True)
    message.encoding = message.encoding or QUOTED_PRINTABLE
    try:
        written = message.message()
    except ValueError as error:  # BadHeaderError is one
        raise BadMessage(str(error)) from error
    file = BytesIO()
    BytesGenerator(file, mangle_from_=False).flatten(written, linesep="\r\n")
    return file.getvalue().rstrip(b"\r\n") + b"\r\n"
