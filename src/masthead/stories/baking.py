"""What the baker bakes: every public address, from the tables that are named here."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils.encoding import iri_to_uri
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page, PageViewRestriction, Site

import masthead
from masthead.bake.capture import unrecorded
from masthead.bake.memory import shared_row
from masthead.bake.source import Baked, Index, Name
from masthead.bake.tables import never_changes, track, track_hiding, track_seen
from masthead.media.models import Clip, Document, Image, Rendition
from masthead.stories.addresses import path_of
from masthead.stories.answers import answer
from masthead.stories.lists import LIST_PREFIX, fingerprints
from masthead.stories.models import (
    Byline,
    Correction,
    Distribution,
    FrontPage,
    Listing,
    Newsroom,
    PublicPage,
    RelatedStory,
    SharePicture,
    Story,
)
from masthead.stories.queries import public, retracted
from masthead.stories.reads import most_read
from masthead.stories.sites import host_of

#: Made of so many rows that every publication would bake them anew, and asked for by few.
LIVE = ("/sitemap",)
#: Baked first to last. Stories follow, the newest first; then feeds; then the pages of long lists.
FRONT, LIST, PLACE, STORIES, FILES, PARTS = 0, 1, 2, 10**11, 10**12, 10**12 + 1

#: So many stories that were read most in so many hours are baked before the others.
MOST_READ, WEEK = 100, 7 * 24


def track_tables() -> None:
    """Name the tables that public pages are made from."""
    track(
        Page,
        finders=("path", "#parent", "translation_key"),
        order=(
            *("live", "depth", "slug", "url_path", "locale_id", "content_type_id"),
            "first_published_at",
        ),
        ignored=(
            *("draft_title", "has_unpublished_changes", "latest_revision_id", "numchild"),
            *("latest_revision_created_at", "live_revision_id", "locked", "locked_at"),
            *("locked_by_id", "owner_id", "go_live_at", "expire_at", "expired"),
        ),
    )
    for model in apps.get_models():
        if issubclass(model, PublicPage) and model is not Story:
            track(model, part_of=Page, owner="page_ptr_id")
    track(
        Story,
        part_of=Page,
        owner="page_ptr_id",
        finders=("address", "section_id"),
        order=("site_id", "embargo_until", "published_at", "kind"),
        ignored=("update_asked_at",),
    )
    track(Story.topics.through, part_of=Page, owner="story_id", finders=("topic_id",))
    track(Byline, part_of=Page, owner="story_id", finders=("person_id",), order=("sort_order",))
    track(SharePicture, part_of=Page, owner="story_id", ignored=("is_due", "attempts"))
    track(RelatedStory, part_of=Page, owner="story_id", order=("position",))
    # A retraction outlives what readers see of its story, so it is a document of its own.
    track(Correction, finders=("story_id",), order=("kind", "made_at"))
    track_seen(
        Page,
        "live",
        or_sql=(
            "EXISTS (SELECT 1 FROM wagtailcore_page p WHERE p.id = {key} AND p.live) OR EXISTS "
            "(SELECT 1 FROM stories_correction c WHERE c.story_id = {key} AND "
            "c.kind = 'retraction')"
        ),
    )
    track_hiding(
        PageViewRestriction,
        hides=Page,
        sql=(
            "SELECT p.id FROM wagtailcore_page p JOIN wagtailcore_page above "
            "ON substr(p.path, 1, length(above.path)) = above.path WHERE above.id = {row}.page_id"
        ),
    )
    track(Image)
    track(Rendition, part_of=Image, owner="image_id")
    track(Clip)
    track(Document)
    track(Newsroom, finders=("site_id",))
    track(Site)
    track(Locale)
    track(Distribution, finders=("site_id",))
    track(Redirect, finders=("old_path",), order=("site_id",))
    never_changes(ContentType)


class PublicPages:
    """The baker's source: a node is named by its site's number and its path, ``1/2026/11/x/``."""

    def render(self, name: str) -> Baked | Index | None:
        """Return what readers get at an address, or the fingerprints of a long list."""
        if name.startswith(LIST_PREFIX):
            return _index(int(name.removeprefix(LIST_PREFIX)))
        number, _slash, path = name.partition("/")
        site = shared_row(f"site {number}", lambda: _site(number))
        return _bake(site, f"/{path}") if site else None

    def names_of(self, document: str, keys: Sequence[str]) -> Iterable[Name]:
        """Return the addresses at which pages or redirects stand."""
        if document == Page._meta.db_table:
            pages = Page.objects.filter(pk__in=keys).specific()
            return [name for page in pages if isinstance(page, PublicPage) for name in _named(page)]
        if document == Redirect._meta.db_table:
            return _names_of_redirects(Redirect.objects.filter(pk__in=keys))
        return []

    def all_names(self) -> Iterator[Name]:
        """Yield the addresses of all public pages and redirects."""
        places = public(Page).filter(as_story=None).specific()
        for page in places:
            yield from _named(page) if isinstance(page, PublicPage) else []
        first = {
            f"{each.story.site_id}{each.story.address}"
            for each in most_read(hours=WEEK, limit=MOST_READ)
        }
        for stories in (public(), retracted()):
            rows = stories.exclude(address="").values_list("site_id", "address", "published_at")
            for site_id, address, published_at in rows.iterator():
                name = f"{site_id}{address}"
                rank = PLACE if name in first else STORIES - int(published_at.timestamp())
                yield Name(name, rank)
        yield from _names_of_redirects(Redirect.objects.all())

    def build(self) -> str:
        """Return a hash of all that decides how pages look besides their rows."""
        digest = hashlib.sha256()
        for package in ("django", "wagtail", "jinja2"):
            digest.update(version(package).encode())
        digest.update(repr((settings.LANGUAGES, settings.SITE_ADDRESS)).encode())
        for folder in (Path(masthead.__file__).parent, settings.HOME / "templates"):
            for path in sorted(folder.rglob("*.*")):
                if "__pycache__" not in path.parts and path.is_file():
                    digest.update(path.read_bytes())
        return digest.hexdigest()


def _site(number: str) -> Site | None:
    found: Site | None = Site.objects.select_related("root_page").filter(pk=number).first()
    return found


def _bake(site: Site, path: str) -> Baked | None:
    if path.startswith(LIVE):
        return None
    found = answer(site=site, path=path)
    if found is None or (found.location and _has_query(site, path)):
        return None
    parts = [each for each in found.parts if not each.startswith(LIVE)]
    needs = [Name(f"{site.pk}{each}", FILES if "." in each else PARTS) for each in parts]
    return Baked(
        place=f"{host_of(site)}{path}",
        status=found.status,
        content=found.content,
        content_type=found.content_type,
        location=iri_to_uri(found.location),
        key=found.key,
        cache_control=found.cache_control,
        needs=tuple(needs),
        pause=found.pause,
    )


def _named(page: PublicPage) -> list[Name]:
    """Return the address of a page, if it has one, and its fingerprints if it is a list."""
    parts, path = page.get_url_parts(), path_of(page)
    if not parts or not path:
        return []
    rank = PLACE
    if isinstance(page, FrontPage):
        rank = FRONT
    elif isinstance(page, Story) and page.published_at:
        rank = STORIES - int(page.published_at.timestamp())
    own = [Name(f"{LIST_PREFIX}{page.pk}", LIST)] if isinstance(page, Listing) else []
    return [*own, Name(f"{parts[0]}{path}", rank)]


def _names_of_redirects(rows: Iterable[Redirect]) -> Iterator[Name]:
    sites = list(Site.objects.values_list("pk", flat=True))
    for row in rows:
        for site_id in [row.site_id] if row.site_id else sites:
            path = row.old_path.partition("?")[0].rstrip("/")
            is_file = "." in path.rpartition("/")[2]
            yield Name(f"{site_id}{path}" if is_file else f"{site_id}{path}/", PARTS)


def _has_query(site: Site, path: str) -> bool:
    """Return whether the query decides where a redirect leads; such an address is not baked."""
    normal = Redirect.normalise_path(path)
    with unrecorded():  # whoever changes one of these wakes this address: ``names_of``
        rows = Redirect.get_for_site(site).filter(old_path__startswith=f"{normal}?")
        return bool(rows.exists())


def _index(pk: int) -> Index | None:
    page = public(Page).filter(pk=pk).specific().first()
    return Index(fingerprints(page)) if isinstance(page, Listing) else Index()
