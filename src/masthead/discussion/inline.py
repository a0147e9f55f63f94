"""What readers see of inline feedback: marks in the text, questions, and what is said to them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from masthead.discussion.models import Comment, CommentState, Passage
from masthead.discussion.queries import Thread, heads
from masthead.lib.marked_html import Mark, marked, paragraphs
from masthead.stories.models import Story

#: Answers to one passage where all stand, and to all of them together.
TOGETHER, IN_ALL = 10, 100
#: Answers on one page of a passage's own.
ON_PAGE = 50


@dataclass
class Feedback:
    """A passage with its newest answers, and how many there are in all."""

    passage: Passage
    answers: list[Thread]
    total: int


def feedback_on(story: Story) -> list[Feedback]:
    """Return what is asked and said about passages of a story, in the order of its text.

    It is found out once for a rendering. What is lost and was never answered is not shown.
    """
    memory = story.__dict__
    if "_inline_feedback" not in memory:
        memory["_inline_feedback"] = list(_feedback(story))
    found: list[Feedback] = memory["_inline_feedback"]
    return found


def _feedback(story: Story) -> Iterator[Feedback]:
    passages = list(Passage.objects.filter(story=story))
    if not passages:
        return
    totals = _totals(story)
    newest = defaultdict(list)
    for thread in heads(_answers(story).order_by("-thread")[:IN_ALL]):
        newest[thread.first.comment.passage_id].append(thread)
    for passage in sorted(passages, key=_in_order_of(story)):
        is_asked = bool(passage.question) and passage.is_found
        if is_asked or totals[passage.pk]:
            yield Feedback(passage, newest[passage.pk][:TOGETHER], totals[passage.pk])


def _answers(story: Story) -> "QuerySet[Comment]":
    return Comment.objects.filter(
        story=story, passage__isnull=False, parent=None, state=CommentState.PUBLISHED
    )


def _totals(story: Story) -> Counter[int]:
    rows = _answers(story).order_by().values_list("passage_id").annotate(count=Count("pk"))
    return Counter(dict(rows))


def _in_order_of(story: Story) -> Callable[[Passage], Any]:
    blocks = {block.id: number for number, block in enumerate(story.body)}
    last = len(blocks)
    return lambda each: (not each.is_found, blocks.get(each.block, last), each.start, each.pk)


def answers_to(passage: Passage, number: int) -> list[Thread]:
    """Return one page of the answers to a passage, the oldest first.

    An answer keeps its page: what was taken away counts too. Raises LookupError if there is none.
    """
    # By the thread's number, which a comment has from when readers first saw it.
    seen = Comment.objects.filter(story=passage.story_id, passage=passage, thread__isnull=False)
    rows = seen.order_by("thread")[(number - 1) * ON_PAGE : number * ON_PAGE]
    if not rows and number > 1:
        raise LookupError(number)
    return [each for each in heads(rows) if each.first.is_visible]


def has_page(passage: Passage, number: int) -> bool:
    """Return whether a passage has so many pages of answers."""
    seen = Comment.objects.filter(story=passage.story_id, passage=passage, thread__isnull=False)
    return bool(seen.order_by("thread").values_list("thread")[(number - 1) * ON_PAGE :][:1])


def with_marks(
    html: str, block: str, feedback: Sequence[Feedback], sign: Callable[[Feedback], str]
) -> str:
    """Return the HTML of a block with its passages marked, and a sign behind each.

    What does not stand there, word for word, is not marked; nor is what overlaps another.
    """
    text = "\n".join(each.text for each in paragraphs(html))
    marks: list[Mark] = []
    for each in feedback:
        passage = each.passage
        is_here = passage.is_found and passage.block == block
        is_free = not marks or marks[-1].end <= passage.start
        if is_here and is_free and text[passage.start : passage.end] == passage.exact:
            before, behind = '<span class="passage">', "</span>"
            marks.append(Mark(passage.start, passage.end, before, behind, sign(each)))
    return marked(html, marks) if marks else html


def questions_on(story: Story) -> list[tuple[Passage, int]]:
    """Return all questions of the desk beside a story, with how many answers readers see."""
    asked = Passage.objects.filter(story=story).exclude(question="")
    totals = _totals(story)
    return [(each, totals[each.pk]) for each in sorted(asked, key=_in_order_of(story))]
