"""What readers get at each public address: the same for all of them, whoever asks and when."""

from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri, uri_to_iri
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from masthead.stories import theme
from masthead.stories.additions import paths_below, splits
from masthead.stories.addresses import find, path_of
from masthead.stories.answer import IMMUTABLE, Answer
from masthead.stories.errors import Gone
from masthead.stories.files import file_at, files_beside, is_file
from masthead.stories.models import PublicPage
from masthead.stories.render import render, render_gone


def answer(*, site: Site, path: str) -> Answer | None:
    """Return what stands at a path of a site, such as ``/2026/11/harbour-opens/``, or None."""
    try:
        found = _standing(site, path)
    except Gone as gone:
        return Answer(410, render_gone(gone.story).encode(), key=_key(gone.story))
    except LookupError:
        found = None
    return found or redirect_from(site=site, path=path)


def _standing(site: Site, path: str) -> Answer | None:
    if theme.is_address(path):
        return _stylesheet(path)
    if is_file(path) and (file := file_at(site=site, path=path)):
        return file
    if below := _below(site, path):
        return below
    found = find(site=site, path=path)
    return _page(found.page, found.part) if found else None


def _below(site: Site, path: str) -> Answer | None:
    for above, rest, answer_below in splits(path):
        found = find(site=site, path=above)
        if found and not found.part and (below := answer_below(found.page, rest)):
            return below
    return None


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
    if not part:
        own = path_of(page)
        parts = (*parts, *paths_below(page, own), *files_beside(page), rendered.theme)
    return Answer(content=rendered.html.encode(), parts=parts, key=_key(page))


def _stylesheet(path: str) -> Answer:
    content = theme.stylesheet(path).encode()
    kind = "text/css; charset=utf-8"
    return Answer(content=content, content_type=kind, cache_control=IMMUTABLE)


def _key(page: PublicPage) -> str:
    return f"p{page.pk}"
