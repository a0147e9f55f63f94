"""Times in which nothing goes out: after a restore, or because somebody said so."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Hold(models.Model):
    """A time in which no mail of any kind leaves; one that has no end holds now.

    ``why`` is a sentence for whoever asks where the mail is.
    """

    why = models.TextField(_("why"))
    since = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold of all mail")
        verbose_name_plural = _("holds of all mail")
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("since")),
                name="mail_hold_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return self.why
