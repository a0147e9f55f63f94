"""Who is told of what: noted when readers first see a comment, written as mail by the worker."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from masthead.discussion.models.comment import Comment
from masthead.readers.models import Subscription


class Notice(models.Model):
    """A comment that readers see for the first time: whoever follows it is still to be found."""

    comment = models.OneToOneField(Comment, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.comment_id)


class Waiting(models.Model):
    """A comment that one subscription is to be told of, together with others by then."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="+")
    due_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscription", "comment"], name="discussion_waiting_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.comment_id}"


class Told(models.Model):
    """When a subscription was last written to, so that a storm of comments is few mails."""

    subscription = models.OneToOneField(
        Subscription, models.CASCADE, primary_key=True, related_name="+"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.at}"
