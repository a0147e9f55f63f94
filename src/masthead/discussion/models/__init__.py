"""Comments, who wrote them, and how the desk runs the discussion."""

from masthead.discussion.models.comment import Comment, CommentState, Tally, ThreadPage
from masthead.discussion.models.follow import Notice, Told, Waiting
from masthead.discussion.models.passage import Passage
from masthead.discussion.models.person import Ban, BanKind, Commenter, Standing
from masthead.discussion.models.response import Like, Report, ReportReason
from masthead.discussion.models.rules import Discussion, DiscussionSettings, FirstComment, Mode

__all__ = [
    "Ban",
    "BanKind",
    "Comment",
    "CommentState",
    "Commenter",
    "Discussion",
    "DiscussionSettings",
    "FirstComment",
    "Like",
    "Mode",
    "Notice",
    "Passage",
    "Report",
    "ReportReason",
    "Standing",
    "Tally",
    "ThreadPage",
    "Told",
    "Waiting",
]
