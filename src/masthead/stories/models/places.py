"""Everywhere a story stands: the front page, sections, topics, people, the archive."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.search import index

from masthead.lib.identity import ImportedIdentity, PublicIdentity
from masthead.stories.blocks import FrontPageBody, StandingBody
from masthead.stories.menus import Menu
from masthead.stories.models.page import PublicPage
from masthead.stories.panels import FRONT_PAGE


class FrontPage(PublicPage):
    """The first page of a newsroom in one language. Its title is the newsroom's name there."""

    tagline = models.CharField(_("tagline"), max_length=255, blank=True)
    lead = models.ForeignKey(
        "stories.Story",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead story"),
        help_text=_("Empty: the newest story."),
    )
    body = StreamField(
        FrontPageBody(),
        blank=True,
        verbose_name=_("Below the lead"),
        help_text=_("Empty: every section in order, with its newest stories."),
    )
    menu = StreamField(
        Menu(),
        blank=True,
        verbose_name=_("Menu"),
        help_text=_("Under the name, and again in the footer. Empty: every section in order."),
    )
    footer_menu = StreamField(
        Menu(),
        blank=True,
        verbose_name=_("Second menu of the footer"),
        help_text=_("Empty: topics, people, archive and the pages about the newsroom."),
    )
    footer_text = RichTextField(
        _("text of the footer"), blank=True, features=["bold", "italic", "link"]
    )

    page_template = "stories/front.html"
    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = [
        "stories.Section",
        "stories.TopicIndex",
        "stories.PersonIndex",
        "stories.Archive",
        "stories.StandingPage",
    ]
    edit_handler = FRONT_PAGE

    class Meta:
        verbose_name = _("front page")

    def context(self, part: tuple[str, ...] = ()) -> dict[str, Any]:  # noqa: ARG002 - one page only
        from masthead.stories.front_page import front_page  # noqa: PLC0415 - it knows the models

        return {"front": front_page(self)}


class Listing(PublicPage):
    """A page that lists stories: the newest on itself, all of them in parts below it."""

    page_template = "stories/listing.html"

    class Meta:
        abstract = True

    def context(self, part: tuple[str, ...] = ()) -> dict[str, Any]:
        from masthead.stories.lists import listing  # noqa: PLC0415 - lists know the models

        return {"listing": listing(self, part)}

    def parts(self, context: dict[str, Any]) -> Iterable[tuple[str, ...]]:
        found: Iterable[tuple[str, ...]] = context["listing"].parts
        return found


class Section(ImportedIdentity, Listing):
    """A part of the paper. A story's section is a field, so either can change alone."""

    description = models.CharField(_("description"), max_length=500, blank=True)
    hue = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write it as #1f5f8b."))],
        help_text=_("For its kicker and rule. Empty: the newsroom's accent."),
    )

    parent_page_types: ClassVar = ["stories.FrontPage"]
    subpage_types: ClassVar = []
    content_panels: ClassVar = [
        TitleFieldPanel("title", heading=_("Name"), placeholder=_("Name")),
        FieldPanel("description"),
        FieldPanel("hue"),
    ]

    class Meta(ImportedIdentity.Meta):
        verbose_name = _("section")
        verbose_name_plural = _("sections")


class TopicIndex(PublicPage):
    """All topics."""

    max_count_per_parent = 1
    page_template = "stories/topics.html"
    parent_page_types: ClassVar = ["stories.FrontPage"]
    subpage_types: ClassVar = ["stories.Topic"]

    class Meta:
        verbose_name = _("list of topics")

    def context(self, part: tuple[str, ...] = ()) -> dict[str, Any]:  # noqa: ARG002 - one page only
        from masthead.stories.queries import children  # noqa: PLC0415 - queries know the models

        return {"topics": children(Topic, self)}


