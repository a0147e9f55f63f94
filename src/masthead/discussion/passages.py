"""Marking passages of a story, asking about them, and finding them again after it was edited."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from masthead.discussion import rules
from masthead.discussion.errors import Closed, NotThere, TooMany
from masthead.discussion.models import Passage
from masthead.discussion.models.passage import LONGEST_PASSAGE
from masthead.lib.anchoring import Certainty, Span, Text, choose, find_again, quote
from masthead.lib.marked_html import paragraphs
from masthead.readers.models import User
from masthead.stories.models import Story

#: Passages of one story that readers may have marked.
MOST_REMARKED = 200


@dataclass(frozen=True)
class Marked:
    """What somebody marked: the words, and what stands around them where that is known."""

    exact: str
    prefix: str = ""
    suffix: str = ""


class StoryText:
    """The text of a story, of which each paragraph stands somewhere in one of its blocks."""

    def __init__(self, story: Story) -> None:
        places = [
            (block.id or "", paragraph)
            for block in story.body
            if block.block_type == "text"
            for paragraph in paragraphs(block.value.source)
        ]
        self.text = Text([paragraph.text for _block, paragraph in places])
        self.places = [(block, paragraph.start) for block, paragraph in places]

    def put(self, passage: Passage, span: Span) -> None:
        """Set that a passage stands there."""
        passage.known_by = quote(self.text, span)
        passage.block, passage.start = self.place_of(span)
        passage.is_found = True

    def place_of(self, span: Span) -> tuple[str, int]:
        """Return the block in which something stands, and at which character of its text."""
        number = self.text.paragraph_of(span)
        block, start = self.places[number]
        return block, start + span.start - self.text.starts[number]


def may_ask(*, story: Story, by: User) -> bool:
    """Return whether somebody may put questions beside a story.

    They need to be allowed to publish it or, before readers see it, to edit it.
    """
    may = story.permissions_for_user(by)
    return bool(may.can_publish() or (not story.live and may.can_edit()))


@transaction.atomic
def ask(*, story: Story, marked: Marked, question: str, by: User) -> Passage:
    """Ask readers about a passage of a story's newest version.

    Readers see the question as soon as the passage stands in the version that they read. Raises
    PermissionDenied or NotThere.
    """
    _check(story, by)
    passage = _passage_of_draft(story, marked)
    passage.question, passage.asked_by = question, by
    passage.is_found = False
    if story.live:
        _find(passage, StoryText(story))
    passage.save()
    _log(passage, "ask", by)
    return passage


@transaction.atomic
def mark_anew(*, passage: Passage, marked: Marked, by: User) -> None:
    """Put a question beside other words. Raises PermissionDenied or NotThere."""
    _check(passage.story, by)
    anew = _passage_of_draft(passage.story, marked)
    anew.pk, anew.name = passage.pk, passage.name
    anew.question, anew.is_open = passage.question, passage.is_open
    anew.asked_by, anew.asked_at = passage.asked_by, passage.asked_at
    anew.is_found = False
    if passage.story.live:
        _find(anew, StoryText(passage.story))
    anew.save(force_update=True)
    _log(anew, "ask", by)


@transaction.atomic
def reword(*, passage: Passage, question: str, is_open: bool, by: User) -> None:
    """Ask something else, or take no more answers, or take them again."""
    _check(passage.story, by)
    passage.question, passage.is_open = question, is_open
    passage.save(update_fields=["question", "is_open"])
    _log(passage, "ask" if is_open else "stop_asking", by)


@transaction.atomic
def withdraw(*, passage: Passage, by: User) -> None:
    """Take a question away; what readers answered stays, as comments on the story."""
    _check(passage.story, by)
    _log(passage, "withdraw", by)
    passage.delete()


def remarked(*, story: Story, marked: Marked) -> Passage:
    """Return the passage that a reader marked, stored. Raises Closed, NotThere or TooMany."""
    if not rules.chosen(story, rules.settings_for(story)).may_remark:
        raise Closed
    text = StoryText(story)
    span = _chosen(text, marked)
    block, start = text.place_of(span)
    by_readers = Passage.objects.filter(story=story, question="")
    same = by_readers.filter(block=block, start=start, exact=text.text.words(span), is_found=True)
    if known := same.first():
        return known
    if by_readers.count() >= MOST_REMARKED:
        raise TooMany
    passage = _new(story, text, span)
    passage.save()
    return passage


def find_passages_again(*, story: Story) -> None:
    """Find all passages in the version that readers see from now on, or note that they are lost."""
    passages = list(Passage.objects.filter(story=story))
    text = StoryText(story) if passages else None
    for passage in passages:
        if text:
            _find(passage, text)
        passage.save()


def _chosen(text: StoryText, marked: Marked) -> Span:
    try:
        return choose(text.text, marked.exact, marked.prefix, marked.suffix)
    except LookupError:
        raise NotThere from None


def _new(story: Story, text: StoryText, span: Span) -> Passage:
    words = text.text.words(span)
    passage = Passage(story=story, quote=words)
    text.put(passage, span)
    if passage.certainty == Certainty.NONE or len(words) > LONGEST_PASSAGE:
        raise NotThere
    return passage


def _passage_of_draft(story: Story, marked: Marked) -> Passage:
    draft = story.get_latest_revision_as_object()
    text = StoryText(draft)
    return _new(story, text, _chosen(text, marked))


def _find(passage: Passage, text: StoryText) -> None:
    span = find_again(text.text, passage.known_by)
    passage.is_found = span is not None
    if span:
        text.put(passage, span)


def _check(story: Story, by: User) -> None:
    if not may_ask(story=story, by=by):
        raise PermissionDenied


def _log(passage: Passage, what: str, by: User) -> None:
    data = {"reason": passage.question}
    log(instance=passage.story, action=f"discussion.{what}", user=by, data=data)
