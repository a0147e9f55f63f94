"""The one way in which a public page becomes HTML.

No user, no session, no clock and no writing: the same rows give the same bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.forms import Form
from django.utils import timezone, translation
from django.utils.translation import get_language_info
from wagtail.models import Page, Site

from masthead.bake.memory import is_sharing, shared, shared_row
from masthead.stories import theme
from masthead.stories.head import Head, head_of
from masthead.stories.models import (
    Archive,
    FrontPage,
    Newsroom,
    Person,
    PersonIndex,
    PublicPage,
    Section,
    StandingPage,
    Story,
    Topic,
    TopicIndex,
)
from masthead.stories.navigation import Entry, entries, entries_for
from masthead.stories.own_templates import fill
from masthead.stories.queries import children, front_of, latest_stories, public, sections
from masthead.stories.search import Results

T = TypeVar("T")
RIGHT_TO_LEFT = "rtl"
#: The pages that have a feed.
FED = (FrontPage, Section, Topic, Person)


@dataclass(frozen=True)
class Edition:
    """A front page in one of the newsroom's languages."""

    language: str
    url: str


@dataclass
class Shell:
    """What stands around every page: the newsroom's name, sections, languages, standing pages."""

    page: PublicPage
    front: FrontPage
    site: Site
    newsroom: Newsroom
    part: tuple[str, ...] = ()

    @classmethod
    def around(
        cls, page: PublicPage, part: tuple[str, ...] = (), newsroom: Newsroom | None = None
    ) -> "Shell":
        front = front_of(page)
        site = shared_row(f"site of {front.pk}", front.get_site)
        if newsroom is None:
            newsroom = shared_row(f"newsroom of {site.pk}", lambda: Newsroom.for_site(site))
        return cls(page, front, site, newsroom, part)

    @cached_property
    def language(self) -> str:
        code: str = self.front.locale.language_code
        return code

    @cached_property
    def direction(self) -> str:
        return RIGHT_TO_LEFT if get_language_info(self.language)["bidi"] else "ltr"

    def once(self, name: str, compute: Callable[["Shell"], T]) -> T:
        """Return plain data that all pages of this edition show, found once for many of them."""
        if not is_sharing():
            return compute(self)
        return shared(f"{name} of {self.front.pk}", lambda: compute(self._anew()))

    def _anew(self) -> "Shell":
        # What was loaded through a row before would not be noted again.
        return Shell.around(FrontPage.objects.get(pk=self.front.pk))

    @cached_property
    def sections(self) -> list[Section]:
        return list(sections(self.front))

    @cached_property
    def standing(self) -> list[StandingPage]:
        return list(children(StandingPage, self.front))

    @cached_property
    def indexes(self) -> list[PublicPage]:
        """Return the lists of topics and people, and the archive."""
        kinds: tuple[type[PublicPage], ...] = (TopicIndex, PersonIndex, Archive)
        return [page for kind in kinds for page in children(kind, self.front)]

    @cached_property
    def menu(self) -> list[Entry]:
        """Return what stands under the name: what the desk composed, or every section."""
        return self.once("menu", Shell._menu)

    def _menu(self) -> list[Entry]:
        own = self.front.menu
        return entries(own, self.url) if own else entries_for(self.sections, self.url)

    @cached_property
    def footer_menu(self) -> list[Entry]:
        """Return the footer's second menu: what the desk composed, or the lists and pages."""
        return self.once("footer menu", Shell._footer_menu)

    def _footer_menu(self) -> list[Entry]:
        own = self.front.footer_menu
        if own:
            return entries(own, self.url)
        return entries_for([*self.indexes, *self.standing], self.url)

    @cached_property
    def editions(self) -> list[Edition]:
        """Return where the front pages stand in all the newsroom's languages."""
        return self.once("editions", Shell._editions)

    def _editions(self) -> list[Edition]:
        fronts = public(FrontPage).filter(translation_key=self.front.translation_key)
        return [
            Edition(each.locale.language_code, self.url(each))
            for each in fronts.select_related("locale")
        ]

    @cached_property
    def translations(self) -> list[PublicPage]:
        """Return this page in all its languages, when there is more than one."""
        if not self.page.pk:
            return []
        keys = list(self.page.get_translations(inclusive=True).values_list("pk", flat=True))
        if len(keys) < 2:
            return []
        found = list(public(type(self.page)).filter(pk__in=keys).select_related("locale"))
        return found if len(found) > 1 else []

    @cached_property
    def theme(self) -> str:
        """Return the address of the stylesheet with the newsroom's own colours and faces."""
        return self.once("theme", Shell._theme)

    def _theme(self) -> str:
        return theme.address(
            self.newsroom.accent,
            [section.hue for section in self.sections],
            headline=self.newsroom.headline_face,
            text=self.newsroom.text_face,
        )

    @cached_property
    def head(self) -> Head:
        """Return what machines read of the page."""
        address = self.full_url(self.page)
        steps = "".join(f"{step}/" for step in self.part)
        return head_of(
            self.page, front=self.front, site=self.site, address=address and address + steps
        )

    #: Where readers search; the language stands in the question.
    search = "/search/"

    @property
    def is_main_language(self) -> bool:
        return bool(self.front.pk == self.site.root_page_id)

    @cached_property
    def feeds(self) -> list[tuple[str, PublicPage]]:
        """Return the pages whose feeds a reader of this one may want, each with its title."""
        own = self.page if isinstance(self.page, FED) and self.page.pk != self.front.pk else None
        titled = [(self.titled(own), own)] if own else []
        return [*titled, (self.front.title, self.front)]

    def titled(self, page: Page) -> str:
        """Return a page's title with the newsroom's name behind it."""
        return f"{page.title} \N{EN DASH} {self.front.title}"

    def standing_url(self, kind: str) -> str:
        """Return the path of the newsroom's page of one kind, such as ``corrections``, or ""."""
        return self.once("standing pages", Shell._standing_urls).get(kind, "")

    def _standing_urls(self) -> dict[str, str]:
        return {page.kind: self.url(page) for page in reversed(self.standing)}

    def url(self, page: Page) -> str:
        """Return the path of a page, asking for the sites once per rendering."""
        parts = page.get_url_parts(self)
        return parts[2] if parts else ""

    def full_url(self, page: Page) -> str:
        """Return the whole address of a page."""
        parts = page.get_url_parts(self)
        return f"{parts[1]}{parts[2]}" if parts else ""


