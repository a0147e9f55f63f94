"""The files that machines ask for at addresses without a slash at the end: which, and where."""

import re
from dataclasses import dataclass

from wagtail.models import Site

from masthead.stories.addresses import find, path_of
from masthead.stories.errors import Gone
from masthead.stories.feeds import FORMATS
from masthead.stories.models import PublicPage
from masthead.stories.render import FED
from masthead.stories.syndication import feed_of

_FEED = re.compile(r"(/(?:.+/)?)(feed\.[a-z]+)")


@dataclass(frozen=True)
class File:
    """What stands at an address, with the addresses that are found only from here."""

    content: bytes
    content_type: str
    parts: tuple[str, ...] = ()


def is_file(path: str) -> bool:
    """Return whether a path may lead to a file, so that no slash is missing at its end."""
    found = _FEED.fullmatch(path)
    return found is not None and found[2] in FORMATS


def file_at(*, site: Site, path: str) -> File | None:
    """Return the file at a path of a site, such as ``/politics/feed.rss``, or None."""
    if found := _FEED.fullmatch(path):
        return _feed(site, found[1], found[2])
    return None


def files_beside(page: PublicPage) -> tuple[str, ...]:
    """Return the paths of the files that belong to a page."""
    return tuple(f"{path_of(page)}{name}" for name in FORMATS) if isinstance(page, FED) else ()


def _feed(site: Site, path: str, name: str) -> File | None:
    try:
        found = find(site=site, path=path)
    except Gone:
        return None
    if name not in FORMATS or not found or found.part or not isinstance(found.page, FED):
        return None
    written = FORMATS[name].write(feed_of(found.page), f"{site.root_url}{path}{name}")
    return File(written, f"{FORMATS[name].content_type}; charset=utf-8")
