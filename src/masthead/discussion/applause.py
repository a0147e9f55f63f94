"""Likes: counted at once, shown at once in a small file, and on the pages every half minute."""

from django.db import transaction
from django.db.models import F

from masthead.discussion.models import Applause, Comment, CommentState

#: Comments that are brought up to date together, and of which the small file tells.
AT_ONCE = 500
MOST_RECENT = 200


def count_like(comment: Comment, change: int) -> None:
    """Count one like more or less, in the caller's transaction, and have readers told."""
    Applause.objects.get_or_create(story_id=comment.story_id)
    applause = Applause.objects.select_for_update().get(pk=comment.story_id)
    mine = Comment.objects.filter(pk=comment.pk)
    mine.update(likes=F("likes") + change)
    applause.recent.pop(comment.name, None)
    applause.recent[comment.name] = mine.values_list("likes", flat=True).get()
    applause.recent = dict([*applause.recent.items()][-MOST_RECENT:])
    applause.save()


def recent_likes(story: int) -> dict[str, int]:
    """Return the likes under a story that its pages do not show yet, by the comments' names."""
    found = Applause.objects.filter(pk=story).first()
    return found.recent if found else {}


def show_likes() -> bool:
    """Let pages show how many like a comment, of all that changed; return whether more did."""
    changed = Comment.objects.filter(state=CommentState.PUBLISHED).exclude(likes=F("likes_shown"))
    rows = list(changed.values_list("pk", "story_id")[:AT_ONCE])
    if not rows:
        return False
    with transaction.atomic():
        # Whoever likes meanwhile waits, and is told of afterwards.
        applauded = Applause.objects.select_for_update().filter(pk__in={story for _, story in rows})
        stories = [each.pk for each in applauded]
        Comment.objects.filter(pk__in=[pk for pk, _ in rows]).update(likes_shown=F("likes"))
        Applause.objects.filter(pk__in=stories).update(recent={})
    return len(rows) == AT_ONCE
