"""What readers see of a discussion."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import QuerySet

from masthead.discussion.models import Comment, Commenter, CommentState, Passage, Tally, ThreadPage
from masthead.discussion.models.comment import place_of
from masthead.stories.models import Story

#: Comments under the story itself, on one page of threads, and on a page of one thread.
NEWEST, ON_PAGE, OF_THREAD = 100, 100, 80
#: Pages of threads that are read at a time to find the newest comments.
PAGES = 3
#: Threads that the desk put first.
PINNED = 3
#: Threads on the pages of the most liked and of the newsroom's picks.
CHOSEN = 30
_SHOWN = (
    *("name", "parent_id", "root_id", "path", "thread", "page_id", "author_name", "pseudonym"),
    "is_staff",
    *("is_story_author", "html", "state", "published_at", "edited_at", "likes_shown"),
    *("is_featured", "is_pinned", "is_closed", "passage_id"),
)


@dataclass
class Node:
    """A comment as it stands in its thread, with what answers it."""

    comment: Comment
    replies: list["Node"] = field(default_factory=list)

    @property
    def is_visible(self) -> bool:
        return self.comment.is_visible


@dataclass
class Thread:
    """A comment that answers the story, and what answers that, cut where it is too long."""

    first: Node
    number: int
    page: int
    shown: int
    total: int

    @property
    def is_cut(self) -> bool:
        return self.shown < self.total


@dataclass(frozen=True)
class Area:
    """What stands under a story: the newest threads, and how much there is in all."""

    threads: list[Thread]
    comments: int
    pages: int

    @property
    def is_all(self) -> bool:
        return sum(thread.total for thread in self.threads) >= self.comments


def newest(story: Story, tally: Tally) -> Area:
    """Return the newest threads of a story, the newest first, with 100 comments at most.

    Those that the desk pinned stand before them.
    """
    threads = _pinned(story) if tally.threads else []
    pinned = {thread.number for thread in threads}
    left = NEWEST - sum(thread.shown for thread in threads)
    for last in range(tally.pages, 0, -PAGES):
        pages = _pages(story, range(last, max(0, last - PAGES), -1))
        rows = [each for each in _threads_on(pages)[::-1] if each[0].thread not in pinned]
        found = list(_first(rows, left, pages))
        threads += found
        left -= sum(thread.shown for thread in found)
        if left <= 0:
            break
    return Area(threads, tally.comments, tally.pages)


def _pinned(story: Story) -> list[Thread]:
    """Return the threads that stand first: those of the newest comments that the desk pinned."""
    rows = Comment.objects.filter(story=story, is_pinned=True, state=CommentState.PUBLISHED)
    return _whole(rows.only("page_id", "thread").order_by("-thread")[:PINNED])


def _whole(comments: Iterable[Comment]) -> list[Thread]:
    """Return the threads of some comments, each once and cut where it is long."""
    first = {comment.thread: comment for comment in reversed(list(comments))}
    heads = sorted(first.values(), key=lambda each: -(each.thread or 0))
    pages = ThreadPage.objects.in_bulk({head.page_id for head in heads})
    whole = [
        (
            list(_standing(Comment.objects.filter(page=head.page_id, thread=head.thread))),
            pages[head.page_id].number,
        )
        for head in heads
        if head.page_id
    ]
    return [_thread(each[: NEWEST // 3], len(each), number) for each, number in whole]


@dataclass(frozen=True)
class Page:
    """One page of threads, numbered from the oldest."""

    threads: list[Thread]
    number: int
    has_next: bool


def page_of_threads(story: Story, number: int) -> Page:
    """Return one page of threads, the oldest first. Raises LookupError if there is none."""
    pages = _pages(story, [number, number + 1])
    if not pages or pages[0].number != number:
        raise LookupError(number)
    rows = _threads_on(pages[:1])
    shares = _shares([len(thread) for thread in rows], ON_PAGE)
    threads = [
        _thread(thread[:share], len(thread), number)
        for thread, share in zip(rows, shares, strict=True)
    ]
    return Page(threads, number, len(pages) > 1)


def whole_thread(story: Story, page: int, number: int, part: int) -> tuple[Thread, int]:
    """Return a part of one thread, and how many parts it has.

    Each part begins with the thread's first comment. Raises LookupError if there is none.
    """
    on_page = Comment.objects.filter(page__in=_pages(story, [page]), thread=number)
    rows = list(_standing(on_page))
    parts = max(1, -(-(len(rows) - 1) // OF_THREAD))
    if not rows or not 1 <= part <= parts:
        raise LookupError(number, part)
    replies = rows[1 + (part - 1) * OF_THREAD : 1 + part * OF_THREAD]
    return _thread([rows[0], *replies], len(rows), page), parts


def _pages(story: Story, numbers: Iterable[int]) -> list[ThreadPage]:
    """Return those of a story's pages of threads that there are, the oldest first."""
    # By their places: a new page wakes whoever asked for it, and nobody else.
    places = [place_of(story.pk, number) for number in numbers]
    found = ThreadPage.objects.filter(place__in=places)
    return sorted(found, key=lambda page: page.number)


