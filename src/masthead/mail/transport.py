"""One connection to the mail server that the settings name (RFC 5321).

Every error of smtplib is an OSError.
"""

import logging
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from django.conf import settings
from django.utils.translation import gettext as _

from masthead.mail.dkim import signed, signer_for
from masthead.mail.errors import MailServerFault, NoMailServer
from masthead.mail.models import OutgoingMail
from masthead.mail.writing import message_domain

logger = logging.getLogger(__name__)
#: Seconds that each step but the last may take.
STEP_TIMEOUT = 30
#: Seconds to wait for the answer to a whole message: servers scan it before they answer.
ANSWER_TIMEOUT = 120


class Refused(Exception):  # noqa: N818 - the server's word
    """The mail server answered, and not with yes."""

    def __init__(self, code: int, text: bytes) -> None:
        super().__init__(answer_text(code, text))
        self.code = code

    @property
    def is_final(self) -> bool:
        return self.code >= 500


class Connection:
    """An open, encrypted and signed-in connection, for several mails one after the other.

    Opening it raises MailServerFault, with a sentence for the operator.
    """

    def __init__(self) -> None:
        if not settings.EMAIL_HOST:
            raise NoMailServer(_("No mail server is set: mails stay in the outbox."))
        try:
            self._smtp = _connected()
        except OSError as error:
            raise MailServerFault(fault_in_words(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            try:
                self._smtp.quit()
            except OSError:
                self._smtp.close()
        else:
            self._smtp.close()

    def hand_over(self, mail: OutgoingMail, *, before_data: Callable[[], None]) -> str:
        """Give one mail to the server and return its answer.

        ``before_data`` is called when sender and recipient were accepted, just before the message
        goes out. Raises Refused when the server says no; OSError when the connection broke:
        before ``before_data`` nothing was sent, after it nobody knows.
        """
        self._wait_at_most(STEP_TIMEOUT)
        self._expect(250, *self._smtp.mail(mail.sender))
        self._expect(250, *self._smtp.rcpt(mail.recipient))
        before_data()
        self._wait_at_most(ANSWER_TIMEOUT)
        try:
            code, text = self._smtp.data(_signed(mail))
        except smtplib.SMTPDataError as error:
            raise self._no(error.smtp_code, _bytes(error.smtp_error)) from error
        self._expect(250, code, text)
        return answer_text(code, text)

    @property
    def is_open(self) -> bool:
        return self._smtp.sock is not None

    def _wait_at_most(self, seconds: float) -> None:
        if self._smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("the session is over")
        self._smtp.sock.settimeout(seconds)

    def _expect(self, wanted: int, code: int, text: bytes) -> None:
        if code // 10 != wanted // 10:
            raise self._no(code, text)

    def _no(self, code: int, text: bytes) -> Exception:
        if not 400 <= code < 600:
            return smtplib.SMTPServerDisconnected(f"it answers out of turn: {code}")
        with suppress(OSError):  # 421 and some others close the connection: the next mail notices
            self._smtp.rset()
        return Refused(code, text)


def _signed(mail: OutgoingMail) -> bytes:
    # Signed as it leaves: the key belongs to the worker, and an old mail gets the key of today.
    try:
        signer = signer_for(mail.sender)
    except (OSError, ValueError):
        logger.exception("The key that signs mail cannot be read: a mail goes out unsigned")
        signer = None
    return signed(bytes(mail.message), signer, at=int(time.time()))


def _connected() -> smtplib.SMTP:
    # Certificates are checked against the system's authorities and the host's name.
    context = ssl.create_default_context()
    name = message_domain()
    where = (settings.EMAIL_HOST, settings.EMAIL_PORT)
    smtp: smtplib.SMTP
    if settings.EMAIL_USE_SSL:
        smtp = smtplib.SMTP_SSL(*where, name, timeout=STEP_TIMEOUT, context=context)
    else:
        smtp = smtplib.SMTP(*where, name, timeout=STEP_TIMEOUT)
    try:
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except BaseException:
        smtp.close()
        raise
    return smtp


def fault_in_words(error: OSError) -> str:
    """Return one sentence that tells the operator what to look at."""
    for kind, words in _FAULTS:
        if isinstance(error, kind):
            return words() % _facts(error)
    return _("The mail server %(server)s cannot be used: %(fault)s") % _facts(error)


# The first kind that fits is told: most of these are kinds of OSError.
_FAULTS: tuple[tuple[type[Exception], Callable[[], str]], ...] = (
    (socket.gaierror, lambda: _("No machine is known by the name “%(host)s”.")),
    (
        ConnectionRefusedError,
        lambda: _("%(host)s is there, but nothing listens on port %(port)s."),
    ),
    (TimeoutError, lambda: _("%(server)s did not answer within %(seconds)s seconds.")),
    (
        ssl.SSLCertVerificationError,
        lambda: _("The certificate of %(server)s is not to be trusted: %(fault)s"),
    ),
    (
        ssl.SSLError,
        lambda: _(
            "No encryption with %(server)s: try smtp+tls with port 587, or smtp+ssl with port 465."
        ),
    ),
    (
        smtplib.SMTPAuthenticationError,
        lambda: _("%(server)s does not accept the user name and password: %(fault)s"),
    ),
    (
        smtplib.SMTPNotSupportedError,
        lambda: _("%(server)s does not offer what is set: %(fault)s"),
    ),
    (
        smtplib.SMTPServerDisconnected,
        lambda: _("%(server)s closed the connection: %(fault)s"),
    ),
    (smtplib.SMTPResponseException, lambda: _("%(server)s answered: %(fault)s")),
)


def _facts(error: Exception) -> dict[str, object]:
    fault = str(error)
    if isinstance(error, smtplib.SMTPResponseException):
        fault = answer_text(error.smtp_code, _bytes(error.smtp_error))
    elif isinstance(error, ssl.SSLCertVerificationError):
        fault = error.verify_message
    return {
        "host": settings.EMAIL_HOST,
        "port": settings.EMAIL_PORT,
        "server": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
        "seconds": STEP_TIMEOUT,
        "fault": fault,
    }


def answer_text(code: int, text: bytes) -> str:
    """Return a server's answer as one line, with what is no text in it replaced."""
    # PostgreSQL keeps no NUL in a text.
    words = text.replace(b"\0", b" ").decode("utf-8", "replace").split()
    return f"{code} {' '.join(words)}"[:2000]


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
