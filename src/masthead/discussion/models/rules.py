"""How open the discussion is: for a site, for a section, for one story."""

import re
from collections.abc import Iterator
from datetime import time
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import Page, Site

from masthead.discussion.shifts import Shifts


class Mode(models.TextChoices):
    """Who sees a comment before readers do."""

    OPEN = "open", _("Open: readers see comments at once")
    FIRST = "first", _("A person's first comment is checked, then they are known")
    HELD = "held", _("Every comment waits for a moderator")
    CLOSED = "closed", _("Closed: readers see what is there and nobody adds to it")
    OFF = "off", _("No discussion")


class FirstComment(models.TextChoices):
    """How somebody becomes known."""

    MAIL = "mail", _("They confirm their address by mail")
    DESK = "desk", _("They confirm their address, and a moderator approves the comment")


class OffDuty(models.TextChoices):
    """What becomes of the discussions while nobody of the newsroom is on duty."""

    AS_EVER = "", _("They go on as ever")
    HELD = "held", _("Every comment waits, those of people you trust excepted")
    CLOSED = "closed", _("They are closed until somebody is back")


@register_setting(icon="comment", order=5)
class DiscussionSettings(BaseSiteSetting):
    """What holds for all stories of a site that say nothing else."""

    mode = models.CharField(_("comments"), max_length=10, choices=Mode, default=Mode.FIRST)
    first_comment = models.CharField(
        _("first comment"), max_length=10, choices=FirstComment, default=FirstComment.MAIL
    )
    edit_minutes = models.PositiveSmallIntegerField(
        _("minutes to edit"),
        default=15,
        validators=[MaxValueValidator(1440)],
        help_text=_("For so long people may change or delete what they wrote."),
    )
    most_links = models.PositiveSmallIntegerField(
        _("links"), default=2, help_text=_("A comment with more links is held.")
    )
    words = models.TextField(
        _("words to look at"),
        blank=True,
        help_text=_(
            "One word or phrase a line. A comment with one is held. What stands below a line "
            "such as [de] holds for stories in that language alone."
        ),
    )

    may_remark = models.BooleanField(
        _("readers may remark on any passage"),
        default=False,
        help_text=_("They mark words of a story and say something about them."),
    )
    most_score = models.PositiveSmallIntegerField(
        _("score"),
        default=80,
        validators=[MaxValueValidator(100)],
        help_text=_(
            "A comment that your own scorer gives so many points out of 100 is held. "
            "Without a scorer this does nothing."
        ),
    )
    shifts = StreamField(
        Shifts(),
        blank=True,
        verbose_name=_("When somebody is on duty"),
        help_text=_("In the newsroom's time. Without a shift, somebody always is."),
    )
    off_duty = models.CharField(
        _("discussions while nobody is on duty"),
        max_length=10,
        choices=OffDuty,
        default=OffDuty.AS_EVER,
        blank=True,
    )
    mail_at = models.TimeField(
        _("mail once a day at"),
        null=True,
        blank=True,
        default=time(8),
        help_text=_("Tells moderators what waits, if something does. Empty: no mail."),
    )
    mail_to = models.EmailField(
        _("mail to"),
        blank=True,
        help_text=_("Such as a shared mailbox. Empty: everybody who decides about comments."),
    )
    mail_past = models.PositiveSmallIntegerField(
        _("mail at once when so many wait"),
        null=True,
        blank=True,
        default=20,
        help_text=_(
            "And for every report of something illegal, whatever stands here. Empty: never."
        ),
    )

    panels: ClassVar = [
        MultiFieldPanel([FieldPanel("mode"), FieldPanel("first_comment")], _("Who sees it first")),
        FieldRowPanel(
            [FieldPanel("edit_minutes"), FieldPanel("most_links"), FieldPanel("most_score")]
        ),
        FieldPanel("words"),
        FieldPanel("may_remark"),
        MultiFieldPanel([FieldPanel("shifts"), FieldPanel("off_duty")], _("Duty")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("mail_at"), FieldPanel("mail_past")]),
                FieldPanel("mail_to"),
            ],
            _("Mail to the moderators"),
        ),
    ]

    class Meta:
        verbose_name = _("discussion")

    def clean(self) -> None:
        super().clean()
        known = {code.partition("-")[0] for code, _name in settings.LANGUAGES}
        for line in self.words.splitlines():
            language = _language_in(line)
            if language and language.partition("-")[0] not in known:
                told = _("“%(line)s”: stories here have no such language.")
                raise ValidationError({"words": told % {"line": line.strip()}})


def words_for(words: str, language: str) -> Iterator[str]:
    """Yield those lines of the words to look at that hold for stories in a language."""
    holds = True
    for line in words.splitlines():
        if asked := _language_in(line):
            holds = f"{language.lower()}-".startswith(f"{asked}-")
        elif holds:
            yield line


def _language_in(line: str) -> str:
    """Return the language that a line such as “[de]” names, or "" if it names none."""
    found = re.fullmatch(r"\s*\[([A-Za-z]{2,3}(?:-[A-Za-z]+)*)\]\s*", line)
    return found[1].lower() if found else ""


class Duty(models.Model):
    """What the worker keeps of one site: whether somebody is on duty, what the desk was told."""

    site = models.OneToOneField(Site, models.CASCADE, primary_key=True, related_name="+")
    #: Nobody is on duty. Pages show it, and ask this row instead of a clock.
    is_off = models.BooleanField(default=False)
    #: When the desk was last told what waits: day by day, and at once.
    told_daily_at = models.DateTimeField(null=True, blank=True)
    told_at_once_at = models.DateTimeField(null=True, blank=True)
    #: The desk knows that the queue is long; and the newest report of a crime that it knows of.
    is_told_of_many = models.BooleanField(default=False)
    told_of_report = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.site_id}: {'off duty' if self.is_off else 'on duty'}"


class Discussion(models.Model):
    """What one section or one story says about its comments; without a row, what is above it."""

    page = models.OneToOneField(
        Page, models.CASCADE, primary_key=True, related_name="discussion_rules"
    )
    mode = models.CharField(_("comments"), max_length=10, choices=Mode, blank=True)
    closes_at = models.DateTimeField(
        _("closes"), null=True, blank=True, help_text=_("Readers see what is there from then on.")
    )

    may_remark = models.BooleanField(
        _("readers may remark on any passage"),
        null=True,
        blank=True,
        choices=[(True, _("Yes")), (False, _("No"))],
    )

    class Meta:
        verbose_name = _("discussion of a page")
        verbose_name_plural = _("discussions of pages")
        default_permissions = ("change",)
        indexes: ClassVar = [
            models.Index(
                fields=["closes_at"],
                name="discussion_closes",
                condition=Q(closes_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.page)
