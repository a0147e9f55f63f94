"""The files that machines ask for at addresses without a slash at the end: which, and where."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time

from wagtail.models import Site

from masthead.lib.robots import Crawlers, robots_txt
from masthead.lib.security_contact import security_txt
from masthead.stories import theme
from masthead.stories.additions import is_file_below
from masthead.stories.addresses import find, path_of
from masthead.stories.answer import Answer
from masthead.stories.errors import Gone
from masthead.stories.feeds import FORMATS
from masthead.stories.models import Distribution, FrontPage, PublicPage
from masthead.stories.queries import public
from masthead.stories.render import FED
from masthead.stories.site_index import blocks, news, places
from masthead.stories.sitemaps import index, news_sitemap, sitemap
from masthead.stories.syndication import feed_of

XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
SITEMAPS = "/sitemap.xml"
NEWS = "/sitemaps/news.xml"
_BLOCK = re.compile(r"/sitemaps/(0|[1-9][0-9]{0,6})\.xml")
_FEED = re.compile(r"(/(?:.+/)?)(feed\.[a-z]+)")


def is_file(path: str) -> bool:
    """Return whether a path may lead to a file, so that no slash is missing at its end."""
    if theme.is_address(path):
        return True
    feed = _FEED.fullmatch(path)
    is_feed = feed is not None and feed[2] in FORMATS
    return is_feed or path in _FIXED or _BLOCK.fullmatch(path) is not None or is_file_below(path)


def file_at(*, site: Site, path: str) -> Answer | None:
    """Return the file at a path of a site, such as ``/politics/feed.rss``, or None."""
    if path in _FIXED:
        return _FIXED[path](site)
    if found := _BLOCK.fullmatch(path):
        return _sitemap(site, int(found[1]))
    if found := _FEED.fullmatch(path):
        return _feed(site, found[1], found[2])
    return None


def files_beside(page: PublicPage) -> tuple[str, ...]:
    """Return the paths of the files that belong to a page."""
    feeds = [f"{path_of(page)}{name}" for name in FORMATS] if isinstance(page, FED) else []
    is_main = isinstance(page, FrontPage) and path_of(page) == "/"
    return (*feeds, *(_FIXED if is_main else ()))


def _feed(site: Site, path: str, name: str) -> Answer | None:
    try:
        found = find(site=site, path=path)
    except Gone:
        return None
    if name not in FORMATS or not found or found.part or not isinstance(found.page, FED):
        return None
    written = FORMATS[name].write(feed_of(found.page), f"{site.root_url}{path}{name}")
    return Answer(content=written, content_type=f"{FORMATS[name].content_type}; charset=utf-8")


def _sitemap_index(site: Site) -> Answer:
    paths = [*(f"/sitemaps/{number}.xml" for number in blocks(site)), NEWS]
    written = index(f"{site.root_url}{path}" for path in paths)
    return Answer(content=written, content_type=XML, parts=tuple(paths))


def _sitemap(site: Site, number: int) -> Answer | None:
    found = places(site, number)
    return Answer(content=sitemap(found), content_type=XML) if found else None


def _news_sitemap(site: Site) -> Answer:
    return Answer(content=news_sitemap(news(site)), content_type=XML)


def _robots(site: Site) -> Answer:
    chosen = Distribution.of(site)
    text = robots_txt(
        crawlers=Crawlers(chosen.crawlers),
        rules=chosen.robot_rules,
        sitemaps=[f"{site.root_url}{SITEMAPS}", f"{site.root_url}{NEWS}"],
    )
    return Answer(content=text.encode(), content_type=TEXT)


def _security(site: Site) -> Answer | None:
    chosen = Distribution.of(site)
    if not chosen.security_contact or not chosen.security_expires_on:
        return None
    fronts = public(FrontPage).filter(translation_key=site.root_page.translation_key)
    text = security_txt(
        contact=chosen.security_contact,
        expires_at=datetime.combine(chosen.security_expires_on, time.min, UTC),
        languages=sorted(fronts.values_list("locale__language_code", flat=True)),
        address=f"{site.root_url}/.well-known/security.txt",
    )
    return Answer(content=text.encode(), content_type=TEXT)


_FIXED: dict[str, Callable[[Site], Answer | None]] = {
    "/robots.txt": _robots,
    SITEMAPS: _sitemap_index,
    NEWS: _news_sitemap,
    "/.well-known/security.txt": _security,
}