def _threads_on(pages: list[ThreadPage]) -> list[list[Comment]]:
    """Return the comments on pages of threads, thread by thread, without what is not shown."""
    rows = _standing(Comment.objects.filter(page__in=pages))
    return [list(group) for _number, group in groupby(rows, key=lambda row: row.thread)]


def _standing(comments: QuerySet[Comment]) -> Iterator[Comment]:
    """Yield what readers see, in order; what was taken away stands where something answers it."""
    rows = list(comments.only(*_SHOWN).order_by("thread", "path"))
    _find_passages(rows)
    kept: list[Comment] = []
    for row in reversed(rows):
        below = kept[-1] if kept else None
        is_answered = below and below.thread == row.thread and below.path.startswith(row.path)
        if row.is_visible or is_answered:
            kept.append(row)
    return reversed(kept)


def _first(rows: list[list[Comment]], most: int, pages: list[ThreadPage]) -> Iterator[Thread]:
    """Yield the threads in front, with so many comments in all."""
    numbers = {page.pk: page.number for page in pages}
    for thread in rows:
        if most <= 0:
            return
        # No thread takes all the room: what is new stands under many.
        shown = thread[: min(most, NEWEST // 3)]
        most -= len(shown)
        yield _thread(shown, len(thread), numbers[shown[0].page_id or 0])


def _shares(lengths: list[int], most: int) -> list[int]:
    """Return how much of each is shown: all of the short ones, the rest evenly."""
    shares = [0] * len(lengths)
    left = most
    for place, index in enumerate(sorted(range(len(lengths)), key=lengths.__getitem__)):
        fair = max(1, left // (len(lengths) - place))
        shares[index] = min(lengths[index], fair)
        left -= shares[index]
    return shares


def _thread(rows: list[Comment], total: int, page: int) -> Thread:
    first = Node(rows[0])
    stack = [first]
    for row in rows[1:]:
        while stack[-1] is not first and not row.path.startswith(stack[-1].comment.path):
            stack.pop()
        node = Node(row)
        stack[-1].replies.append(node)
        stack.append(node)
    return Thread(first, rows[0].thread or 0, page, len(rows), total)


@dataclass(frozen=True)
class Chosen:
    """One page of comments that were chosen from all, in an order of their own."""

    threads: list[Thread]
    has_next: bool


def most_liked(story: Story, number: int = 1) -> Chosen:
    """Return the threads whose first comments readers like most."""
    liked = Comment.objects.filter(story=story, parent=None, state=CommentState.PUBLISHED)
    return _choice(liked.filter(likes_shown__gt=0).order_by("-likes_shown", "thread"), number)


def picks(story: Story, number: int = 1) -> Chosen:
    """Return the comments that the newsroom picked, each by itself."""
    picked = Comment.objects.filter(story=story, is_featured=True, state=CommentState.PUBLISHED)
    return _choice(picked.order_by("-published_at"), number)


def staff(story: Story, number: int = 1) -> Chosen:
    """Return what people of the newsroom wrote last, each by itself."""
    own = Comment.objects.filter(story=story, is_staff=True, state=CommentState.PUBLISHED)
    return _choice(own.order_by("-published_at"), number)


def _choice(comments: QuerySet[Comment], number: int) -> Chosen:
    found = heads(comments[(number - 1) * CHOSEN : number * CHOSEN + 1])
    return Chosen(found[:CHOSEN], len(found) > CHOSEN)


def threads_of(story: Story, who: Sequence[Commenter]) -> list[Thread]:
    """Return the newest threads in which somebody takes part, whole unless they are long."""
    own = Comment.objects.filter(story=story, commenter__in=who, state=CommentState.PUBLISHED)
    newest_own = own.only("page_id", "thread").order_by("-thread")[: OF_THREAD * 2]
    return _whole(newest_own)[:CHOSEN]


def heads(comments: QuerySet[Comment]) -> list[Thread]:
    """Return the first comments of some threads, each by itself."""
    rows = list(comments.only(*_SHOWN))
    _find_passages(rows)
    pages = ThreadPage.objects.in_bulk({row.page_id for row in rows})
    return [_thread([row], 1, pages[row.page_id].number) for row in rows if row.page_id]


def _find_passages(rows: list[Comment]) -> None:
    """Let comments know the passages that they are about, asking for all of them at once."""
    about = [row for row in rows if row.passage_id]
    passages = Passage.objects.in_bulk({row.passage_id for row in about}) if about else {}
    for row in about:
        row.passage = passages.get(row.passage_id)


def tally_of(story: Story) -> Tally:
    """Return how much readers see under a story."""
    return Tally.objects.filter(story=story).first() or Tally(story=story)
