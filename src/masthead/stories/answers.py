"""What readers get at each public address: the same for all of them, whoever asks and when."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri, uri_to_iri
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from masthead.stories import theme
from masthead.stories.addresses import find, path_of
from masthead.stories.errors import Gone
from masthead.stories.files import file_at, files_beside, is_file
from masthead.stories.models import PublicPage
from masthead.stories.render import render, render_gone, render_not_found

HTML = "text/html; charset=utf-8"
#: For what never changes, because another address would stand for anything else.
IMMUTABLE = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Answer:
    """What stands at an address: bytes of a type, or the way to another address.

    ``parts`` are the paths of what belongs to it and is found only from here: the pages of a long
    list, feeds, sitemaps. They may have parts of their own. ``key`` names the page for caches that
    throw things away by name.
    """

    status: int = 200
    content: bytes = b""
    content_type: str = HTML
    location: str = ""
    parts: tuple[str, ...] = ()
    key: str = ""
    #: How long it may be kept, where that is not the rule for pages.
    cache_control: str = ""


def answer(*, site: Site, path: str) -> Answer:
    """Return what stands at a path of a site, such as ``/2026/11/harbour-opens/``.

    A path at which nothing stands, or from which a redirect leads, has status 404 or 301.
    """
    try:
        if theme.is_address(path):
            return _stylesheet(path)
        if is_file(path) and (file := file_at(site=site, path=path)):
            return Answer(content=file.content, content_type=file.content_type, parts=file.parts)
        found = find(site=site, path=path)
        if found:
            return _page(found.page, found.part)
    except Gone as gone:
        return Answer(410, render_gone(gone.story).encode(), key=_key(gone.story))
    except LookupError:
        pass
    return redirect_from(site=site, path=path) or Answer(404, render_not_found(site).encode())


def redirect_from(*, site: Site, path: str) -> Answer | None:
    """Return where the redirect leads that stands at a path, which may carry its query."""
    if "\0" in path:  # PostgreSQL cannot be asked for it
        return None
    encoded = Redirect.normalise_path(iri_to_uri(path), decode_unicode=False)
    names = [uri_to_iri(encoded), encoded]
    found = Redirect.get_for_site(site).filter(old_path__in=names).select_related("redirect_page")
    # One that holds for this site alone comes before one that holds for all.
    rows = sorted(found, key=lambda row: (row.site_id is None, names.index(row.old_path)))
    row = next(iter(rows), None)
    # An unpublished story's redirect may lead to the very address that was asked for.
    if not row or not row.link or urlsplit(row.link).path == encoded.partition("?")[0]:
        return None
    return Answer(301 if row.is_permanent else 302, location=row.link)


def _page(page: PublicPage, part: tuple[str, ...]) -> Answer:
    rendered = render(page, part)
    parts = tuple(path_of(page, each) for each in rendered.parts)
    files = () if part else (*files_beside(page), rendered.theme)
    return Answer(content=rendered.html.encode(), parts=(*parts, *files), key=_key(page))


def _stylesheet(path: str) -> Answer:
    content = theme.stylesheet(path).encode()
    kind = "text/css; charset=utf-8"
    return Answer(content=content, content_type=kind, cache_control=IMMUTABLE)


def _key(page: PublicPage) -> str:
    return f"p{page.pk}"
