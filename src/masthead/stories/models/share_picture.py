"""The picture that stands for a story where somebody shares it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from masthead.media.models import public_storage, unguessable_name


class SharePicture(models.Model):
    """A drawing of a story's headline, made by the worker after each publication."""

    story = models.OneToOneField("stories.Story", models.CASCADE, related_name="share_picture")
    file = models.FileField(upload_to=unguessable_name, storage=public_storage, blank=True)
    #: What it was drawn from; the same again is not drawn anew.
    drawn_from = models.CharField(max_length=64, blank=True)
    is_due = models.BooleanField(default=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="stories_share_picture_due", condition=Q(is_due=True)),
        ]

    def __str__(self) -> str:
        return str(self.story)
