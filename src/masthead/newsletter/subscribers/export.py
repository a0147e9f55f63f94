"""Everybody who asked for letters, as a file that any system reads, and this one again."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from masthead.mail.models import Suppression, SuppressionReason
from masthead.newsletter.models import LetterList
from masthead.newsletter.queries import NAME
from masthead.newsletter.subscribers.lines import plain_cell
from masthead.newsletter.subscribers.sources import Standing
from masthead.readers.models import Subscription

COLUMNS = (
    *("email", "letter", "state", "language", "asked_at", "confirmed_at", "withdrawn_at"),
    *("paused_until", "wording", "page"),
)
_STANDINGS = {
    SuppressionReason.NO_MAILBOX: Standing.BOUNCED,
    SuppressionReason.GIVEN_UP: Standing.BOUNCED,
    SuppressionReason.COMPLAINT: Standing.COMPLAINED,
}


class _Echo:
    def write(self, text: str) -> str:
        return text


def exported() -> Iterator[str]:
    """Yield the lines of a CSV file: each wish for a letter, then each suppressed address."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for row in _rows():
        yield writer.writerow([plain_cell(_text(value)) for value in row])


def _rows() -> Iterator[tuple[Any, ...]]:
    letters = {str(each.pk): each.name for each in LetterList.objects.all()}
    suppressed = dict(Suppression.objects.values_list("email", "reason"))
    wishes = Subscription.objects.filter(kind=NAME).select_related("address").order_by("pk")
    listed: set[str] = set()
    for wish in wishes.iterator(chunk_size=2000):
        email = wish.address.email
        listed.add(email)
        yield (
            *(email, letters.get(wish.target, ""), _state(wish, suppressed.get(email))),
            *(wish.address.language, wish.asked_at, wish.confirmed_at, wish.withdrawn_at),
            *(wish.paused_until, wish.wording, wish.page),
        )
    for email, reason in suppressed.items():
        if email not in listed:
            yield (email, "", _STANDINGS.get(SuppressionReason(reason), Standing.LEFT), *[""] * 7)


def _state(wish: Subscription, suppressed: str | None) -> str:
    if suppressed:
        return _STANDINGS.get(SuppressionReason(suppressed), Standing.LEFT)
    if wish.withdrawn_at:
        return Standing.LEFT
    return Standing.ACTIVE if wish.confirmed_at else "asleep"


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)
