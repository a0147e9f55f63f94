"""Comments on their way to scorers outside: stored and shown first, asked about then."""

import logging
import signal
import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from masthead.discussion import scorers
from masthead.discussion.judging import Reason
from masthead.discussion.models import Comment, CommentState, Scorer, Scoring, Standing
from masthead.discussion.tree import take_from_count

logger = logging.getLogger(__name__)

#: Between two tries while a scorer does not answer; then it is given up, and nothing was said.
PAUSE, LONGEST = timedelta(minutes=1), timedelta(hours=1)
#: Seconds that one process asks, and after which it is ended if somebody holds it up.
SHIFT, HELD_UP = 20, 45
#: So long readers who follow are not told of a comment that somebody is asked about.
TOLD_AFTER = timedelta(seconds=30)
NOT_SEEN = {CommentState.PUBLISHED, CommentState.UNCONFIRMED}


def wish_for_scores(comment: Comment) -> None:
    """Note in the caller's transaction that scorers are to be asked about a comment as it is now.

    Nobody is asked about the newsroom's own people and those whom it trusts.
    """
    if comment.is_staff or comment.commenter.standing == Standing.TRUSTED:
        return
    for scorer in scorers.wanted():
        now = timezone.now()
        asked = {"version": comment.version, "asked_at": now, "due_at": now}
        Scoring.objects.update_or_create(comment=comment, scorer=scorer, defaults=asked)


def is_due() -> bool:
    """Return whether somebody is to be asked now."""
    return bool(scorers.wanted()) and Scoring.objects.filter(due_at__lte=timezone.now()).exists()


def ask_due() -> bool:
    """Ask about comments for some seconds; return whether there is more to ask.

    Call it in a process of its own, which ends when a scorer drips its answer for ever.
    """
    signal.alarm(HELD_UP)
    try:
        return _ask_for_some_time()
    finally:
        signal.alarm(0)


def _ask_for_some_time() -> bool:
    Scoring.objects.filter(asked_at__lt=timezone.now() - LONGEST).delete()
    until = time.monotonic() + SHIFT
    while time.monotonic() < until:
        scoring = _lease_next()
        if scoring is None:
            return False
        _ask(scoring)
    return True


def _lease_next() -> Scoring | None:
    due = Scoring.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")
    found = due.select_related(
        "comment__story__locale", "comment__commenter__address", "comment__parent"
    ).first()
    if found is None:
        return None
    free = Scoring.objects.filter(pk=found.pk, due_at=found.due_at)
    return found if free.update(due_at=timezone.now() + PAUSE) else None


def _ask(scoring: Scoring) -> None:
    try:
        found = scorers.ask(Scorer(scoring.scorer), scoring.comment)
    except scorers.ScorerFault as fault:
        # One that does not answer is asked about nothing for a while.
        later = timezone.now() + PAUSE
        Scoring.objects.filter(scorer=scoring.scorer, due_at__lt=later).update(due_at=later)
        logger.warning(
            "A scorer cannot be asked", extra={"scorer": scoring.scorer, "fault": str(fault)}
        )
        return
    _settle(scoring, found)


@transaction.atomic
def _settle(scoring: Scoring, found: Reason | None) -> None:
    """Put a reason beside its comment, which waits for a look unless somebody had one already."""
    mine = Scoring.objects.filter(pk=scoring.pk, version=scoring.version)
    if not mine.delete()[0] or found is None:
        return
    locked = Comment.objects.select_for_update(of=("self",)).select_related("story")
    comment = locked.get(pk=scoring.comment_id)
    comment.reasons = [*comment.reasons, found]
    if comment.version == scoring.version and comment.state in NOT_SEEN:
        if comment.is_visible:
            take_from_count(comment.story)
        comment.state = CommentState.HELD
        comment.version += 1
    comment.save()
