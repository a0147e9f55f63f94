"""What readers do with other people's comments."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.discussion.models.comment import Comment
from masthead.stories.models import Story


class Like(models.Model):
    """One person, or one browser, likes a comment."""

    comment = models.ForeignKey(Comment, models.CASCADE, db_index=False, related_name="+")
    voter = models.CharField(max_length=22)
    network = models.CharField(max_length=22)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["comment", "voter"], name="discussion_like_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["network", "made_at"], name="discussion_like_network")
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.made_at}"


class Applause(models.Model):
    """The likes under one story that its pages do not show yet: counts by the comment's name."""

    story = models.OneToOneField(Story, models.CASCADE, primary_key=True, related_name="+")
    recent = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.story_id}: {len(self.recent)}"


class ReportReason(models.TextChoices):
    """Why somebody wants the desk to look."""

    ILLEGAL = "illegal", _("It is against the law")
    ATTACK = "attack", _("It threatens or insults somebody")
    PRIVATE = "private", _("It tells something private")
    SPAM = "spam", _("It is advertising")
    OTHER = "other", _("Something else")


class Report(models.Model):
    """Somebody asks the desk to look at a comment; keeps what stood there at that moment."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reported")
    voter = models.CharField(max_length=22)
    network = models.CharField(max_length=22)
    reason = models.CharField(max_length=10, choices=ReportReason)
    words = models.TextField(max_length=2_000, blank=True)
    evidence = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["comment", "voter"], name="discussion_report_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["network", "made_at"], name="discussion_report_network")
        ]

    def __str__(self) -> str:
        return self.get_reason_display()
