"""Where a comment stands: its place in its thread, its thread's number and page."""

from django.db.models import F

from masthead.discussion.models import Comment, Tally, ThreadPage
from masthead.discussion.models.comment import DEEPEST, STEP, place_of
from masthead.stories.models import Story

#: A page takes no new thread once it has so many threads, or comments.
THREADS_ON_PAGE = 20
COMMENTS_ON_PAGE = 50
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
#: Not before any path that begins like the text before it.
_LAST = "z" * STEP * DEEPEST


def next_path(*, root: Comment, parent: Comment) -> str:
    """Return the path of one more answer to a comment; call it with the root locked.

    What answers the deepest level stands beside it.
    """
    above = parent.path[: STEP * (DEEPEST - 1)]
    below = Comment.objects.filter(root=root, path__gt=above, path__lte=above + _LAST)
    last = below.order_by("-path").values_list("path", flat=True).first()
    number = int(last[len(above) : len(above) + STEP], 36) + 1 if last else 1
    return above + _in_base_36(number)


def _in_base_36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text.rjust(STEP, "0")


def give_place(comment: Comment) -> None:
    """Let a comment stand where readers find it: its thread's number and page, for good.

    Sets the fields, and counts the thread; saves nothing of the comment. Call it in a transaction.
    """
    if comment.page_id:
        return
    if comment.root_id:
        root = Comment.objects.get(pk=comment.root_id)
        comment.page_id, comment.thread = root.page_id, root.thread
        return
    tally = locked_tally(comment.story)
    page = _page_for_one_more(tally)
    comment.page, comment.thread = page, tally.threads + 1
    Tally.objects.filter(pk=tally.pk).update(threads=comment.thread, pages=page.number)


def count(story: Story, difference: int) -> None:
    """Count one visible comment more, or less."""
    locked_tally(story)
    Tally.objects.filter(pk=story.pk).update(comments=F("comments") + difference)


def locked_tally(story: Story) -> Tally:
    """Return a story's tally; until the transaction ends nobody else counts."""
    Tally.objects.get_or_create(story=story)
    return Tally.objects.select_for_update().get(pk=story.pk)


def _page_for_one_more(tally: Tally) -> ThreadPage:
    last = ThreadPage.objects.filter(place=place_of(tally.pk, tally.pages)).first()
    if last and not _is_full(last):
        return last
    number = tally.pages + 1
    place = place_of(tally.pk, number)
    return ThreadPage.objects.create(story_id=tally.pk, number=number, place=place)


def _is_full(page: ThreadPage) -> bool:
    on_page = Comment.objects.filter(page=page)
    threads = on_page.filter(parent=None).count()
    return threads >= THREADS_ON_PAGE or on_page.count() >= COMMENTS_ON_PAGE
