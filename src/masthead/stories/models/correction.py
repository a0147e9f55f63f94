"""What was wrong in a published story, and what is right."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.lib.identity import PublicIdentity


class CorrectionKind(models.TextChoices):
    """How a published story was changed for the record."""

    CORRECTION = "correction", _("Correction")
    CLARIFICATION = "clarification", _("Clarification")
    UPDATE = "update", _("Update")
    RETRACTION = "retraction", _("Retraction")


class Correction(PublicIdentity):
    """One correction, tied to the two versions of the story that it stands between."""

    story = models.ForeignKey("stories.Story", models.PROTECT, related_name="corrections")
    kind = models.CharField(_("kind"), max_length=13, choices=CorrectionKind)
    was_wrong = models.TextField(_("what was wrong"), blank=True)
    is_right = models.TextField(_("what is right"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    before = models.ForeignKey("wagtailcore.Revision", models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey("wagtailcore.Revision", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.story}"
