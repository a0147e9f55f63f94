"""What readers do in a discussion: write, confirm, change, delete, like, report."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.discussion import judging, limits, passages, rules
from masthead.discussion.applause import count_like
from masthead.discussion.errors import Banned, Closed, Resting, TooLate
from masthead.discussion.mails import write_confirmation
from masthead.discussion.models import (
    Comment,
    Commenter,
    CommentState,
    DiscussionSettings,
    Like,
    Mode,
    Notice,
    Passage,
    Report,
    ReportReason,
    Standing,
)
from masthead.discussion.pseudonym import pseudonym_of
from masthead.discussion.scoring import wish_for_scores
from masthead.discussion.text import html_of
from masthead.discussion.tree import give_place, next_path, take_from_count
from masthead.lib.rows import one_or_none
from masthead.readers.limits import keyed_hash, take_one
from masthead.readers.models import Address, User
from masthead.stories.models import Byline, Story

#: Reports of so many people hide nothing, but let somebody look at once.
OPEN_TO_COMMENTS = (Mode.OPEN, Mode.FIRST, Mode.HELD)


@dataclass(frozen=True)
class Draft:
    """What somebody sends: clean text, who they say they are, and how it came."""

    story: Story
    text: str
    name: str
    email: str
    #: Names the browser, "" if we do not know it yet; see ``Commenter.public_id``.
    visitor: str
    network: str
    parent: Comment | None = None
    #: What it is about: a passage that is known, or one that its author marked.
    passage: Passage | None = None
    marked: passages.Marked | None = None
    user: User | None = None
    is_trapped: bool = False
    #: From the first key to the button, where the browser told it.
    seconds: float | None = None


def post(*, draft: Draft) -> Comment:
    """Store a comment once, whatever becomes of it; return it, or the same one sent before.

    Raises Closed, Banned, TooMany or NotThere. What can be asked is asked first: while the comment
    is written nobody else can write.
    """
    commenter = _commenter(draft)
    if known := _sent_before(draft, commenter):
        return known
    try:
        return _judge_and_write(draft, commenter)
    except IntegrityError:
        # Sent twice at once, or the first two things from an address: the other one was quicker.
        commenter = _commenter(draft)
        return _sent_before(draft, commenter) or _judge_and_write(draft, commenter)


def _judge_and_write(draft: Draft, commenter: Commenter) -> Comment:
    settings = rules.settings_for(draft.story)
    mode = rules.mode_of(draft.story, settings)
    _check_open(draft, settings, mode)
    sent = limits.sent_lately(draft.network)
    _check(draft, commenter, sent)
    html = html_of(draft.text)
    reasons = _reasons(draft, commenter, html, settings, is_repeatable=bool(sent))
    state = rules.state_for(commenter=commenter, settings=settings, mode=mode)
    if reasons and not rules.is_staff(commenter):
        state = CommentState.HELD
    return _write(draft, commenter, html, reasons, state)


@transaction.atomic
def _write(
    draft: Draft,
    commenter: Commenter,
    html: str,
    reasons: list[judging.Reason],
    state: CommentState,
) -> Comment:
    if not commenter.pk:
        if not commenter.user and not commenter.address:
            commenter.address = Address.objects.create(email=draft.email)
        commenter.save()
    comment = _new(draft, commenter, html)
    comment.passage = draft.passage
    if draft.marked:
        comment.passage = passages.remarked(story=draft.story, marked=draft.marked)
    comment.reasons, comment.state = reasons, state
    _store(comment)
    wish_for_scores(comment)
    if comment.state == CommentState.UNCONFIRMED:
        _ask_to_confirm(comment)
    return comment


def _commenter(draft: Draft) -> Commenter:
    """Return who writes, stored or new: the user, or whom this browser is remembered as."""
    found = Commenter.objects.select_related("address", "user")
    if draft.user:
        return found.filter(user=draft.user).first() or _commenter_of(draft.user)
    known = None
    if draft.visitor:
        known = one_or_none(found.filter(public_id=draft.visitor, user=None))
    if known and (not draft.email or (known.address and known.address.email == draft.email)):
        return known
    # Another address in the same browser is somebody else, who confirms it anew.
    address = one_or_none(Address.objects.filter(email=draft.email))
    identity = {"public_id": draft.visitor} if draft.visitor and not known else {}
    return Commenter(name=draft.name, address=address, **identity)


def _commenter_of(user: User) -> Commenter:
    # The address of an account was confirmed when the account was made.
    address = Address.objects.filter(email=user.email).first()
    name = user.get_full_name()
    return Commenter(user=user, address=address, name=name, confirmed_at=timezone.now())


def _sent_before(draft: Draft, commenter: Commenter) -> Comment | None:
    """Return the same comment of the same person, if it was sent before."""
    once = _once(draft, commenter)
    return Comment.objects.select_related("commenter").filter(once=once).first() if once else None


def _once(draft: Draft, commenter: Commenter) -> str:
    """Return what the same words of the same person in the same place have; "" if all is new."""
    who = commenter.address_id or (f"user {commenter.user_id}" if commenter.user_id else "")
    parent = draft.parent.pk if draft.parent else ""
    about = draft.passage.pk if draft.passage else draft.marked or ""
    text = f"{draft.story.pk}:{parent}:{about}:{who}:{draft.text}"
    return keyed_hash("once", text)[:43] if who else ""


def _check_open(draft: Draft, settings: DiscussionSettings, mode: Mode) -> None:
    if mode not in OPEN_TO_COMMENTS and mode != rules.chosen(draft.story, settings).mode:
        raise Resting
    is_closed = _is_closed(draft.parent) or bool(draft.passage and not draft.passage.is_open)
    if mode not in OPEN_TO_COMMENTS or is_closed:
        raise Closed


def _check(draft: Draft, commenter: Commenter, sent: list[datetime]) -> None:
    email = commenter.address.email if commenter.address else draft.email
    suspended = commenter.suspended_until and commenter.suspended_until > timezone.now()
    if suspended or rules.is_banned(email=email, network=draft.network):
        raise Banned
    if not rules.is_staff(commenter):
        known = commenter if commenter.pk else None
        limits.check_comments(sent=sent, commenter=known)


def _is_closed(parent: Comment | None) -> bool:
    root = parent.root or parent if parent else None
    return bool(root and (root.is_closed or not (parent and parent.is_visible)))


def _new(draft: Draft, commenter: Commenter, html: str) -> Comment:
    parent = draft.parent
    user = commenter.user
    wrote_story = bool(user) and Byline.objects.filter(story=draft.story, person__user=user)
    return Comment(
        story=draft.story,
        parent=parent,
        root=(parent.root or parent) if parent else None,
        commenter=commenter,
        author_name=(user.get_full_name() if user else "") or draft.name or commenter.name,
        is_staff=rules.is_staff(commenter),
        is_story_author=bool(wrote_story and wrote_story.exists()),
        text=draft.text,
        html=html,
        once=_once(draft, commenter),
        network=draft.network,
    )


def _reasons(
    draft: Draft,
    commenter: Commenter,
    html: str,
    settings: DiscussionSettings,
    *,
    is_repeatable: bool,
) -> list[judging.Reason]:
    language = draft.story.locale.language_code
    found = judging.reasons_in_text(text=draft.text, html=html, rules=settings, language=language)
    if commenter.standing == Standing.TRUSTED:
        return []
    sending = judging.reasons_in_sending(
        text=draft.text,
        network=draft.network if is_repeatable else "",
        is_trapped=draft.is_trapped,
        seconds=draft.seconds,
    )
    muted = [judging.muted] if commenter.standing == Standing.MUTED else []
    return [*muted, *found, *sending]


def _store(comment: Comment) -> None:
    if comment.root:
        root = Comment.objects.select_for_update().get(pk=comment.root.pk)
        comment.path = next_path(root=root, parent=comment.parent or root)
    if comment.state == CommentState.PUBLISHED:
        let_stand(comment)
    else:
        comment.save()


def let_stand(comment: Comment) -> None:
    """Store a comment so that readers see it, count it, and have it told if it is new to them."""
    is_new = not comment.published_at
    give_place(comment)
    comment.state = CommentState.PUBLISHED
    comment.published_at = comment.published_at or timezone.now()
    comment.pseudonym = pseudonym_of(comment)
    comment.save()
    if is_new:
        Notice.objects.create(comment=comment)


def _ask_to_confirm(comment: Comment) -> None:
    address = comment.commenter.address
    if address and take_one(email=address.email, network=comment.network):
        write_confirmation(comment)


@transaction.atomic
def confirm(*, commenter: Commenter) -> list[Comment]:
    """Note that whoever reads the mail of an address wrote; return what waited for that."""
    now = timezone.now()
    waiting = Comment.objects.select_for_update().filter(
        commenter=commenter, state=CommentState.UNCONFIRMED
    )
    if not commenter.confirmed_at:
        commenter.confirmed_at = now
        commenter.save(update_fields=["confirmed_at"])
        Address.objects.filter(commenters=commenter, confirmed_at=None).update(confirmed_at=now)
    comments = list(waiting.select_related("story", "commenter").order_by("pk"))
    for comment in comments:
        _confirm_one(comment)
    return comments


def _confirm_one(comment: Comment) -> None:
    settings = rules.settings_for(comment.story)
    state = rules.state_once_confirmed(commenter=comment.commenter, settings=settings)
    is_open = rules.mode_of(comment.story, settings) in {Mode.OPEN, Mode.FIRST}
    comment.version += 1
    if state == CommentState.PUBLISHED and is_open and not _is_closed(comment.parent):
        let_stand(comment)
    else:
        comment.state = CommentState.HELD
        comment.save()


def may_change(comment: Comment) -> bool:
    """Return whether the time is not over in which its author may change a comment."""
    minutes = rules.settings_for(comment.story).edit_minutes
    is_kept = comment.state in {CommentState.REMOVED, CommentState.REJECTED, CommentState.DELETED}
    return not is_kept and timezone.now() < comment.created_at + timedelta(minutes=minutes)


@transaction.atomic
def change(*, comment: Comment, text: str) -> Comment:
    """Give a comment another text; what the rules find in it is looked at by the desk again.

    Raises TooLate.
    """
    comment = _locked(comment)
    if not may_change(comment):
        raise TooLate
    comment.text, comment.html = text, html_of(text)
    comment.edited_at = timezone.now()
    found = judging.reasons_in_text(
        text=text,
        html=comment.html,
        rules=rules.settings_for(comment.story),
        language=comment.story.locale.language_code,
    )
    reasons = list(found)
    if reasons and not comment.is_staff:
        comment.reasons = [*reasons, judging.edited]
        if comment.is_visible:
            take_from_count(comment.story)
        comment.state = CommentState.HELD
    comment.version += 1
    comment.save()
    wish_for_scores(comment)
    return comment


@transaction.atomic
def delete(*, comment: Comment) -> None:
    """Take a comment's words and name away; what answers it stays. Raises TooLate."""
    comment = _locked(comment)
    if not may_change(comment):
        raise TooLate
    if comment.is_visible:
        take_from_count(comment.story)
    comment.state = CommentState.DELETED
    comment.text = comment.html = comment.once = ""
    comment.author_name = comment.pseudonym = ""
    comment.version += 1
    comment.save()


