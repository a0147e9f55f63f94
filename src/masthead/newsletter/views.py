"""The sign-up box, over HTTP."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Site

from masthead.lib.posted_from_our_pages import posted_from_our_pages
from masthead.newsletter.actions import subscribe
from masthead.newsletter.box import ALONE
from masthead.newsletter.forms import SubscribeForm
from masthead.newsletter.links import follow
from masthead.newsletter.queries import box, small_print
from masthead.readers.views import occasion
from masthead.stories.own_templates import fill
from masthead.stories.queries import edition
from masthead.stories.render import Shell


@never_cache
@require_safe
def letter_link(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """Lead on to where a link in a letter leads, and count that; HEAD is not counted."""
    if request.method == "HEAD":
        return HttpResponse()
    url = follow(edition=edition, number=number)
    if url is None:
        raise Http404
    answer = HttpResponseRedirect(url)
    answer["X-Robots-Tag"] = "noindex"
    return answer


@posted_from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe_page(request: HttpRequest) -> HttpResponse:
    """Take what was typed into the box; ask again where something is missing or looks wrong."""
    data = request.POST if request.method == "POST" else request.GET
    site = Site.find_for_request(request)
    front = edition(site=site, language=data.get("language", ""))
    with translation.override(front.locale.language_code):
        found = box(site=site, locale=front.locale)
        if found is None:
            raise Http404
        form = SubscribeForm(request.POST if request.method == "POST" else None, box=found)
        shell = Shell.around(front, ALONE)
        answer = HttpResponse(fill("newsletter/subscribe.html", _context(request, form, shell)))
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _context(request: HttpRequest, form: SubscribeForm, shell: Shell) -> dict[str, Any]:
    context = {
        "shell": shell,
        "page": shell.front,
        "missing": True,
        "box": form.box,
        "action": reverse("subscribe"),
        "small_print": small_print(),
    }
    if form.is_valid() and not form.meant:
        at = replace(occasion(request), language=shell.language, page=form.back)
        subscribe(email=form.address, letters=form.chosen, box=form.box, occasion=at)
        return context | {"sent": True, "email": form.address, "back": form.back}
    errors = {name: texts[0] for name, texts in form.errors.items()}
    return context | {
        "errors": errors,
        "email": str(form.data.get("as_typed") or form.data.get("email") or "")[:254],
        "chosen": form.cleaned_data.get("letter", []) if form.is_bound else None,
        "meant": "" if errors or not form.is_bound else form.meant,
        "back": form.back,
    }
