"""Where a comment stands: its place in its thread, its thread's number and page."""

from django.db.models import F

from masthead.discussion.models import Comment, Tally, ThreadPage
from masthead.discussion.models.comment import DEEPEST, STEP, place_of
from masthead.lib.rows import one_or_none
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
    """Let a comment stand where readers find it, and count it.

    Sets its thread's number and page, for good; saves nothing of the comment. Call it in a
    transaction.
    """
    tally = locked_tally(comment.story)
    if comment.root_id and not comment.page_id:
        root = Comment.objects.only("page_id", "thread").get(pk=comment.root_id)
        comment.page_id, comment.thread = root.page_id, root.thread
        tally.comments_on_last += int(root.page_id == tally.last_page_id)
    elif not comment.page_id:
        _make_room(tally)
        comment.page_id = tally.last_page_id
        comment.thread = tally.threads = tally.threads + 1
        tally.threads_on_last += 1
        tally.comments_on_last += 1
    tally.comments += 1
    tally.save()


def take_from_count(story: Story) -> None:
    """Count one visible comment less."""
    locked_tally(story)
    Tally.objects.filter(pk=story.pk).update(comments=F("comments") - 1)


def locked_tally(story: Story) -> Tally:
    """Return a story's tally; until the transaction ends nobody else counts."""
    locked = Tally.objects.select_for_update().filter(pk=story.pk)
    found = one_or_none(locked)
    if found is None:
        Tally.objects.get_or_create(story=story)
        found = locked.get()
    return found


def _make_room(tally: Tally) -> None:
    """Begin a new last page if the last one takes no more threads, or there is none."""
    is_full = tally.threads_on_last >= THREADS_ON_PAGE or tally.comments_on_last >= COMMENTS_ON_PAGE
    if tally.last_page_id and not is_full:
        return
    tally.pages += 1
    place = place_of(tally.pk, tally.pages)
    page = ThreadPage.objects.create(story_id=tally.pk, number=tally.pages, place=place)
    tally.last_page_id, tally.threads_on_last, tally.comments_on_last = page.pk, 0, 0
