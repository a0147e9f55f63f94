"""What the desk decides about comments and people; each decision is logged, with its reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from masthead.discussion.actions import let_stand
from masthead.discussion.errors import Decided
from masthead.discussion.mails import write_verdict
from masthead.discussion.models import (
    Ban,
    BanKind,
    Comment,
    Commenter,
    CommentState,
    Report,
    Standing,
)
from masthead.discussion.tree import take_from_count
from masthead.readers.limits import keyed_hash
from masthead.readers.models import User

PERMISSION = "discussion.change_comment"
SUSPENSION = timedelta(days=7)


class Verdict(StrEnum):
    """What can be decided about a comment."""

    APPROVE = "approve"
    HOLD = "hold"
    REJECT = "reject"
    REMOVE = "remove"
    PICK = "pick"
    UNPICK = "unpick"
    PIN = "pin"
    UNPIN = "unpin"
    CLOSE = "close"
    REOPEN = "reopen"


#: Verdicts after which another state can be given back.
ABOUT_STATE = frozenset({Verdict.APPROVE, Verdict.HOLD, Verdict.REJECT, Verdict.REMOVE})


@dataclass(frozen=True)
class Decision:
    """What was decided, and how it was before: enough to take it back."""

    comment: int
    version: int
    before: str


def may_moderate(user: User) -> bool:
    """Return whether somebody decides about comments."""
    return user.has_perm(PERMISSION)


@transaction.atomic
def decide(*, comment: int, version: int, verdict: Verdict, by: User, reason: str = "") -> Decision:
    """Decide about a comment as it was seen; its author is told a reason by mail.

    Raises PermissionDenied, or Decided when somebody else decided meanwhile.
    """
    found = _seen(comment, version, by)
    before = found.state
    _APPLY[verdict](found)
    if verdict in {Verdict.REJECT, Verdict.REMOVE}:
        found.verdict = reason
    return _record(found, verdict.value, by, before, reason)


@transaction.atomic
def undo(*, decision: Decision, by: User) -> None:
    """Take a decision back. Raises PermissionDenied, or Decided when it is not the last one."""
    found = _seen(decision.comment, decision.version, by)
    before = found.state
    _go(found, CommentState(decision.before))
    found.verdict = ""
    _record(found, "undo", by, before, "")


def _seen(pk: int, version: int, by: User) -> Comment:
    if not may_moderate(by):
        raise PermissionDenied
    rows = Comment.objects.select_for_update(of=("self",)).select_related("story", "commenter")
    found = rows.filter(pk=pk, version=version).first()
    # Nobody decides about what its author took away: there is nothing left.
    if found is None or found.state == CommentState.DELETED:
        raise Decided
    return found


def _record(found: Comment, what: str, by: User, before: str, reason: str) -> Decision:
    found.version += 1
    found.reports = 0
    found.save()
    Report.objects.filter(comment=found, settled_at=None).update(settled_at=timezone.now())
    log(
        instance=found,
        action=f"discussion.{what}",
        user=by,
        title=f"{found.story.title} #{found.name}",
        data={"reason": reason, "before": before, "version": found.version},
    )
    if reason and what in {Verdict.REJECT, Verdict.REMOVE}:
        write_verdict(found)
    return Decision(found.pk, found.version, before)


def _go(comment: Comment, state: CommentState) -> None:
    """Let a comment have another state, and count it if readers see it begin or end."""
    if state == comment.state:
        return
    if state == CommentState.PUBLISHED:
        let_stand(comment)
        return
    if comment.is_visible:
        take_from_count(comment.story)
    comment.state = state


def _approve(comment: Comment) -> None:
    _go(comment, CommentState.PUBLISHED)


def _reject(comment: Comment) -> None:
    # Something that readers have seen is removed, and says so where it stood.
    was_seen = comment.published_at is not None
    _go(comment, CommentState.REMOVED if was_seen else CommentState.REJECTED)


def _pick(comment: Comment) -> None:
    comment.is_featured = True


def _unpick(comment: Comment) -> None:
    comment.is_featured = False


def _pin(comment: Comment) -> None:
    # A thread stands first, not an answer in the middle of it.
    comment.is_pinned = comment.parent_id is None


def _unpin(comment: Comment) -> None:
    comment.is_pinned = False


def _close(comment: Comment) -> None:
    _close_thread(comment, is_closed=True)


def _reopen(comment: Comment) -> None:
    _close_thread(comment, is_closed=False)


def _close_thread(comment: Comment, *, is_closed: bool) -> None:
    root = comment.root or comment
    Comment.objects.filter(root=root).update(is_closed=is_closed)
    Comment.objects.filter(pk=root.pk).update(is_closed=is_closed)
    comment.is_closed = is_closed


_APPLY: dict[Verdict, Callable[[Comment], None]] = {
    Verdict.APPROVE: _approve,
    Verdict.HOLD: lambda comment: _go(comment, CommentState.HELD),
    Verdict.REJECT: _reject,
    Verdict.REMOVE: _reject,
    Verdict.PICK: _pick,
    Verdict.UNPICK: _unpick,
    Verdict.PIN: _pin,
    Verdict.UNPIN: _unpin,
    Verdict.CLOSE: _close,
    Verdict.REOPEN: _reopen,
}


@transaction.atomic
def set_standing(*, commenter: Commenter, standing: Standing, by: User, reason: str = "") -> None:
    """Trust or mute a person, in all browsers of their confirmed address."""
    _check(by)
    for each in same_person(commenter):
        each.standing = standing
        each.save(update_fields=["standing"])
    _log_person(commenter, standing.value or "neutral", by, reason)


@transaction.atomic
def suspend(*, commenter: Commenter, by: User, is_over: bool = False, reason: str = "") -> None:
    """Take nothing from a person for a week, or let that end."""
    _check(by)
    until = None if is_over else timezone.now() + SUSPENSION
    for each in same_person(commenter):
        each.suspended_until = until
        each.save(update_fields=["suspended_until"])
    _log_person(commenter, "resume" if is_over else "suspend", by, reason)


@transaction.atomic
def ban(*, commenter: Commenter, kind: BanKind, by: User, reason: str = "") -> bool:
    """Take nothing more from an address, its domain, or the network last written from.

    Returns False where that is not known (any more).
    """
    _check(by)
    value = _banned_value(commenter, kind)
    if not value:
        return False
    Ban.objects.get_or_create(
        kind=kind, value=value, defaults={"made_by": by, "reason": reason[:500]}
    )
    _log_person(commenter, f"ban_{kind.value}", by, reason)
    return True


@transaction.atomic
def lift_bans(*, commenter: Commenter, by: User, reason: str = "") -> None:
    """Let a person, and whoever shares their network or domain, comment again."""
    _check(by)
    for kind in BanKind:
        Ban.objects.filter(kind=kind, value=_banned_value(commenter, kind)).delete()
    _log_person(commenter, "unban", by, reason)


def bans_of(commenter: Commenter) -> list[Ban]:
    """Return the bans that hold for a person."""
    found = (
        Ban.objects.filter(kind=kind, value=value).first()
        for kind in BanKind
        if (value := _banned_value(commenter, kind))
    )
    return [each for each in found if each]


def seen_of(commenter: Commenter, bans: Sequence[Ban] | None = None) -> str:
    """Return what somebody who decides about a person has seen: it differs once that changed."""
    held = bans_of(commenter) if bans is None else bans
    kinds = ",".join(sorted(each.kind for each in held))
    until = commenter.suspended_until
    return f"{commenter.standing}:{until.isoformat() if until else ''}:{kinds}"


def same_person(commenter: Commenter) -> Sequence[Commenter]:
    """Return a commenter in all browsers that confirmed the same address."""
    if not commenter.address_id or not commenter.confirmed_at:
        return [commenter]
    return list(Commenter.objects.filter(address=commenter.address_id, confirmed_at__isnull=False))


def _banned_value(commenter: Commenter, kind: BanKind) -> str:
    email = commenter.address.email if commenter.address else ""
    if kind == BanKind.NETWORK:
        rows = commenter.comments.exclude(network="").order_by("-created_at")
        return rows.values_list("network", flat=True).first() or ""
    if kind == BanKind.DOMAIN:
        return email.rpartition("@")[2]
    return keyed_hash("ban", email) if email else ""


def _check(by: User) -> None:
    if not may_moderate(by):
        raise PermissionDenied


def _log_person(commenter: Commenter, what: str, by: User, reason: str) -> None:
    log(
        instance=commenter,
        action=f"discussion.{what}",
        user=by,
        title=commenter.name,
        data={"reason": reason},
    )
