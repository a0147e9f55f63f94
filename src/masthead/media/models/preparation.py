"""Files on their way in, and clips on their way to readers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.media.models.clip import Clip


class Step(models.TextChoices):
    """What is done with a clip, first to last."""

    PLAYABLE = "playable", _("making it playable")
    POSTER = "poster", _("looking for a poster")
    LADDER = "ladder", _("making versions for slow lines")
    LARGE = "large", _("making the large version")


class Preparation(models.Model):
    """How far a clip has come on its way from the original to what readers see.

    A row of its own, so that progress wakes no page.
    """

    clip = models.OneToOneField(Clip, models.CASCADE, related_name="preparation")
    step = models.CharField(max_length=8, choices=Step, default=Step.PLAYABLE)
    percent = models.PositiveSmallIntegerField(default=0)
    #: How often this step was begun: what ends the worker each time is given up.
    attempts = models.PositiveSmallIntegerField(default=0)
    is_over = models.BooleanField(default=False, db_index=True)
    error = models.CharField(max_length=500, blank=True)
    #: The second at which the poster is to be taken; the best of several when empty.
    poster_at = models.FloatField(null=True)
    begun_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.clip_id}: {self.step}"


class CaptionsDraft(models.Model):
    """Captions that a program was asked for: an editor corrects them, readers never see them."""

    clip = models.OneToOneField(Clip, models.CASCADE, related_name="captions_draft")
    text = models.TextField(blank=True)
    error = models.CharField(max_length=500, blank=True)
    #: How often it was begun: what ends the worker each time is given up.
    attempts = models.PositiveSmallIntegerField(default=0)
    is_over = models.BooleanField(default=False, db_index=True)

    def __str__(self) -> str:
        return f"{self.clip_id}: {len(self.text)}"


class Upload(models.Model):
    """A large file on its way in, piece by piece; ``received`` bytes of it are on the disk."""

    token = models.CharField(max_length=22, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    length = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.token}: {self.received} of {self.length}"

    @property
    def is_complete(self) -> bool:
        return self.received == self.length


class FormerFile(models.Model):
    """A public file in whose place another stands: pages that name it live for a while yet."""

    clip = models.ForeignKey(Clip, models.CASCADE, related_name="former_files")
    name = models.CharField(max_length=100, unique=True)
    delete_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
