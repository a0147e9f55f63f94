"""The letters of a newsroom, and the words with which it invites to them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Locale, Site


def default_site() -> int | None:
    """Return the newsroom's main site, in which almost every letter stands."""
    found: int | None = (
        Site.objects.filter(is_default_site=True).values_list("pk", flat=True).first()
    )
    return found


def main_locale() -> int | None:
    """Return the newsroom's main language."""
    code = settings.LANGUAGE_CODE
    found: int | None = (
        Locale.objects.filter(language_code=code).values_list("pk", flat=True).first()
    )
    return found


class LetterList(models.Model):
    """One letter that readers can ask for: the morning briefing, the weekly, special offers."""

    site = models.ForeignKey(
        Site, models.CASCADE, default=default_site, related_name="+", verbose_name=_("site")
    )
    locale = models.ForeignKey(
        Locale, models.PROTECT, default=main_locale, related_name="+", verbose_name=_("language")
    )
    name = models.CharField(
        _("name"), max_length=80, help_text=_("As readers see it: “The morning briefing”.")
    )
    rhythm = models.CharField(
        _("when it comes"), max_length=80, blank=True, help_text=_("Such as “Weekdays, 7:00”.")
    )
    is_offers = models.BooleanField(
        _("special offers"),
        default=False,
        help_text=_(
            "A consent of its own: never ticked for readers. Sponsors and offers in other letters "
            "go only to those who ask for one of these."
        ),
    )
    is_open = models.BooleanField(
        _("readers can ask for it"),
        default=True,
        help_text=_("Not ticked: it is offered nowhere; those who have it keep it."),
    )
    position = models.PositiveSmallIntegerField(
        _("place"), default=0, help_text=_("Lower numbers stand first.")
    )
    sender_name = models.CharField(
        _("sender"), max_length=80, blank=True, help_text=_("Empty: the newsroom's name.")
    )
    reply_to = models.EmailField(
        _("answers go to"), blank=True, help_text=_("Empty: the address that sends.")
    )

    panels: ClassVar = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("rhythm"), FieldPanel("position")]),
        MultiFieldPanel([FieldPanel("is_offers"), FieldPanel("is_open")], _("Readers")),
        MultiFieldPanel([FieldPanel("sender_name"), FieldPanel("reply_to")], _("Sender")),
        FieldRowPanel([FieldPanel("locale"), FieldPanel("site")]),
    ]

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["site", "locale", "name"],
                name="newsletter_letterlist_name",
                violation_error_message=_("There is a letter of this name in this language."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """What stands over the sign-up box in one language; without one, words of ours do."""

    site = models.ForeignKey(
        Site, models.CASCADE, default=default_site, related_name="+", verbose_name=_("site")
    )
    locale = models.ForeignKey(
        Locale, models.CASCADE, default=main_locale, related_name="+", verbose_name=_("language")
    )
    heading = models.CharField(_("heading"), max_length=80)
    text = models.CharField(
        _("what arrives and when"), max_length=300, help_text=_("One sentence.")
    )

    panels: ClassVar = [
        FieldPanel("heading"),
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("locale"), FieldPanel("site")]),
    ]

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["site", "locale"],
                name="newsletter_invitation_once",
                violation_error_message=_("There is an invitation in this language."),
            )
        ]

    def __str__(self) -> str:
        return self.heading
