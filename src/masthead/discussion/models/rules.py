"""How open the discussion is: for a site, for a section, for one story."""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Page


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
        help_text=_("One word or phrase a line, in any language. A comment with one is held."),
    )

    may_remark = models.BooleanField(
        _("readers may remark on any passage"),
        default=False,
        help_text=_("They mark words of a story and say something about them."),
    )

    panels: ClassVar = [
        MultiFieldPanel([FieldPanel("mode"), FieldPanel("first_comment")], _("Who sees it first")),
        FieldRowPanel([FieldPanel("edit_minutes"), FieldPanel("most_links")]),
        FieldPanel("words"),
        FieldPanel("may_remark"),
    ]

    class Meta:
        verbose_name = _("discussion")


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
