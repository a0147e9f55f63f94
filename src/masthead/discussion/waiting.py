"""What waits for the desk's decision, for the queue and for the mails that tell of it."""

from django.db.models import Q, QuerySet

from masthead.discussion.models import Comment, CommentState

#: Held, or reported by somebody since it was last decided about.
IS_WAITING = Q(state=CommentState.HELD) | Q(reports__gt=0)


def waiting_comments() -> QuerySet[Comment]:
    """Return the comments that wait for a decision, of all sites."""
    return Comment.objects.filter(IS_WAITING)
