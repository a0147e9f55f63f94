"""What is done with a mail."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Site

from masthead.mail.errors import MailServerFault
from masthead.mail.models import SENDABLE_BY_HAND, SETTLED, MailState, OutgoingMail
from masthead.mail.queries import due_mails
from masthead.mail.transport import Connection, Refused, fault_in_words
from masthead.mail.writing import outbox_rows

logger = logging.getLogger(__name__)

#: How long a worker may take over one mail; afterwards another one looks after it.
#: More than all steps of one hand-over can take with their time-outs.
LEASE = timedelta(minutes=5)
#: Mails over one connection; then the worker's other jobs have their turn.
BATCH = 50
#: How long all mails wait when the mail server cannot be used.
OUTAGE_PAUSE = timedelta(minutes=2)
#: A mail put off by the server waits 5, 10, 20 ... minutes, at most 6 hours: 18 tries in 3 days.
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 18
#: Mails hold sign-in links and codes: the outbox is not their archive.
KEEP_MESSAGES = timedelta(days=30)


class _LostLease(Exception):  # noqa: N818 - nothing went wrong here
    """Another worker took the mail over."""


def write_mail(*, message: EmailMessage, site: Site | None = None) -> list[OutgoingMail]:
    """Write a message into the outbox, one row a recipient, in the caller's transaction.

    Raises BadMessage when an address or a header holds a line break or is no address.
    """
    return OutgoingMail.objects.bulk_create(outbox_rows(message=message, site=site))


def deliver_due() -> bool:
    """Hand due mails to the mail server; return whether there may be more to do at once.

    Never call it in a transaction: it talks to the mail server.
    """
    release_lost_leases()
    if not settings.EMAIL_HOST or not due_mails().exists():
        return False
    try:
        with Connection() as connection:
            return _deliver_batch(connection)
    except MailServerFault as fault:
        _wait_out(fault)
        return False


def release_lost_leases() -> None:
    """Make mails whose worker was killed wait again, or uncertain if they may have been sent."""
    lost = OutgoingMail.objects.filter(state=MailState.SENDING, leased_until__lt=timezone.now())
    lost.filter(handed_over_at=None).update(state=MailState.WAITING, leased_until=None)
    lost.exclude(handed_over_at=None).update(
        state=MailState.UNCERTAIN,
        leased_until=None,
        answer=_("Masthead was stopped before the mail server answered."),
    )


def send_again(*, mail: OutgoingMail) -> bool:
    """Let a mail go out (again), as the same message; return False if that is not possible.

    For a person to decide: after an uncertain hand-over the recipient may get it twice.
    """
    changed = (
        OutgoingMail.objects.filter(pk=mail.pk, state__in=SENDABLE_BY_HAND)
        .exclude(message=b"")
        .update(
            state=MailState.WAITING,
            due_at=timezone.now(),
            handed_over_at=None,
            attempts=0,
            answer="",
        )
    )
    return changed == 1


def forget_messages() -> bool:
    """Delete the messages, not the records, of mails that were settled 30 days ago."""
    OutgoingMail.objects.filter(
        state__in=SETTLED, created_at__lt=timezone.now() - KEEP_MESSAGES
    ).exclude(message=b"").update(message=b"")
    return False


def check_connection() -> str:
    """Open a connection to the mail server, sign in, close it; return what was found.

    Raises MailServerFault, with a sentence for the operator, when that fails.
    """
    with Connection():
        pass
    if settings.EMAIL_HOST_USER:
        return _("%(host)s takes mail from %(user)s.") % {
            "host": settings.EMAIL_HOST,
            "user": settings.EMAIL_HOST_USER,
        }
    return _("%(host)s takes mail.") % {"host": settings.EMAIL_HOST}


def write_test_mail(*, recipient: str, site: Site | None) -> OutgoingMail:
    """Write a mail that says that mail works.

    Raises BadMessage when the recipient is no mail address.
    """
    message = EmailMessage(
        subject=_("A test mail from your newsroom"),
        body=_("If you read this, mail from %(address)s arrives.") % {"address": settings.ADDRESS},
        to=[recipient],
    )
    return write_mail(message=message, site=site)[0]


def _deliver_batch(connection: Connection) -> bool:
    for _number in range(BATCH):
        mail = _lease_next()
        if mail is None:
            return False
        if not _deliver(connection, mail):
            return True  # the others go over a new connection
    return True


def _lease_next() -> OutgoingMail | None:
    # The conditional UPDATE lets one worker win, on SQLite and PostgreSQL alike.
    for pk in due_mails().values_list("pk", flat=True)[:10]:
        waiting = OutgoingMail.objects.filter(pk=pk, state=MailState.WAITING)
        until = timezone.now() + LEASE
        if waiting.update(state=MailState.SENDING, leased_until=until):
            return OutgoingMail.objects.get(pk=pk)
    return None


def _deliver(connection: Connection, mail: OutgoingMail) -> bool:
    # Returns whether the connection can take another mail.
    try:
        answer = connection.hand_over(mail, before_data=lambda: _mark_handed_over(mail))
    except _LostLease:
        return False
    except Refused as refused:
        _record_refusal(mail, refused)
    except OSError as error:
        _record_break(mail, fault_in_words(error))
        return False
    else:
        mail.attempts += 1
        _record(mail, state=MailState.SENT, answer=answer)
    return connection.is_open


def _mark_handed_over(mail: OutgoingMail) -> None:
    # Committed before the message goes out. From here on the mail is never sent again by itself.
    now = timezone.now()
    held = OutgoingMail.objects.filter(
        pk=mail.pk, state=MailState.SENDING, leased_until=mail.leased_until, handed_over_at=None
    )
    if not held.update(handed_over_at=now, leased_until=now + LEASE):
        raise _LostLease
    mail.handed_over_at, mail.leased_until = now, now + LEASE


def _record_refusal(mail: OutgoingMail, refused: Refused) -> None:
    mail.attempts += 1
    if refused.is_final or mail.attempts >= MOST_ATTEMPTS:
        _record(mail, state=MailState.REFUSED, answer=str(refused))
    else:
        _put_off(mail, pause_after(mail.attempts), str(refused))


def pause_after(attempts: int) -> timedelta:
    """Return how long a mail waits that the server has put off so many times."""
    return min(FIRST_PAUSE * (1 << (attempts - 1)), LONGEST_PAUSE)


def _record_break(mail: OutgoingMail, fault: str) -> None:
    logger.warning("The mail server broke off", extra={"mail": mail.public_id, "fault": fault})
    if mail.handed_over_at:
        _record(mail, state=MailState.UNCERTAIN, answer=fault)
    else:
        _put_off(mail, OUTAGE_PAUSE, fault)


def _put_off(mail: OutgoingMail, pause: timedelta, answer: str) -> None:
    due_at = timezone.now() + pause
    _record(mail, state=MailState.WAITING, answer=answer, due_at=due_at, handed_over_at=None)


def _record(mail: OutgoingMail, **changes: Any) -> None:
    # Only while the mail is this worker's; a late answer also settles an uncertain hand-over.
    held = OutgoingMail.objects.filter(
        pk=mail.pk,
        state__in=[MailState.SENDING, MailState.UNCERTAIN],
        handed_over_at=mail.handed_over_at,
    )
    if not mail.handed_over_at:
        held = held.filter(leased_until=mail.leased_until)
    held.update(leased_until=None, attempts=mail.attempts, **changes)


def _wait_out(fault: MailServerFault) -> None:
    # One look every two minutes, not one for each mail that waits.
    logger.warning("The mail server cannot be used", extra={"fault": str(fault)})
    due_mails().update(due_at=timezone.now() + OUTAGE_PAUSE, answer=str(fault))