def may_answer(comment: Comment) -> bool:
    """Return whether the desk decided against a comment and its author has not answered yet."""
    is_refused = comment.state in {CommentState.REJECTED, CommentState.REMOVED}
    return is_refused and not comment.answer


def answer(*, comment: Comment, text: str) -> None:
    """Put beside a decision, once, what the author of the comment says to it."""
    if may_answer(comment):
        Comment.objects.filter(pk=comment.pk, answer="").update(answer=text)


def like(*, comment: Comment, visitor: str, network: str, is_known: bool) -> bool:
    """Like a comment, or take that back; return whether it is liked now. Raises TooMany."""
    with transaction.atomic():
        mine = Like.objects.filter(comment=comment, voter=visitor)
        if mine.delete()[0]:
            count_like(comment, -1)
            return False
        limits.check_likes(network=network, comment=comment, is_known=is_known)
        try:
            with transaction.atomic():
                Like.objects.create(comment=comment, voter=visitor, network=network)
        except IntegrityError:  # pressed twice at once
            return True
        count_like(comment, 1)
        return True


@transaction.atomic
def report(
    *, comment: Comment, visitor: str, network: str, reason: ReportReason, words: str
) -> None:
    """Ask the desk to look at a comment; the same person asks once. Raises TooMany."""
    if Report.objects.filter(comment=comment, voter=visitor).exists():
        return
    limits.check_reports(network=network)
    Report.objects.create(
        comment=comment,
        voter=visitor,
        network=network,
        reason=reason,
        words=words,
        evidence=_("%(name)s wrote: %(text)s")
        % {"name": comment.author_name, "text": comment.text},
    )
    # Whoever decides about the comment without having seen this is asked to look again.
    Comment.objects.filter(pk=comment.pk).update(reports=F("reports") + 1, version=F("version") + 1)


def _locked(comment: Comment) -> Comment:
    return (
        Comment.objects.select_for_update(of=("self",))
        .select_related("story", "commenter")
        .get(pk=comment.pk)
    )
