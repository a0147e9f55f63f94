"""Answers and headers that no page decides on."""

import logging
import time
from collections.abc import Callable

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path

from masthead.conf.policies import DESK_POLICY, PUBLIC_POLICY
from masthead.lib import slow_statements
from masthead.lib.request_id import begin_request, end_request

Handler = Callable[[HttpRequest], HttpResponse]
requests = logging.getLogger("masthead.request")

#: What a client may claim about who it is and how it came: the edge has judged it.
CLAIMS = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)
#: Below it stand links that are as good as the address they were sent to.
SIGNED = "/my/"
#: The header in which the edge tells the client's address and scheme.
TOLD = "HTTP_X_MASTHEAD_CLIENT"
#: Where it is kept what the edge calls the request in its log.
NAME = "masthead.request"


def content_security_policy(get_response: Handler) -> Handler:
    """Tell the browser what a page may load, one policy for readers and one for the desk."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policy = DESK_POLICY if request.path.startswith("/desk/") else PUBLIC_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware


def told_by_the_edge(get_response: Handler) -> Handler:
    """Take the client's address, scheme and the request's name from the edge, and from no other.

    The edge comes through a socket that is this user's alone, where a peer has no address.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        for claim in CLAIMS:
            request.META.pop(claim, None)
        told = request.META.pop(TOLD, "")
        if told and not request.META.get("REMOTE_ADDR"):
            address, scheme, *name = told.split(" ")
            request.META["REMOTE_ADDR"] = address
            request.META["wsgi.url_scheme"] = scheme
            request.META[NAME] = "".join(name)
        return get_response(request)

    return middleware


def request_log(get_response: Handler) -> Handler:
    """Name each request, and log what became of it.

    Only the path is logged: what follows ``?`` may hold a signature that signs somebody in.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        name, begun = begin_request(request.META.get(NAME, "")), time.monotonic()
        try:
            with connection.execute_wrapper(slow_statements.named):
                response = get_response(request)
            response.headers["X-Request-ID"] = name
            _log(request, response, (time.monotonic() - begun) * 1000)
        finally:
            end_request()
        return response

    return middleware


def health(get_response: Handler) -> Handler:
    """Answer ``/healthz`` (this process runs) and ``/readyz`` (it reaches the database)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return _ready()
        return get_response(request)

    return middleware


def _ready() -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("the database does not answer\n", "text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")


def _log(request: HttpRequest, response: HttpResponse, duration: float) -> None:
    # Percent-encoded: a line break in a path must not begin a line of the log.
    path = escape_uri_path(_without_secrets(request.path))
    requests.info(
        "%s %s %d %.0f ms",
        request.method,
        path,
        response.status_code,
        duration,
        extra={
            "method": request.method,
            "path": path,
            "status": response.status_code,
            "duration_ms": round(duration, 1),
        },
    )


def _without_secrets(path: str) -> str:
    """Return a path without the signed part: whoever reads the log must not act for a reader."""
    if not path.startswith(SIGNED):
        return path
    return "/".join(step if ":" not in step else "…" for step in path.split("/"))
