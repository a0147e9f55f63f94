"""How much one network or one person may send; counted in the rows that it makes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from masthead.discussion.errors import TooMany
from masthead.discussion.models import Comment, Commenter, Like, Report


@dataclass(frozen=True)
class Limit:
    """At most so many in so long a time."""

    most: int
    within: timedelta


#: For so long it is remembered what came from a network.
LATELY = timedelta(days=2)
#: A /24 may be a school: what a class writes in an hour passes, what a program writes does not.
COMMENTS = (Limit(20, timedelta(minutes=1)), Limit(200, timedelta(hours=1)))
OWN_COMMENTS = (Limit(5, timedelta(minutes=1)), Limit(60, timedelta(hours=1)))
LIKES = (Limit(60, timedelta(minutes=1)),)
REPORTS = (Limit(10, timedelta(hours=1)),)
#: Likes of one comment from one network, by browsers that nobody has confirmed.
LIKES_OF_ONE = 10


def sent_lately(network: str) -> list[datetime]:
    """Return when comments came from a network, newest first, no more than any limit counts."""
    # Said in so many words, so that SQLite uses the index, which has no comment without a network.
    return _moments(Comment, Q(network=network) & ~Q(network=""), "created_at", COMMENTS, LATELY)


def check_comments(*, sent: list[datetime], commenter: Commenter | None) -> None:
    """Raise TooMany when a network, or a person whom we know, has sent enough for now."""
    _check(sent, COMMENTS)
    if commenter:
        _check(_moments(Comment, Q(commenter=commenter), "created_at", OWN_COMMENTS), OWN_COMMENTS)


def check_likes(*, network: str, comment: Comment, is_known: bool) -> None:
    """Raise TooMany when a network has liked enough for now, or enough of one comment."""
    _check(_moments(Like, Q(network=network), "made_at", LIKES), LIKES)
    own = Like.objects.filter(comment=comment, network=network)
    if not is_known and own.count() >= LIKES_OF_ONE:
        raise TooMany


def check_reports(*, network: str) -> None:
    """Raise TooMany when a network has reported enough for now."""
    _check(_moments(Report, Q(network=network), "made_at", REPORTS), REPORTS)


def _moments(
    model: type[Model],
    whose: Q,
    when: str,
    limits: tuple[Limit, ...],
    within: timedelta = timedelta(0),
) -> list[datetime]:
    """Return when rows were made, newest first, as far back as limits look or longer."""
    longest = max(within, *(limit.within for limit in limits))
    most = max(limit.most for limit in limits)
    since = {f"{when}__gt": timezone.now() - longest}
    rows: QuerySet[Any] = QuerySet(model=model).filter(whose, **since)
    return list(rows.order_by(f"-{when}").values_list(when, flat=True)[:most])


def _check(moments: list[datetime], limits: tuple[Limit, ...]) -> None:
    now = timezone.now()
    for limit in limits:
        if sum(moment > now - limit.within for moment in moments) >= limit.most:
            raise TooMany
