"""All mail held, and let go again by a person: a newsroom that was restored writes to nobody twice.

What waited when the hold began was written by a newsroom that may have sent it since. It stays in
the outbox when mail goes on, and letters under way are paused, unless a person wants them sent.
What was written during the hold goes out.
"""

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.mail.campaigns import pause_all
from masthead.mail.models import Hold, MailState, OutgoingMail
from masthead.mail.queries import current_hold


@dataclass(frozen=True)
class Waiting:
    """How many mails wait while all are held: from before it began, and written since."""

    before: int
    since: int


@transaction.atomic
def hold(*, why: str = "", by: AbstractBaseUser | None = None) -> Hold:
    """Let no mail of any kind go out until ``let_go``; a hold that is on already stays as it is.

    ``why`` is a sentence for whoever asks where the mail is, such as that it was restored.
    """
    if held := current_hold():
        return held
    made = Hold.objects.create(why=why or _("Somebody held all mail."))
    pause_all(trouble=made.why)
    log(instance=made, action="mail.hold", user=by)
    return made


@transaction.atomic
def hold_anew(*, why: str) -> Hold:
    """Hold all mail from now on, also where a hold is on already: what was written in it waits.

    For a newsroom that was restored: the one that it was may have let go of that since.
    """
    Hold.objects.filter(ended_at=None).update(since=timezone.now(), why=why)
    return hold(why=why)


@transaction.atomic
def let_go(*, with_what_waited: bool = False, by: AbstractBaseUser | None = None) -> bool:
    """Let mail go out again; return whether it was held.

    Mails that waited when the hold began are kept in the outbox, each with its own button, unless
    ``with_what_waited``. Letters that the hold paused, and those whose hour was during it, are gone
    on with one by one.
    """
    held = current_hold()
    if held is None:
        return False
    if not with_what_waited:
        _waited(held).update(state=MailState.KEPT, leased_until=None, answer=held.why)
    Hold.objects.filter(ended_at=None).update(ended_at=timezone.now())
    log(instance=held, action="mail.let_go", user=by)
    return True


def waiting(held: Hold) -> Waiting:
    """Count what waits during a hold."""
    before = _waited(held).count()
    return Waiting(before, OutgoingMail.objects.filter(state=MailState.WAITING).count() - before)


def _waited(held: Hold) -> QuerySet[OutgoingMail]:
    # A mail that was leased but not handed over when a backup was made waits too.
    waits = Q(state=MailState.WAITING) | Q(state=MailState.SENDING, handed_over_at=None)
    return OutgoingMail.objects.filter(waits, created_at__lt=held.since)
