"""How often stories were read: an estimate, of nobody in particular."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoryReads(models.Model):
    """How often one story was read in one hour by those whom one site led there."""

    story = models.ForeignKey("stories.Story", models.CASCADE, related_name="reads")
    #: When the hour began.
    hour = models.DateTimeField(_("hour"), db_index=True)
    #: "" for readers whom no other site led there, and for sites past the first of an hour.
    site = models.CharField(_("from"), max_length=100, blank=True)
    count = models.PositiveIntegerField(_("reads"))

    class Meta:
        verbose_name = _("reads of a story")
        verbose_name_plural = _("reads of stories")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["story", "hour", "site"], name="stories_reads_once")
        ]

    def __str__(self) -> str:
        return f"{self.story_id}, {self.hour:%Y-%m-%d %H:%M}: {self.count}"


class ReadLog(models.Model):
    """How far a web server's log has been read; one row for each log."""

    path = models.TextField(primary_key=True)
    inode = models.BigIntegerField(default=0)
    offset = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.path
