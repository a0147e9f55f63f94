"""Which pages of a site stand in which sitemap.

A sitemap holds the pages whose numbers lie in one block of a thousand: it stays small, and
whatever is published, dated back or withdrawn changes its own sitemap alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from urllib.parse import urljoin

from django.db.models import F, IntegerField, Prefetch, Q
from wagtail.models import Page, PageQuerySet, Site

from masthead.media.models import Clip, Image, Rendition
from masthead.media.queries import sources
from masthead.stories.models import FrontPage, PublicPage, Story, WorkKind
from masthead.stories.queries import public
from masthead.stories.sitemaps import NewsItem, Place, Video

BLOCK = 1000
#: What Google reads of a news sitemap.
MOST_NEWS = 1000


def blocks(site: Site) -> list[int]:
    """Return the numbers of a site's sitemaps."""
    number = (F("pk") / BLOCK).copy()
    number.output_field = IntegerField()
    found = public(Page).filter(_on(site)).order_by().annotate(block=number)
    return sorted(found.values_list("block", flat=True).distinct())


def places(site: Site, block: int) -> list[Place]:
    """Return the pages of one sitemap, in the order in which they were begun."""
    numbers = Q(pk__gte=block * BLOCK, pk__lt=(block + 1) * BLOCK)
    pages = _pages(site, numbers)
    translations = _translations(site, pages)
    return [_place(site, page, translations[page.translation_key]) for page in pages]


def _on(site: Site) -> Q:
    """Return the condition that a page belongs to a site, in whichever language."""
    fronts = site.root_page.get_translations(inclusive=True).values_list("path", flat=True)
    return reduce(or_, (Q(path__startswith=path) for path in fronts))


def _pages(site: Site, condition: Q) -> list[PublicPage]:
    """Return the public pages of a site, but for stories that were first published elsewhere."""
    others = public(Page).filter(_on(site), condition).filter(as_story=None).specific()
    stories = _with_media(public().filter(_on(site), condition, canonical_url=""))
    found = [page for page in (*others, *stories) if isinstance(page, PublicPage)]
    return sorted(found, key=lambda page: int(page.pk))


def _with_media(stories: "PageQuerySet[Story]") -> "PageQuerySet[Story]":
    renditions = Rendition.objects.all()
    return (
        stories.select_related("lead_picture", "lead_clip__poster")
        .defer("body")
        .prefetch_related(
            "corrections",
            Prefetch("lead_picture__renditions", renditions),
            Prefetch("lead_clip__poster__renditions", renditions),
        )
    )


def _translations(site: Site, pages: Iterable[PublicPage]) -> dict[object, dict[str, str]]:
    """Return the addresses of pages in all their languages, where there is more than one."""
    found: dict[object, dict[str, str]] = defaultdict(dict)
    if FrontPage.objects.filter(_on(site), depth=site.root_page.depth).count() > 1:
        keys = [page.translation_key for page in pages]
        for page in _pages(site, Q(translation_key__in=keys)):
            found[page.translation_key][page.locale.language_code] = _address(site, page)
    return found


def _address(site: Site, page: PublicPage) -> str:
    parts = page.get_url_parts(site)
    return f"{site.root_url}{parts[2]}" if parts else ""


def _place(site: Site, page: PublicPage, translations: dict[str, str]) -> Place:
    address = _address(site, page)
    links = translations if len(translations) > 1 else {}
    if not isinstance(page, Story):
        return Place(address, translations=links)
    posters = [page.shown_clip.poster] if page.shown_clip and page.shown_clip.poster else []
    shown = [page.lead_picture] if page.lead_picture and not posters else posters
    return Place(
        address,
        changed_at=page.last_change(page.corrections.all()),
        translations=links,
        pictures=list(_pictures(site, shown)),
        videos=list(_videos(site, page, page.shown_clip)) if page.shown_clip else [],
    )


def _pictures(site: Site, images: list[Image]) -> Iterator[str]:
    for image in images:
        if found := sources(image):
            yield urljoin(site.root_url, found.src)


def _videos(site: Site, story: Story, clip: Clip) -> Iterator[Video]:
    poster = sources(clip.poster) if clip.poster else None
    if poster and story.published_at:
        yield Video(
            address=urljoin(site.root_url, clip.file.url),
            poster=urljoin(site.root_url, poster.src),
            title=clip.title,
            description=clip.description,
            seconds=clip.duration,
            published_at=story.published_at,
        )


def news(site: Site) -> list[NewsItem]:
    """Return the stories of the last 48 hours, newest first; the worker takes out older ones."""
    stories = public().filter(_on(site), canonical_url="").exclude(fresh_until=None)
    stories = stories.exclude(kind__in=[WorkKind.SPONSORED, WorkKind.SATIRE])
    fronts = FrontPage.objects.filter(_on(site), depth=site.root_page.depth)
    names = dict(fronts.values_list("locale__language_code", "title"))
    newest = stories.select_related("locale").defer("body").order_by("-published_at", "-pk")
    return [
        NewsItem(
            address=_address(site, story),
            title=story.title,
            publication=names[story.locale.language_code],
            language=story.locale.language_code.lower(),
            published_at=story.published_at,
        )
        for story in newest[:MOST_NEWS]
        if story.published_at
    ]
