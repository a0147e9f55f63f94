"""Rows that a sender takes, and what it writes back: the only way to a recipient's state."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.mail import journal, queries
from masthead.mail.journal import Journal, Left, Note
from masthead.mail.letters import Addressed
from masthead.mail.models import Delivery, DeliveryState

#: A claim whose journal is lost ends after this. A sender gives back sooner what it cannot send.
CLAIM = timedelta(minutes=30)
_NO_PAUSE = timedelta(0)
_WAITING = {DeliveryState.QUEUED, DeliveryState.PUT_OFF}


@dataclass(frozen=True)
class Row:
    """One recipient that was taken to be sent."""

    addressed: Addressed
    campaign: int
    provider: str
    attempts: int
    place: int


class Claim:
    """Rows in flight under one journal."""

    def __init__(self, journal: Journal, name: str, rows: Sequence[Row]) -> None:
        self.journal = journal
        self.name = name
        self.rows = rows
        self.left = len(rows)

    def note_recorded(self) -> None:
        """Note that one row's outcome is in the database; the last one ends the journal."""
        self.left -= 1
        if self.left == 0:
            self.journal.close()


@dataclass(frozen=True)
class Outcome:
    """What became of one row."""

    claim: Claim
    pk: int
    state: DeliveryState
    attempts: int
    answer: str = ""
    pause: timedelta = _NO_PAUSE


def take(*, most: int, but_not: Iterable[str] = ()) -> Claim | None:
    """Put due rows in flight and return them; None when there is nothing to send now.

    ``but_not`` names providers that have enough waiting already.
    """
    name = journal.new_claim()
    kept: Journal | None = None
    with transaction.atomic():
        wanted = _wanted(most, list(but_not))
        if not wanted:
            return None
        kept = Journal(settings.SENDING_FOLDER, name)
        Delivery.objects.filter(pk__in=wanted).update(
            state=DeliveryState.IN_FLIGHT, claim=name, claimed_until=timezone.now() + CLAIM
        )
    rows = _rows(name)  # after the transaction: the other sender need not wait for that
    kept.name_rows([row.addressed.pk for row in rows])
    return Claim(kept, name, rows)


def _wanted(most: int, but_not: Sequence[str]) -> list[int]:
    # Several letters share the way out, so that a short one does not wait for a long one's end.
    campaigns = list(queries.sending_campaigns().values_list("pk", flat=True))
    wanted: list[int] = []
    for place, campaign in enumerate(campaigns):
        rows = queries.due_deliveries().filter(campaign=campaign).exclude(provider__in=but_not)
        locked = rows.select_for_update(skip_locked=True, of=("self",))
        part = -(-(most - len(wanted)) // (len(campaigns) - place))
        wanted += locked.values_list("pk", flat=True)[:part]
    return wanted


def _rows(claim: str) -> list[Row]:
    found = Delivery.objects.filter(claim=claim).values_list(
        *("pk", "email", "substitutions", "signature", "campaign_id", "provider", "attempts")
    )
    return [
        Row(Addressed(pk, email, values, bytes(signature)), campaign, provider, attempts, place)
        for place, (pk, email, values, signature, campaign, provider, attempts) in enumerate(found)
    ]


def record(outcomes: Sequence[Outcome]) -> None:
    """Write down what became of rows, at once and for good."""
    written = _Moments(timezone.now())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(_SETTLE, [_values(outcome, written) for outcome in outcomes])
    for outcome in outcomes:
        outcome.claim.note_recorded()


_SETTLE = (
    "UPDATE mail_delivery SET state = %s, attempts = %s, answer = %s, due_at = %s, "
    "settled_at = %s, claim = '', claimed_until = NULL WHERE id = %s AND claim = %s"
)


class _Moments(dict[timedelta, Any]):
    """An instant and those after it, as the database writes them; most rows share one."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __missing__(self, pause: timedelta) -> Any:
        self[pause] = connection.ops.adapt_datetimefield_value(self._now + pause)
        return self[pause]


def _values(outcome: Outcome, written: _Moments) -> tuple[Any, ...]:
    is_waiting = outcome.state in _WAITING
    return (
        outcome.state.value,
        outcome.attempts,
        outcome.answer,
        written[outcome.pause],
        None if is_waiting else written[_NO_PAUSE],
        outcome.pk,
        outcome.claim.name,
    )


def are_left() -> bool:
    """Return whether a sender was stopped that left something to be cleared up."""
    if next(_abandoned(), None):
        return True
    return _expired().exists()


def clear_up() -> None:
    """Settle what senders left that were stopped: nothing is sent twice, nothing is forgotten."""
    for found in _abandoned():
        _settle_left(found.read())
        found.delete()
    _become(_expired(), DeliveryState.UNKNOWN)


def _abandoned() -> Iterator[journal.Found]:
    for found in journal.found(settings.SENDING_FOLDER):
        with found:
            yield found


def _expired() -> QuerySet[Delivery]:
    # Their journal is on no machine that still works for this newsroom.
    return Delivery.objects.filter(claim__gt="", claimed_until__lt=timezone.now()).order_by()


def _settle_left(left: Left) -> None:
    rows = Delivery.objects.filter(claim=left.claim, state=DeliveryState.IN_FLIGHT)
    groups: dict[DeliveryState, list[int]] = {}
    for pk in rows.values_list("pk", flat=True):
        note = left.notes.get(pk, Note.UNTOUCHED)
        groups.setdefault(_state_after(note, is_certain=left.is_of_this_start), []).append(pk)
    with transaction.atomic():
        for state, numbers in groups.items():
            _become(rows.filter(pk__in=numbers), state)


def _state_after(note: Note, *, is_certain: bool) -> DeliveryState:
    answered = {
        Note.TAKEN: DeliveryState.SENT,
        Note.REFUSED: DeliveryState.REFUSED,
        Note.PUT_OFF: DeliveryState.PUT_OFF,
    }
    if note is Note.UNTOUCHED and is_certain:
        return DeliveryState.QUEUED
    return answered.get(note, DeliveryState.UNKNOWN)


def _become(rows: Any, state: DeliveryState) -> None:
    is_waiting = state in _WAITING
    answer = "" if is_waiting else _("Masthead was stopped before the answer was written down.")
    rows.update(
        state=state,
        claim="",
        claimed_until=None,
        answer=answer,
        settled_at=None if is_waiting else timezone.now(),
    )
