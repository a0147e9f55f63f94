"""Letters that write themselves."""

from datetime import time
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from masthead.newsletter.models.letters import LetterList


class Rhythm(models.TextChoices):
    """When an automatic letter is written."""

    NOW = "now", _("as soon as a story is published")
    DAILY = "daily", _("every day")
    WEEKDAYS = "weekdays", _("Monday to Friday")
    WEEKLY = "weekly", _("once a week")


class Weekday(models.IntegerChoices):
    """The days of the week, as Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Routine(models.Model):
    """A letter that writes and sends itself from the stories since the last time.

    ``done_until`` is the instant up to which stories have been in one; it is set when the routine
    is switched on, so that it begins with what is published afterwards.
    """

    letter = models.ForeignKey(
        LetterList, models.CASCADE, related_name="routines", verbose_name=_("which letter")
    )
    rhythm = models.CharField(_("when"), max_length=8, choices=Rhythm, default=Rhythm.WEEKDAYS)
    weekday = models.PositiveSmallIntegerField(
        _("on"), choices=Weekday, default=Weekday.SUNDAY, help_text=_("For one that is weekly.")
    )
    at = models.TimeField(
        _("at"),
        default=time(7),
        help_text=_("In the newsroom's time zone. For one that has an hour."),
    )
    section = models.ForeignKey(
        "stories.Section",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("section"),
        help_text=_("Empty: all of them."),
    )
    most = models.PositiveSmallIntegerField(
        _("at most"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text=_("Stories in one letter, the newest first."),
    )
    subject = models.CharField(
        _("subject"),
        max_length=80,
        blank=True,
        help_text=_("Empty: the first story's headline."),
    )
    is_on = models.BooleanField(_("switched on"), default=False)
    done_until = models.DateTimeField(null=True, editable=False)

    panels: ClassVar = [
        FieldPanel("letter"),
        FieldRowPanel([FieldPanel("rhythm"), FieldPanel("weekday"), FieldPanel("at")]),
        FieldRowPanel([FieldPanel("section"), FieldPanel("most")]),
        FieldPanel("subject"),
        FieldPanel("is_on"),
    ]

    class Meta:
        verbose_name = _("automatic letter")
        verbose_name_plural = _("automatic letters")

    def __str__(self) -> str:
        return f"{self.letter}: {self.get_rhythm_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.is_on:
            self.done_until = None
        elif self.done_until is None:
            self.done_until = timezone.now()
        super().save(*args, **kwargs)
