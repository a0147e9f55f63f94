"""Public pages, over HTTP."""

from http import HTTPStatus

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.utils import timezone, translation
from django.utils.encoding import iri_to_uri
from django.utils.http import escape_leading_slashes
from django.views.decorators.http import require_safe
from wagtail.models import Site

from masthead.stories.answer import Answer
from masthead.stories.answers import answer, redirect_from
from masthead.stories.files import is_file
from masthead.stories.models import Newsroom
from masthead.stories.queries import edition
from masthead.stories.render import render_not_found, render_search
from masthead.stories.search import search as find
from masthead.stories.search_form import SearchForm

#: How other systems name a post or a page by number, at the front page's address.
NUMBERS = ("p", "page_id")


@require_safe
def page(request: HttpRequest, path: str) -> HttpResponse:
    """Answer with what stands at a path, or say what became of it."""
    site = Site.find_for_request(request)
    moved = _moved_by_number(site, request) if not path else None
    if not moved and path and not path.endswith("/") and not is_file(f"/{path}"):
        with_slash = iri_to_uri(escape_leading_slashes(f"/{path}/"))
        moved = _moved(site, request) or Answer(301, location=with_slash)
    found = moved or answer(site=site, path=f"/{path}") or _moved(site, request)
    return _response(found or Answer(HTTPStatus.NOT_FOUND, render_not_found(site).encode()))


def _response(found: Answer) -> HttpResponse:
    response: HttpResponse
    if found.location:
        moved = HttpResponsePermanentRedirect if found.status == 301 else HttpResponseRedirect
        response = moved(iri_to_uri(found.location))
    else:
        response = HttpResponse(found.content, status=found.status, content_type=found.content_type)
    response["Cache-Control"] = found.cache_control or "public, max-age=0"
    return response


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Answer with what readers look for: the only public page that is made for each question."""
    site = Site.find_for_request(request)
    front = edition(site=site, language=request.GET.get("language", ""))
    newsroom = Newsroom.for_site(site)
    with translation.override(front.locale.language_code), timezone.override(newsroom.zone):
        form = SearchForm(request.GET, front=front)
        results = find(form.question, front=front, zone=newsroom.zone) if form.is_valid() else None
        answer = HttpResponse(render_search(front, form, results))
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _moved_by_number(site: Site, request: HttpRequest) -> Answer | None:
    """Return where ``/?p=123`` leads if a redirect holds for it; no other query matters there."""
    for name in NUMBERS:
        number = request.GET.get(name, "")
        if number.isascii() and number.isdecimal():
            return redirect_from(site=site, path=f"/?{name}={number}")
    return None


def _moved(site: Site, request: HttpRequest) -> Answer | None:
    whole = request.get_full_path()
    plain = request.path
    return redirect_from(site=site, path=whole) or redirect_from(site=site, path=plain)
