"""Who asked to be told of comments, updates and corrections, and the mails that tell them."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masthead.discussion.mails import write_corrections, write_news
from masthead.discussion.models import Comment, CommentState, Notice, Scoring, Told, Waiting
from masthead.discussion.scoring import TOLD_AFTER
from masthead.discussion.text import html_of, without_quotes_of
from masthead.discussion.tree import take_from_count
from masthead.readers.kinds import Description, Kind, register
from masthead.readers.models import Address, Frequency, Subscription
from masthead.readers.queries import subscribed
from masthead.stories.models import Correction, Newsroom, Story
from masthead.stories.queries import public, retracted

#: New comments on a story; answers to one's own comments on it; answers to one comment; what the
#: newsroom updates and corrects in a story.
COMMENTS, REPLIES, ANSWERS, UPDATES = "comments", "replies", "answers", "updates"
#: “At once” is no more often than this: a storm of comments is one mail.
SHORTEST = timedelta(minutes=10)
#: When daily mails go out, in the newsroom's time.
MORNING = time(7, 0)
#: New things whose followers are looked for together.
AT_ONCE = 50
#: Comments that one mail shows; it leads to the others.
MOST_IN_MAIL = 20


def register_kinds() -> None:
    """Let addresses follow discussions, and have erased what they wrote in them."""
    headings = {
        COMMENTS: gettext_lazy("New comments"),
        REPLIES: gettext_lazy("Replies to your comments"),
        ANSWERS: gettext_lazy("Replies to one comment"),
        UPDATES: gettext_lazy("Updates and corrections"),
    }
    for name, heading in headings.items():
        describe = _on_comment if name == ANSWERS else _on_story
        own: dict[str, Any] = (
            {"on_export": _exported, "on_erase": erase} if name == COMMENTS else {}
        )
        register(Kind(name, heading, describe, has_frequency=True, **own))


def wording_of(kind: str) -> str:
    """Return what somebody who asks is shown, and what is kept as its evidence."""
    return {
        COMMENTS: _("Notify of new follow-up comments"),
        REPLIES: _("Notify of new replies to my comments"),
        ANSWERS: _("Notify of replies to this comment"),
        UPDATES: _("Notify of updates and corrections of this story"),
    }[kind]


def _on_story(target: str) -> Description | None:
    story = public().filter(public_id=target).first()
    return Description(story.title, story.full_url or "") if story else None


def _on_comment(target: str) -> Description | None:
    found = Comment.objects.select_related("story").filter(name=target).first()
    if not found or not found.is_visible:
        return None
    names = {"name": found.author_name, "story": found.story.title}
    return Description(_("%(name)s on “%(story)s”") % names, found.story.full_url or "")


def find_followers() -> bool:
    """Note whom something new is told to; return whether there was something."""
    if not _notices().exists():
        return False
    with transaction.atomic():
        told = ("comment__story", "comment__parent__commenter", "comment__commenter")
        notices = _notices().select_related(*told, "correction__story").order_by("pk")[:AT_ONCE]
        for notice in notices:
            Waiting.objects.bulk_create(_rows(notice), batch_size=500, ignore_conflicts=True)
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).delete()
    return True


def _notices() -> QuerySet[Notice]:
    """Return what followers are told of now: not what a scorer is just asked about."""
    asked = Scoring.objects.filter(asked_at__gt=timezone.now() - TOLD_AFTER)
    return Notice.objects.exclude(comment__in=asked.values("comment"))


def _rows(notice: Notice) -> Iterable[Waiting]:
    if notice.correction:
        return _rows_for_correction(notice.correction)
    return _rows_for(notice.comment) if notice.comment and notice.comment.is_visible else ()


def _rows_for(comment: Comment) -> Iterator[Waiting]:
    author = comment.commenter.address_id
    seen: set[int] = set()
    for subscription in _followers(comment):
        # Nobody is told of what they wrote, nor of one comment twice.
        if subscription.address_id == author or subscription.address_id in seen:
            continue
        seen.add(subscription.address_id)
        due_at = _due_at(subscription, comment.story)
        yield Waiting(subscription=subscription, comment=comment, due_at=due_at)


def _rows_for_correction(correction: Correction) -> Iterator[Waiting]:
    story = correction.story
    for subscription in subscribed(UPDATES, story.public_id):
        due_at = _due_at(subscription, story)
        yield Waiting(subscription=subscription, correction=correction, due_at=due_at)


def _followers(comment: Comment) -> Iterator[Subscription]:
    if parent := comment.parent:
        yield from subscribed(ANSWERS, parent.name)
        answered = parent.commenter
        if answered.address_id and answered.confirmed_at:
            replies = subscribed(REPLIES, comment.story.public_id)
            yield from replies.filter(address=answered.address_id)
    yield from subscribed(COMMENTS, comment.story.public_id)


def _due_at(subscription: Subscription, story: Story) -> datetime:
    """Return when a subscription is told of something new."""
    now = timezone.now()
    told = Told.objects.filter(subscription=subscription).values_list("at", flat=True).first()
    if subscription.frequency == Frequency.DAILY:
        zone = Newsroom.for_site(story.site).zone
        today = datetime.combine(now.astimezone(zone), MORNING, zone)
        return today if today > now else today + timedelta(days=1)
    pause = timedelta(hours=1) if subscription.frequency == Frequency.HOURLY else SHORTEST
    return max(now, told + pause) if told else now


def write_due() -> bool:
    """Write one mail of all that one subscription waits for; return whether there was one."""
    due = Waiting.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")
    key = due.values_list("subscription", flat=True).first()
    if key is None:
        return False
    _write_to(key)
    return True


@transaction.atomic
def _write_to(key: int) -> None:
    subscription = Subscription.objects.select_related("address").get(pk=key)
    waiting = Waiting.objects.filter(subscription=subscription)
    comments, corrections = _comments_in(waiting), _corrections_in(waiting)
    waiting.delete()
    if (comments or corrections) and _is_wanted(subscription):
        _write(subscription, comments, corrections)
        Told.objects.update_or_create(subscription=subscription, defaults={"at": timezone.now()})


def _comments_in(waiting: QuerySet[Waiting]) -> list[Comment]:
    """Return the comments among what waits that readers still see, the oldest first."""
    found = Comment.objects.filter(pk__in=waiting.values("comment"))
    seen = found.filter(state=CommentState.PUBLISHED, story__in=public())
    return list(seen.select_related("story__locale", "page").order_by("pk")[:MOST_IN_MAIL])


def _corrections_in(waiting: QuerySet[Waiting]) -> list[Correction]:
    """Return the corrections among what waits that readers can look up, the oldest first."""
    found = Correction.objects.filter(pk__in=waiting.values("correction"))
    seen = found.filter(Q(story__in=public()) | Q(story__in=retracted()))
    return list(seen.select_related("story__locale").order_by("pk")[:MOST_IN_MAIL])


def _write(
    subscription: Subscription, comments: list[Comment], corrections: list[Correction]
) -> None:
    """Write in the language of the address, or else of the story."""
    story = comments[0].story if comments else corrections[0].story
    with translation.override(subscription.address.language or story.locale.language_code):
        wording = wording_of(subscription.kind)
        if corrections:
            write_corrections(subscription=subscription, corrections=corrections, wording=wording)
        else:
            write_news(subscription=subscription, comments=comments, wording=wording)


def _is_wanted(subscription: Subscription) -> bool:
    active = subscribed(subscription.kind, subscription.target)
    return active.filter(pk=subscription.pk).exists()


def _written_by(address: Address) -> Any:
    # What was written in a browser that never proved the address is not known to be theirs.
    confirmed = Q(commenter__confirmed_at__isnull=False)
    return Comment.objects.filter(confirmed, commenter__address=address)


def _exported(address: Address) -> dict[str, Any]:
    rows = _written_by(address).select_related("story", "passage").order_by("pk")
    comments = [
        {
            "story": row.story.full_url or row.story.title,
            "name": row.author_name,
            "text": row.text,
            "written_at": row.created_at.isoformat(),
            "state": row.state,
            **({"about": row.passage.selectors()} if row.passage else {}),
        }
        for row in rows
    ]
    return {"comments": comments} if comments else {}


def erase(address: Address) -> None:
    """Take name, text and address out of all that an address wrote; threads keep their shape."""
    for comment in _written_by(address).select_related("story"):
        if comment.is_visible:
            take_from_count(comment.story)
        _erase_quotes(comment)
        comment.reported.update(evidence="")
        Comment.objects.filter(pk=comment.pk).update(
            state=CommentState.DELETED,
            **dict.fromkeys(
                (
                    *("text", "html", "author_name", "pseudonym", "once", "network"),
                    *("verdict", "answer"),
                ),
                "",
            ),
            reasons=[],
        )
    address.commenters.update(name="", address=None)


def _erase_quotes(comment: Comment) -> None:
    """Take out the copies of a comment that its thread quotes, and that are quoted from those."""
    thread = Comment.objects.filter(root=comment.root_id or comment.pk, text__contains=">")
    for reply in thread.exclude(pk=comment.pk):
        text = without_quotes_of(reply.text, comment.text)
        if text == reply.text:
            continue
        for report in reply.reported.exclude(evidence=""):
            report.evidence = report.evidence.replace(reply.text, text)
            report.save(update_fields=["evidence"])
        Comment.objects.filter(pk=reply.pk).update(text=text, html=html_of(text))