class Topic(ImportedIdentity, Listing):
    """Something that the newsroom keeps coming back to."""

    description = models.CharField(_("description"), max_length=500, blank=True)

    parent_page_types: ClassVar = ["stories.TopicIndex"]
    subpage_types: ClassVar = []
    content_panels: ClassVar = [
        TitleFieldPanel("title", heading=_("Name"), placeholder=_("Name")),
        FieldPanel("description"),
    ]

    class Meta(ImportedIdentity.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class PersonIndex(PublicPage):
    """Everybody who writes here."""

    max_count_per_parent = 1
    page_template = "stories/people.html"
    parent_page_types: ClassVar = ["stories.FrontPage"]
    subpage_types: ClassVar = ["stories.Person"]

    class Meta:
        verbose_name = _("list of people")

    def context(self, part: tuple[str, ...] = ()) -> dict[str, Any]:  # noqa: ARG002 - one page only
        from masthead.stories.queries import people  # noqa: PLC0415 - queries know the models

        return {"people": people(self)}


class Person(PublicIdentity, ImportedIdentity, Listing):
    """Somebody whose name stands over stories."""

    role = models.CharField(_("role"), max_length=255, blank=True)
    languages = models.CharField(
        _("languages"), max_length=255, blank=True, help_text=_("As readers see them.")
    )
    expertise = models.CharField(_("knows about"), max_length=500, blank=True)
    contact = models.EmailField(_("address for readers"), blank=True)
    biography = RichTextField(_("about"), blank=True, features=["bold", "italic", "link"])
    portrait = models.ForeignKey(
        "media.Image", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(
        "readers.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("account"),
        help_text=_("The account at the desk, if this person has one."),
    )

    page_template = "stories/person.html"
    parent_page_types: ClassVar = ["stories.PersonIndex"]
    subpage_types: ClassVar = []
    content_panels: ClassVar = [
        TitleFieldPanel("title", heading=_("Name"), placeholder=_("Name")),
        FieldPanel("role"),
        FieldPanel("portrait"),
        FieldPanel("biography"),
        FieldPanel("expertise"),
        FieldPanel("languages"),
        FieldPanel("contact"),
        FieldPanel("user"),
    ]
    search_fields: ClassVar = [*PublicPage.search_fields, index.SearchField("biography")]

    class Meta(ImportedIdentity.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")


class Archive(Listing):
    """Every story, by month. The stories stand below it in the desk, not in their addresses."""

    max_count_per_parent = 1
    page_template = "stories/archive.html"
    parent_page_types: ClassVar = ["stories.FrontPage"]
    subpage_types: ClassVar = ["stories.Story"]

    class Meta:
        verbose_name = _("archive")

    def context(self, part: tuple[str, ...] = ()) -> dict[str, Any]:
        from masthead.stories.lists import archive  # noqa: PLC0415 - lists know the models

        return {"listing": archive(self, part)}


class StandingKind(models.TextChoices):
    """What a standing page is for."""

    ABOUT = "about", _("About us")
    CONTACT = "contact", _("Contact")
    CORRECTIONS = "corrections", _("Corrections")
    IMPRINT = "imprint", _("Imprint")
    RULES = "rules", _("House rules")
    OWNERSHIP = "ownership", _("Who owns us")
    PRIVACY = "privacy", _("Privacy")
    PRINCIPLES = "principles", _("How we work")
    ETHICS = "ethics", _("Ethics")
    CHECKING = "checking", _("How we check facts")
    SOURCES = "sources", _("Unnamed sources")
    OTHER = "other", _("Another page")


class StandingPage(PublicPage):
    """A page that says who the newsroom is and how it works."""

    kind = models.CharField(
        _("kind"), max_length=12, choices=StandingKind, default=StandingKind.OTHER
    )
    body = StreamField(StandingBody(), blank=True)
    is_confirmed = models.BooleanField(
        _("confirmed"),
        default=True,
        help_text=_(
            "Until an editor confirms what was written for you, readers see it as a draft."
        ),
    )

    page_template = "stories/standing.html"
    parent_page_types: ClassVar = ["stories.FrontPage"]
    subpage_types: ClassVar = []
    content_panels: ClassVar = [
        TitleFieldPanel("title", placeholder=_("Title")),
        FieldPanel("kind"),
        FieldPanel("body"),
        FieldPanel("is_confirmed"),
    ]

    class Meta:
        verbose_name = _("standing page")

    def context(self, part: tuple[str, ...] = ()) -> dict[str, Any]:  # noqa: ARG002 - one page only
        from masthead.stories.queries import corrections  # noqa: PLC0415 - queries know the models

        if self.kind == StandingKind.CORRECTIONS:
            return {"corrections": corrections(self)}
        return {}
