"""What is answered when nothing else can be: whole pages that need no template and no database."""

import logging
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from masthead.bake.edge.settings import Refusal
from masthead.lib.outage import Outage, outage_behind

logger = logging.getLogger("masthead.outage")
#: Seconds after which a program may ask again.
RETRY_AFTER = 30
PAGE = """<!doctype html>
<html lang="{}" dir="{}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>{}</title></head>
<body><main><h1>{}</h1><p>{}</p><p><a href="/">{}</a></p></main></body>
</html>
"""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer a request that makes no sense."""
    return _page(400, _("This request cannot be understood"), _("Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer a request for what this person may not see or do."""
    return _page(403, _("This is not open to you"), _("Sign in with an account that may do this."))


def form_not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer a form whose token is missing or old: nothing that it asked for is done."""
    text = _("For your safety nothing was saved. Go back, load the page again and send it again.")
    return _page(403, _("This form is too old"), text)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer an address at which nothing stands and that is not a page's."""
    return _page(404, _("There is nothing here"), _("Check the address."))


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer when the program failed: 503 when the machine is at fault and may recover."""
    error = sys.exc_info()[1]
    outage = outage_behind(error) if error else None
    if outage is None:
        text = _("The fault is ours, and it has been noted. Please try again later.")
        return _page(500, _("Something went wrong"), text)
    logger.error("A request was refused: %s", outage, extra={"outage": outage.name})
    response = _page(503, _("We cannot do this just now"), _explanation(outage))
    response.headers["Retry-After"] = str(RETRY_AFTER)
    # One clear line stands in the log; Django would add a stack trace for each request.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - django.utils.log looks for it
    return response


def _explanation(outage: Outage) -> str:
    match outage:
        case Outage.DISK_FULL:
            return _("Our disk is full: nothing was saved. Please try again later.")
        case Outage.READ_ONLY:
            return _("Our disk cannot be written: nothing was saved. Please try again later.")
        case Outage.BUSY:
            return _("Our database is busy: nothing was saved. Please try again in a moment.")
        case Outage.GONE:
            return _("Our database does not answer. Please try again in a moment.")
        case Outage.CACHE_GONE | Outage.BUCKET_GONE:
            return _("A part of our machine does not answer. Please try again in a moment.")


def edge_pages() -> dict[Refusal, bytes]:
    """Return what the edge answers by itself, in the language that is active."""
    again = _("Please try again in a moment.")
    not_saved = _(
        "Nothing was saved. What you wrote is still in the page before this one: "
        "go back, wait a moment and send it again."
    )
    unknown = _(
        "We cannot tell whether it was saved. Go back, look whether it is there, and send it "
        "again if it is not."
    )
    down = _("This page cannot be shown just now")
    waits = _("This could not be taken in just now")
    too_large = _("Nothing was saved: what you sent has more bytes than this address takes.")
    return {
        Refusal.DOWN: _html(down, again).encode(),
        Refusal.DOWN_UNSAVED: _html(waits, not_saved).encode(),
        Refusal.CUT_OFF: _html(_("The answer did not arrive"), unknown).encode(),
        Refusal.TOO_LARGE: _html(_("This is too large"), too_large).encode(),
        Refusal.NO_ROOM: _html(waits, not_saved).encode(),
    }


def _page(status: int, title: str, text: str) -> HttpResponse:
    return HttpResponse(_html(title, text), status=status)


def _html(title: str, text: str) -> str:
    direction = "rtl" if get_language_bidi() else "ltr"
    values: tuple[Any, ...] = (
        get_language(),
        direction,
        title,
        title,
        text,
        _("To the front page"),
    )
    return format_html(PAGE, *values)
