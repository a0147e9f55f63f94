"""Comments that a program outside is still to be asked about."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from masthead.discussion.models.comment import Comment


class Scorer(models.TextChoices):
    """Who is asked what a comment looks like."""

    AKISMET = "akismet", "Akismet"
    OWN = "own", "Own scorer"


class Scoring(models.Model):
    """A question to one scorer about one comment; gone once it was answered or given up."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="scorings")
    scorer = models.CharField(max_length=10, choices=Scorer)
    #: The comment's, when it was noted: what somebody decided since is not touched.
    version = models.PositiveIntegerField()
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["comment", "scorer"], name="discussion_scoring_once")
        ]

    def __str__(self) -> str:
        return f"{self.scorer}: {self.comment_id}"
