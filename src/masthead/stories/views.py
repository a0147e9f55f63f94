"""Public pages, over HTTP."""

from urllib.parse import urlsplit

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.utils.encoding import iri_to_uri
from django.utils.http import escape_leading_slashes
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from masthead.stories import theme
from masthead.stories.addresses import find
from masthead.stories.errors import Gone
from masthead.stories.render import render, render_gone, render_not_found

#: How other systems name a post or a page by number, at the front page's address.
NUMBERS = ("p", "page_id")


@require_safe
@cache_control(public=True, max_age=0)
def page(request: HttpRequest, path: str) -> HttpResponse:
    """Answer with the page that stands at a path, or say what became of it."""
    site = Site.find_for_request(request)
    if not path and (moved := _moved_by_number(request)):
        return moved
    if path and not path.endswith("/"):
        with_slash = iri_to_uri(escape_leading_slashes(f"/{path}/"))
        return _moved(request) or HttpResponsePermanentRedirect(with_slash)
    try:
        found = find(site=site, path=f"/{path}")
        if found:
            return HttpResponse(render(found.page, found.part))
    except Gone as gone:
        return HttpResponse(render_gone(gone.story), status=410)
    except LookupError:
        pass
    return _moved(request) or HttpResponse(render_not_found(site), status=404)


@require_safe
def theme_stylesheet(request: HttpRequest, names: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer with the stylesheet for the colours that its address names."""
    answer = HttpResponse(theme.stylesheet(names.split("-")), content_type="text/css")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def _moved_by_number(request: HttpRequest) -> HttpResponse | None:
    """Answer ``/?p=123`` where a redirect holds for it; no other query matters there."""
    for name in NUMBERS:
        number = request.GET.get(name, "")
        if number.isascii() and number.isdecimal():
            return _follow(request, f"/?{name}={number}")
    return None


def _moved(request: HttpRequest) -> HttpResponse | None:
    whole = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    return _follow(request, whole) or _follow(request, whole.partition("?")[0])


def _follow(request: HttpRequest, path: str) -> HttpResponse | None:
    redirect = get_redirect(request, path)
    # An unpublished story's redirect may lead to the very address that was asked for.
    if not redirect or not redirect.link or urlsplit(redirect.link).path == request.path:
        return None
    kind = HttpResponsePermanentRedirect if redirect.is_permanent else HttpResponseRedirect
    return kind(redirect.link)
