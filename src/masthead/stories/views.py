"""Public pages, over HTTP."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.models import Site

from masthead.stories import theme
from masthead.stories.addresses import find
from masthead.stories.errors import Gone
from masthead.stories.render import render, render_gone, render_not_found


@require_safe
def page(request: HttpRequest, path: str) -> HttpResponse:
    """Answer with the page that stands at a path, or say what became of it."""
    site = Site.find_for_request(request)
    if path and not path.endswith("/"):
        return HttpResponsePermanentRedirect(f"/{path}/")
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


def _moved(request: HttpRequest) -> HttpResponse | None:
    redirect = get_redirect(request, request.get_full_path()) or get_redirect(request, request.path)
    return HttpResponsePermanentRedirect(redirect.link) if redirect and redirect.link else None
