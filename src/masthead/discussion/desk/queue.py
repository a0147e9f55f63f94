"""What the desk sees of a discussion: the queue, with everything that a decision needs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from masthead.discussion.judging import in_words, reported
from masthead.discussion.models import Comment, CommentState, Report, ReportReason
from masthead.discussion.waiting import IS_WAITING, waiting_comments

#: What was looked for in so many letters is looked for; fewer would find everything.
SHORTEST_SEARCH = 2


class Which(StrEnum):
    """The lists of the queue."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REFUSED = "refused"
    ALL = "all"

    @property
    def label(self) -> str:
        return {
            Which.WAITING: _("Waiting"),
            Which.PUBLISHED: _("Published"),
            Which.REFUSED: _("Rejected and removed"),
            Which.ALL: _("All"),
        }[self]


_CONDITIONS = {
    Which.WAITING: IS_WAITING,
    Which.PUBLISHED: Q(state=CommentState.PUBLISHED),
    Which.REFUSED: Q(state__in=[CommentState.REJECTED, CommentState.REMOVED]),
    Which.ALL: ~Q(state=CommentState.DELETED),
}


@dataclass(frozen=True)
class Card:
    """One comment in the queue, with what a decision needs."""

    comment: Comment
    reasons: list[str]
    reports: list[Report]
    history: str
    is_known: bool

    @property
    def is_perhaps_illegal(self) -> bool:
        return any(each.reason == ReportReason.ILLEGAL for each in self.reports)


def queue(which: Which, *, words: str = "", story: int | None = None) -> QuerySet[Comment]:
    """Return the comments of a list: what waits, the longest first; of all others the newest."""
    rows = Comment.objects.filter(_CONDITIONS[which])
    if story:
        rows = rows.filter(story=story)
    if len(words) >= SHORTEST_SEARCH:
        rows = rows.filter(_said(words))
    if which != Which.WAITING:
        return rows.order_by("-created_at", "-pk")
    illegal = Report.objects.filter(
        comment=OuterRef("pk"), reason=ReportReason.ILLEGAL, settled_at=None
    )
    return rows.annotate(is_illegal=Exists(illegal)).order_by("-is_illegal", "created_at", "pk")


def _said(words: str) -> Q:
    return (
        Q(text__icontains=words)
        | Q(author_name__icontains=words)
        | Q(commenter__address__email__icontains=words)
        | Q(story__title__icontains=words)
        | Q(name=words)
    )


def waiting() -> int:
    """Return how many comments wait for a decision."""
    return waiting_comments().count()


def cards(comments: QuerySet[Comment]) -> list[Card]:
    """Return the cards of some comments, with five questions in all."""
    rows = list(
        comments.select_related(
            *("story", "parent", "root", "page", "passage"),
            *("commenter__address", "commenter__user"),
        )
    )
    reports: dict[int, list[Report]] = defaultdict(list)
    open_reports = Report.objects.filter(comment__in=rows, settled_at=None)
    for report in open_reports.order_by("-made_at"):
        reports[report.comment_id].append(report)
    histories = _histories(rows)
    return [_card(row, reports[row.pk], histories[row.commenter_id]) for row in rows]


def _card(comment: Comment, reports: list[Report], history: str) -> Card:
    told = [*comment.reasons, *([reported(len(reports))] if reports else [])]
    is_known = bool(comment.commenter.confirmed_at)
    return Card(comment, [in_words(each) for each in told], reports, history, is_known)


def _histories(comments: Sequence[Comment]) -> dict[int, str]:
    """Return in words what became of what each person wrote before, by commenter."""
    who = {row.commenter_id: row.commenter.address_id for row in comments}
    keys = Q(commenter__in=who) | Q(commenter__address__in=[key for key in who.values() if key])
    rows = (
        Comment.objects.filter(keys)
        .values_list("commenter_id", "commenter__address_id", "state")
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for commenter, address, state, count in rows:
        for each, its_address in who.items():
            if each == commenter or (address and address == its_address):
                counts[each][state] += count
    return {each: history_in_words(counts[each].items()) for each in who}


def history_in_words(counts: Iterable[tuple[str, int]]) -> str:
    """Return how many of a person's comments have which state, as one phrase."""
    labels = dict(CommentState.choices)
    return ", ".join(
        _("%(count)d %(state)s") % {"count": count, "state": labels[CommentState(state)]}
        for state, count in sorted(counts)
    )
