"""Files of subscribers from other systems, on their way in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.newsletter.models.letters import LetterList


class ImportState(models.TextChoices):
    """How far a file of subscribers has come."""

    TO_LOOK_AT = "to look at", _("being looked through")
    LOOKED_AT = "looked at", _("looked through: nothing is written yet")
    TO_DO = "to do", _("being imported")
    DONE = "done", _("imported")
    REFUSED = "refused", _("refused")


class SubscriberImport(models.Model):
    """A file of subscribers from another system: looked through first, then taken over.

    ``content`` and ``report`` are compressed; they are deleted when they are not needed any more,
    because they hold people's addresses.
    """

    letter = models.ForeignKey(LetterList, models.CASCADE, verbose_name=_("which letter"))
    source = models.CharField(_("from"), max_length=20, blank=True)
    statement = models.TextField(_("how they gave their consent"))
    file_name = models.CharField(_("file"), max_length=255)
    content = models.BinaryField(default=b"")
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState, default=ImportState.TO_LOOK_AT
    )
    fault = models.TextField(_("trouble"), blank=True)
    lines = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    report = models.BinaryField(default=b"")
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("import of subscribers")
        verbose_name_plural = _("imports of subscribers")
        ordering: ClassVar = ["-created_at", "-pk"]
        default_permissions = ("add",)

    def __str__(self) -> str:
        return self.file_name
