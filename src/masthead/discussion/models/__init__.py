"""Comments, who wrote them, and how the desk runs the discussion."""

from masthead.discussion.models.comment import (
    Comment,
    CommentState,
    MostDiscussed,
    Tally,
    ThreadPage,
)
from masthead.discussion.models.follow import Notice, Told, Waiting
from masthead.discussion.models.passage import Passage
from masthead.discussion.models.person import Ban, BanKind, Commenter, Standing
from masthead.discussion.models.response import Applause, Like, Report, ReportReason
from masthead.discussion.models.rules import (
    Discussion,
    DiscussionSettings,
    Duty,
    FirstComment,
    Mode,
    OffDuty,
)
from masthead.discussion.models.scoring import Scorer, Scoring

__all__ = [
    "Applause",
    "Ban",
    "BanKind",
    "Comment",
    "CommentState",
    "Commenter",
    "Discussion",
    "DiscussionSettings",
    "Duty",
    "FirstComment",
    "Like",
    "Mode",
    "MostDiscussed",
    "Notice",
    "OffDuty",
    "Passage",
    "Report",
    "ReportReason",
    "Scorer",
    "Scoring",
    "Standing",
    "Tally",
    "ThreadPage",
    "Told",
    "Waiting",
]
