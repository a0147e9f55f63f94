"""How open the discussion of a story is, and for whom."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from masthead.bake.memory import shared_row
from masthead.discussion.models import (
    Ban,
    BanKind,
    Comment,
    Commenter,
    CommentState,
    Discussion,
    DiscussionSettings,
    Duty,
    FirstComment,
    Mode,
    Standing,
)
from masthead.lib.rows import one_or_none
from masthead.readers.limits import keyed_hash
from masthead.stories.models import Story


def settings_for(story: Story) -> DiscussionSettings:
    """Return what holds on the site of a story; unset, what every newsroom begins with."""

    def find() -> DiscussionSettings:
        # The worker alone looks at the shifts: see ``duty``.
        rows = DiscussionSettings.objects.defer("shifts").filter(site=story.site_id)
        return one_or_none(rows) or DiscussionSettings(site_id=story.site_id)

    return shared_row(f"discussions of site {story.site_id}", find)


@dataclass(frozen=True)
class Chosen:
    """What the desk chose for a story: its own, its section's, or its site's."""

    mode: Mode
    may_remark: bool


def chosen(story: Story, settings: DiscussionSettings) -> Chosen:
    """Return what the desk chose, whoever is on duty now."""
    keys = [key for key in (story.pk, story.section_id) if key]
    rows = sorted(Discussion.objects.filter(page__in=keys), key=lambda row: keys.index(row.pk))
    own = [row.may_remark for row in rows if row.may_remark is not None]
    return Chosen(
        Mode(next((row.mode for row in rows if row.mode), settings.mode)),
        own[0] if own else settings.may_remark,
    )


def mode_of(story: Story, settings: DiscussionSettings) -> Mode:
    """Return what holds for a story now: what was chosen, or less while nobody is on duty."""
    mode = chosen(story, settings).mode
    is_open = mode in {Mode.OPEN, Mode.FIRST, Mode.HELD}
    return Mode(settings.off_duty) if is_open and is_resting(settings) else mode


def is_resting(settings: DiscussionSettings) -> bool:
    """Return whether nobody of the newsroom is on duty, and that makes a difference."""
    if not settings.off_duty:
        return False
    # A row that the worker keeps, and no clock: what pages are made from must wake them.
    found = Duty.objects.filter(pk=settings.site_id).first()
    return bool(found and found.is_off)


def state_for(*, commenter: Commenter, settings: DiscussionSettings, mode: Mode) -> CommentState:
    """Return what becomes of a comment in which no rule found anything."""
    if is_staff(commenter) or commenter.standing == Standing.TRUSTED:
        return CommentState.PUBLISHED
    if mode == Mode.OPEN:
        return CommentState.PUBLISHED
    if mode == Mode.HELD:
        return CommentState.HELD
    if not commenter.confirmed_at:
        return CommentState.UNCONFIRMED
    return state_once_confirmed(commenter=commenter, settings=settings)


def state_once_confirmed(*, commenter: Commenter, settings: DiscussionSettings) -> CommentState:
    """Return what becomes of a comment whose author's address is confirmed, by the site's rule."""
    by_desk = settings.first_comment == FirstComment.DESK
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
    known = {(BanKind.NETWORK, network)}
    if email:
        known |= {
            (BanKind.ADDRESS, keyed_hash("ban", email)),
            (BanKind.DOMAIN, email.rpartition("@")[2]),
        }
    kinds, values = zip(*known, strict=True)
    found = Ban.objects.filter(kind__in=kinds, value__in=values)
    return any(
        (kind, value) in known and (until is None or until > timezone.now())
        for kind, value, until in found.values_list("kind", "value", "until")
    )
