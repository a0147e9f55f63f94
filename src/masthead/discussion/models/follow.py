"""Who is told of what: noted when readers first see a comment, written as mail by the worker."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from masthead.discussion.models.comment import Comment
from masthead.readers.models import Subscription
from masthead.stories.models import Correction

#: What is told is a comment, or a correction or update of a story.
_ONE_OF_TWO = Q(comment=None, correction__isnull=False) | Q(comment__isnull=False, correction=None)


class Notice(models.Model):
    """What readers see for the first time: whoever follows it is still to be found."""

    comment = models.OneToOneField(Comment, models.CASCADE, null=True, related_name="+")
    correction = models.OneToOneField(Correction, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ONE_OF_TWO, name="discussion_notice_of_one")
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.correction_id}"


class Waiting(models.Model):
    """What one subscription is to be told of, together with what else there is by then."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    correction = models.ForeignKey(Correction, models.CASCADE, null=True, related_name="+")
    due_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscription", "comment"], name="discussion_waiting_once"
            ),
            models.UniqueConstraint(
                fields=["subscription", "correction"], name="discussion_waiting_correction_once"
            ),
            models.CheckConstraint(condition=_ONE_OF_TWO, name="discussion_waiting_for_one"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.comment_id} {self.correction_id}"


class Told(models.Model):
    """When a subscription was last written to, so that a storm of comments is few mails."""

    subscription = models.OneToOneField(
        Subscription, models.CASCADE, primary_key=True, related_name="+"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.at}"
