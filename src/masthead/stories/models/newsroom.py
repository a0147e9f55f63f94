"""What a newsroom sets for its whole site, from the desk."""

from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from masthead.lib.address import check_story_pattern

DEFAULT_PATTERN = "/<year>/<month>/<slug>/"


def is_story_pattern(pattern: str) -> None:
    """Raise ValidationError unless a pattern can name a story."""
    try:
        check_story_pattern(pattern)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def is_time_zone(name: str) -> None:
    """Raise ValidationError unless the time zone database knows a name."""
    if name not in available_timezones():
        message = _("“%(name)s” is no time zone. Write it as Europe/Lisbon.") % {"name": name}
        raise ValidationError(message)


@register_setting(icon="home")
class Newsroom(BaseSiteSetting):
    """The settings of one site."""

    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[is_time_zone]
    )
    story_pattern = models.CharField(
        _("addresses of stories"),
        max_length=100,
        default=DEFAULT_PATTERN,
        validators=[is_story_pattern],
        help_text=_("For new stories. A published story keeps the address that it has."),
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#a3182e",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write it as #a3182e."))],
    )
    logo = models.ForeignKey(
        "media.Image", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    postal_address = models.TextField(_("postal address"), blank=True)
    contact_email = models.EmailField(_("address for readers' mail"), blank=True)
    publisher = models.CharField(
        _("publisher"),
        max_length=255,
        blank=True,
        help_text=_("Who owns the newsroom and answers for it."),
    )

    panels: ClassVar = [
        MultiFieldPanel(
            [FieldPanel("publisher"), FieldPanel("postal_address"), FieldPanel("contact_email")],
            _("Who we are"),
        ),
        MultiFieldPanel([FieldPanel("accent"), FieldPanel("logo")], _("Look")),
        MultiFieldPanel([FieldPanel("time_zone"), FieldPanel("story_pattern")], _("Stories")),
    ]

    class Meta:
        verbose_name = _("newsroom")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
