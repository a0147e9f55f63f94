"""The letters of a newsroom: what readers can ask for, what is composed, and its sending."""

from collections.abc import Iterable
from datetime import time
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
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
    sender_name = models.CharField(
        _("sender"), max_length=80, blank=True, help_text=_("Empty: the newsroom's name.")
    )
    reply_to = models.EmailField(
        _("answers go to"), blank=True, help_text=_("Empty: the address that sends.")
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
        FieldPanel("welcome"),
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
        from masthead.newsletter.letter import preview  # noqa: PLC0415 - rendering knows the models

        if mode_name == "page":
            return super().serve_preview(request, mode_name)
        content, kind = preview(self, mode_name)
        return HttpResponse(content, content_type=kind)


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
    #: What goes on the web when the letter goes out; None once it is there.
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
