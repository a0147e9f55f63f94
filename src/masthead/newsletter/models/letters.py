"""Letters: what readers can ask for, what is composed, and its sending."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse  # noqa: TID251 - Wagtail previews by HTTP
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Locale, Site

from masthead.lib.identity import PublicIdentity
from masthead.newsletter.blocks import FEATURES, LetterBody
from masthead.stories.models import Listing, PublicPage


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
    counts_links = models.BooleanField(
        _("count how often links are followed"),
        default=True,
        help_text=_("All readers get the same links, so that nobody knows who followed one."),
    )
    sender_name = models.CharField(
        _("sender"), max_length=80, blank=True, help_text=_("Empty: the newsroom's name.")
    )
    reply_to = models.EmailField(
        _("answers go to"), blank=True, help_text=_("Empty: the address that sends.")
    )

    section = models.ForeignKey(
        "stories.Section",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("section"),
        help_text=_("Whoever asks for this letter cares for it: others can go to them alone."),
    )
    welcome = RichTextField(
        _("welcome"),
        blank=True,
        features=FEATURES,
        help_text=_("Sent at once to whoever has confirmed. Empty: nothing is."),
    )

    panels: ClassVar = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("rhythm"), FieldPanel("position")]),
        FieldPanel("section"),
        FieldPanel("welcome"),
        MultiFieldPanel(
            [FieldPanel("is_offers"), FieldPanel("is_open"), FieldPanel("counts_links")],
            _("Readers"),
        ),
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


class LetterIndex(Listing):
    """All letters that were sent, in one language."""

    max_count_per_parent = 1
    page_template = "newsletter/letters.html"
    parent_page_types: ClassVar = ["stories.FrontPage"]
    subpage_types: ClassVar = ["newsletter.Edition"]
    is_creatable = False

    class Meta:
        verbose_name = _("list of letters")

    def context(self, part: tuple[str, ...] = ()) -> dict[str, Any]:
        from masthead.newsletter.archive import letters_on  # noqa: PLC0415 - queries know the models

        return {"shown": letters_on(self, part)}

    def parts(self, context: dict[str, Any]) -> Iterable[tuple[str, ...]]:
        return [(str(year),) for year in context["shown"].years]


class Edition(PublicIdentity, PublicPage):
    """One letter, as it is composed, sent and kept on the web. Its title is the mail's subject."""

    letter = models.ForeignKey(
        LetterList,
        models.PROTECT,
        related_name="editions",
        verbose_name=_("which letter"),
        help_text=_("Whoever asked for this one gets it."),
    )
    only_section = models.ForeignKey(
        "stories.Section",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only who cares for"),
        help_text=_("Only those who also asked for a letter about this section. Empty: all."),
    )
    only_locale = models.ForeignKey(
        Locale,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only who reads"),
        help_text=_("Only those who chose this language for their mails. Empty: all."),
    )
    preview_line = models.CharField(
        _("preview line"),
        max_length=150,
        blank=True,
        help_text=_("What mail programs show behind the subject."),
    )
    body = StreamField(LetterBody(), blank=True, verbose_name=_("What stands in it"))

    page_template = "newsletter/edition.html"
    parent_page_types: ClassVar = ["newsletter.LetterIndex"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        TitleFieldPanel("title", heading=_("Subject"), placeholder=_("Subject")),
        FieldPanel("preview_line"),
        FieldPanel("letter"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("only_section"), FieldPanel("only_locale")],
            _("To some of its readers"),
            classname="collapsed",
        ),
    ]
    promote_panels: ClassVar = [FieldPanel("slug")]
    settings_panels: ClassVar[list[Any]] = []

    class Meta:
        verbose_name = _("letter to send")
        verbose_name_plural = _("letters to send")

    def context(self, part: tuple[str, ...] = ()) -> dict[str, Any]:  # noqa: ARG002 - one page only
        from masthead.newsletter.parts import parts  # noqa: PLC0415 - queries know the models

        return {"parts": parts(self, with_offers=self.letter.is_offers)}

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Return the ways to look at a letter before it is sent; phone width is Wagtail's own."""
        return [
            ("letter", _("Letter")),
            ("dark", _("Letter, dark")),
            ("blocked", _("Letter, pictures blocked")),
            ("text", _("Plain text")),
            ("page", _("Web page")),
        ]

    @property
    def default_preview_mode(self) -> str:
        return "letter"

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from masthead.newsletter.letter import (  # noqa: PLC0415 - rendering knows the models
            PREVIEW_POLICY,
            preview,
        )

        if mode_name == "page":
            return super().serve_preview(request, mode_name)
        content, kind = preview(self, mode_name)
        headers = {"Content-Type": kind, "Content-Security-Policy": PREVIEW_POLICY}
        return HttpResponse(content, headers=headers)


class Dispatch(models.Model):
    """The sending of one letter: decided by somebody, for an instant, and what came of it.

    Until ``started_at`` nobody is written to and it can be taken back. Then its recipients are
    frozen in a campaign of ``masthead.mail``, in two where readers without offers get another text.
    """

    edition = models.OneToOneField(Edition, models.CASCADE, related_name="dispatch")
    send_at = models.DateTimeField(_("to be sent"))
    decided_at = models.DateTimeField(_("decided"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(_("begun"), null=True, blank=True)
    #: What goes on the web as the letter begins to go out; None once it is there.
    revision = models.ForeignKey(
        "wagtailcore.Revision", models.SET_NULL, null=True, editable=False, related_name="+"
    )
    trouble = models.TextField(_("trouble"), blank=True)

    class Meta:
        verbose_name = _("sending")
        verbose_name_plural = _("sendings")
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(
                fields=["send_at"], name="newsletter_dispatch_due", condition=Q(started_at=None)
            )
        ]

    def __str__(self) -> str:
        return str(self.edition)


class LetterLink(models.Model):
    """A link in a letter, and how often it was followed; by whom is not known.

    All who get the letter get the same address for it, which leads through our own.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="links")
    number = models.PositiveSmallIntegerField()
    url = models.TextField(_("where it leads"))
    count = models.PositiveIntegerField(_("followed"), default=0)

    class Meta:
        verbose_name = _("link in a letter")
        verbose_name_plural = _("links in letters")
        ordering: ClassVar = ["edition", "number"]
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "number"], name="newsletter_link_number")
        ]

    def __str__(self) -> str:
        return self.url