@dataclass(frozen=True)
class Rendered:
    """The HTML of a page, its parts that have addresses, and the path of its stylesheet."""

    html: str
    theme: str
    parts: tuple[tuple[str, ...], ...] = ()


def render(
    page: PublicPage, part: tuple[str, ...] = (), *, newsroom: Newsroom | None = None
) -> Rendered:
    """Return a page, or one part of a long list.

    ``newsroom`` holds settings that are not saved yet, for a look at them.
    Raises LookupError when the page has no such part.
    """
    shell = Shell.around(page, part, newsroom)
    with translation.override(shell.language), timezone.override(shell.newsroom.zone):
        context = page.context(part)
        html = fill(page.page_template, {"shell": shell, "page": page, **context})
        theme_path = shell.theme
    return Rendered(html, theme_path, () if part else tuple(page.parts(context)))


def render_gone(story: Story) -> str:
    """Return the page that stands in a retracted story's place, with the reason."""
    shell = Shell.around(story)
    retractions = list(story.corrections.filter(kind="retraction"))
    with translation.override(shell.language), timezone.override(shell.newsroom.zone):
        context = {"shell": shell, "page": story, "retractions": retractions}
        return fill("stories/gone.html", context)


def render_not_found(site: Site) -> str:
    """Return the page for an address at which nothing stands."""
    front = site.root_page.specific
    shell = Shell.around(front)
    with translation.override(shell.language), timezone.override(shell.newsroom.zone):
        latest = latest_stories(front)
        context = {"shell": shell, "page": front, "latest": latest, "missing": True}
        return fill("stories/not_found.html", context)


def render_search(front: FrontPage, form: Form, results: Results | None) -> str:
    """Return the page on which readers search, with what was found."""
    shell = Shell.around(front)
    latest = latest_stories(front) if results and not results.hits else []
    facts = {"shell": shell, "page": front, "missing": True, "form": form, "results": results}
    return fill("stories/search.html", {**facts, "latest": latest})
