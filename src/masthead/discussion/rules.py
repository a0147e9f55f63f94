"""How open the discussion of a story is, and for whom."""

from django.db.models import Q
from django.utils import timezone

from masthead.discussion.models import (
    Ban,
    BanKind,
    Comment,
    Commenter,
    CommentState,
    Discussion,
    DiscussionSettings,
    FirstComment,
    Mode,
    Standing,
)
from masthead.readers.limits import keyed_hash
from masthead.stories.models import Story


def settings_for(story: Story) -> DiscussionSettings:
    """Return what holds on the site of a story; unset, what every newsroom begins with."""
    found = DiscussionSettings.objects.filter(site=story.site_id).first()
    return found or DiscussionSettings(site_id=story.site_id)


def mode_of(story: Story) -> Mode:
    """Return what holds for a story: its own mode, its section's, or its site's."""
    own = next((row.mode for row in _rows_for(story) if row.mode), "")
    return Mode(own or settings_for(story).mode)


def may_remark(story: Story) -> bool:
    """Return whether readers may remark on any passage of a story."""
    own = next((row.may_remark for row in _rows_for(story) if row.may_remark is not None), None)
    return settings_for(story).may_remark if own is None else own


def _rows_for(story: Story) -> list[Discussion]:
    """Return what the story says of itself, then what its section says."""
    keys = [key for key in (story.pk, story.section_id) if key]
    rows = Discussion.objects.filter(page__in=keys)
    return sorted(rows, key=lambda row: keys.index(row.pk))


def state_for(*, commenter: Commenter, story: Story, mode: Mode) -> CommentState:
    """Return what becomes of a comment in which no rule found anything."""
    if is_staff(commenter) or commenter.standing == Standing.TRUSTED:
        return CommentState.PUBLISHED
    if mode == Mode.OPEN:
        return CommentState.PUBLISHED
    if mode == Mode.HELD:
        return CommentState.HELD
    if not commenter.confirmed_at:
        return CommentState.UNCONFIRMED
    return state_once_confirmed(commenter=commenter, story=story)


def state_once_confirmed(*, commenter: Commenter, story: Story) -> CommentState:
    """Return what becomes of a comment whose author's address is confirmed, by the site's rule."""
    by_desk = settings_for(story).first_comment == FirstComment.DESK
    if by_desk and not has_published(commenter):
        return CommentState.HELD
    return CommentState.PUBLISHED


def is_staff(commenter: Commenter) -> bool:
    """Return whether somebody who is signed in belongs to the newsroom."""
    return bool(commenter.user and commenter.user.has_perm("wagtailadmin.access_admin"))


def has_published(commenter: Commenter) -> bool:
    """Return whether a comment of this person was published before, from any browser."""
    who = Q(commenter=commenter)
    if commenter.address_id and commenter.confirmed_at:
        who |= Q(commenter__address=commenter.address_id, commenter__confirmed_at__isnull=False)
    return Comment.objects.filter(who, state=CommentState.PUBLISHED).exists()


def is_banned(*, email: str, network: str) -> bool:
    """Return whether the newsroom takes nothing from an address or a network."""
    email = email.lower()
    known = Q(kind=BanKind.NETWORK, value=network)
    if email:
        known |= Q(kind=BanKind.ADDRESS, value=keyed_hash("ban", email))
        known |= Q(kind=BanKind.DOMAIN, value=email.rpartition("@")[2])
    in_force = Q(until=None) | Q(until__gt=timezone.now())
    return Ban.objects.filter(known, in_force).exists()
