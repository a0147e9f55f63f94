"""What the worker does for the discussion."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from masthead.discussion import scoring
from masthead.discussion.applause import show_likes
from masthead.discussion.duty import look_at_the_clock, tell_moderators
from masthead.discussion.follow import find_followers, write_due
from masthead.discussion.models import (
    Comment,
    CommentState,
    Discussion,
    Like,
    Mode,
    Passage,
    Report,
)
from masthead.discussion.most_discussed import rank_discussions
from masthead.lib.jobs import Job, register

#: Networks are known by their hashes for so long, for limits and bans.
KEEP_NETWORKS = timedelta(days=30)
#: What nobody confirmed is forgotten with the address.
KEEP_UNCONFIRMED = timedelta(days=7)
AT_ONCE = 500


def register_jobs() -> None:
    """Let the worker do what comes by itself: likes shown, mails, hours, what is forgotten."""
    register(Job(name="show likes", run=show_likes, every=30))
    register(Job(name="rank discussions", run=rank_discussions, every=120))
    register(Job(name="close discussions", run=close_due, every=20))
    register(Job(name="see who is on duty", run=look_at_the_clock, every=20))
    register(Job(name="tell moderators what waits", run=tell_moderators, every=20))
    register(
        Job(
            name="ask scorers",
            run=scoring.ask_due,
            every=1,
            heavy=True,  # whoever is slow to answer keeps nothing else waiting
            is_due=scoring.is_due,
        )
    )
    register(Job(name="find followers", run=find_followers, every=1))
    register(Job(name="write news", run=write_due, every=1))
    register(Job(name="forget networks", run=forget_networks, every=3600))
    register(Job(name="forget unconfirmed comments", run=forget_unconfirmed, every=3600))


def close_due() -> bool:
    """Close the discussions whose time has come; return False, as all are closed at once."""
    due = Discussion.objects.filter(closes_at__lte=timezone.now())
    if due.exists():
        due.update(mode=Mode.CLOSED, closes_at=None)
    return False


def forget_networks() -> bool:
    """Delete the hashes of networks after 30 days; return whether there may be more."""
    before = timezone.now() - KEEP_NETWORKS
    old = Comment.objects.filter(created_at__lt=before).exclude(network="")
    keys = list(old.values_list("pk", flat=True)[:AT_ONCE])
    Comment.objects.filter(pk__in=keys).update(network="")
    for model in (Like, Report):
        rows: QuerySet[Any] = QuerySet(model=model).filter(made_at__lt=before)
        rows.exclude(network="").update(network="")
    return len(keys) == AT_ONCE


def forget_unconfirmed() -> bool:
    """Delete what nobody confirmed in a week, and passages of which nothing else is said.

    Returns whether there may be more.
    """
    before = timezone.now() - KEEP_UNCONFIRMED
    old = Comment.objects.filter(state=CommentState.UNCONFIRMED, created_at__lt=before)
    keys = list(old.values_list("pk", flat=True)[:AT_ONCE])
    Comment.objects.filter(pk__in=keys).delete()
    Passage.objects.filter(question="", comments=None, asked_at__lt=before).delete()
    return len(keys) == AT_ONCE
