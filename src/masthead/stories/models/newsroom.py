"""What a newsroom sets for its whole site, from the desk."""

from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.forms import ColorInput
from django.http import HttpRequest, HttpResponse  # noqa: TID251 - Wagtail previews by HTTP
from django.utils.functional import cached_property
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import Page, PreviewableMixin

from masthead.lib.address import check_story_pattern
from masthead.stories.menus import Profiles
from masthead.stories.panels import EditionsPanel

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


class HeadlineFace(models.TextChoices):
    """What headlines are set in. ``theme`` holds the families that each stands for."""

    NEWSREADER = "newsreader", _("Newsreader: a sharp newspaper face, kept on this site")
    BOOK = "book", _("Book: the warm serif of the reader's machine")
    SLAB = "slab", _("Slab: heavy serifs, for a loud paper")
    GROTESQUE = "grotesque", _("Grotesque: no serifs, plain and strong")


class TextFace(models.TextChoices):
    """What stories are set in."""

    CHARTER = "charter", _("Charter: a serif made for screens")
    BOOK = "book", _("Book: the warm serif of the reader's machine")
    GROTESQUE = "grotesque", _("Grotesque: no serifs, plain and strong")


@register_setting(icon="home", order=1)
class Newsroom(PreviewableMixin, BaseSiteSetting):
    """The settings of one site. What depends on the language stands with each front page."""

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
        "media.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
        help_text=_("Stands in the name's place. Empty: the name."),
    )
    dark_logo = models.ForeignKey(
        "media.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo on dark ground"),
        help_text=_("For readers whose screen is dark. Empty: the same logo."),
    )
    headline_face = models.CharField(
        _("headlines"), max_length=12, choices=HeadlineFace, default=HeadlineFace.NEWSREADER
    )
    text_face = models.CharField(
        _("text"), max_length=12, choices=TextFace, default=TextFace.CHARTER
    )
    profiles = StreamField(
        Profiles(),
        blank=True,
        verbose_name=_("Where else we are"),
        help_text=_("Stand at the foot of every page, as words."),
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
        EditionsPanel(heading=_("Name, menus and footer")),
        MultiFieldPanel(
            [
                FieldPanel("accent", widget=ColorInput),
                FieldRowPanel([FieldPanel("logo"), FieldPanel("dark_logo")]),
                FieldPanel("headline_face"),
                FieldPanel("text_face"),
            ],
            _("Look"),
        ),
        MultiFieldPanel(
            [FieldPanel("publisher"), FieldPanel("postal_address"), FieldPanel("contact_email")],
            _("Who we are"),
        ),
        FieldPanel("profiles"),
        MultiFieldPanel([FieldPanel("time_zone"), FieldPanel("story_pattern")], _("Stories")),
    ]
    select_related = ("logo", "dark_logo")

    class Meta:
        verbose_name = _("newsroom")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def has_own_look(self) -> bool:
        """Return whether anything of the look was chosen by the newsroom."""
        names = ("accent", "logo", "headline_face", "text_face")
        fields = (self._meta.get_field(name) for name in names)
        return any(getattr(self, each.attname) != each.get_default() for each in fields)

    @cached_property
    def fronts(self) -> dict[str, Page]:
        """Return the front pages of the site by language, its own language's first."""
        root = self.site.root_page
        others = root.get_translations().select_related("locale").order_by("path")
        return {page.locale.language_code: page for page in (root, *others)}

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """Return the front pages on which changes can be looked at before they are saved."""
        return [(code, get_language_info(code)["name_local"]) for code in self.fronts]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:  # noqa: ARG002 - Wagtail's signature
        from masthead.stories.render import render  # noqa: PLC0415 - rendering knows the models

        return HttpResponse(render(self.fronts[mode_name].specific, newsroom=self))
