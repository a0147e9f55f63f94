"""Forms on baked pages carry no token; the browser says from where they were sent."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict  # noqa: TID251 - a guard of views
from django.middleware.csrf import CsrfViewMiddleware
from django.template.response import TemplateResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - a field's name
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def posted_from_our_pages(view: View[P]) -> View[P]:
    """Let a view take forms of our own pages, baked ones too, and of nobody else's.

    Current browsers say in ``Sec-Fetch-Site`` whether a page of ours sent it, others in ``Origin``.
    One that says neither is answered with a page that shows what was sent, with a button and a
    token; what another site sends is refused as a form without a token is.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method in SAFE or _is_ours(request):
            return view(request, *args, **kwargs)
        if not _is_unknown(request):
            return _refuse(request)
        if TOKEN not in request.POST:
            return _ask(request)
        return _check_token(request) or view(request, *args, **kwargs)

    return guarded


def _is_ours(request: HttpRequest) -> bool:
    if "Sec-Fetch-Site" in request.headers:
        return request.headers["Sec-Fetch-Site"] == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _is_unknown(request: HttpRequest) -> bool:
    told = "Sec-Fetch-Site" in request.headers
    return not told and request.headers.get("Origin", "null") == "null"


def _ask(request: HttpRequest) -> HttpResponse:
    # What was written stays in the form: nobody writes a comment twice.
    posted: QueryDict = request.POST
    fields = [(name, value) for name, values in posted.lists() for value in values]
    context = {"fields": fields, "action": request.get_full_path()}
    return TemplateResponse(request, "readers/send_it.html", context)


def _check_token(request: HttpRequest) -> HttpResponse | None:
    def checked(_request: HttpRequest) -> HttpResponse:
        raise NotImplementedError

    guard = CsrfViewMiddleware(checked)
    # A browser that hides where it comes from sends “null”, which Django takes for a stranger's.
    request.META.pop("HTTP_ORIGIN", None)
    guard.process_request(request)
    refused: HttpResponse | None = guard.process_view(request, checked, (), {})
    return refused


def _refuse(request: HttpRequest) -> HttpResponse:
    failure: Callable[..., Any] = import_string(settings.CSRF_FAILURE_VIEW)
    response: HttpResponse = failure(request, reason="sent from another site")
    return response
