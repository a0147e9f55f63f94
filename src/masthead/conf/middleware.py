"""Answers and headers that no page decides on."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]

#: Public pages run no inline script, hold no inline style and ask nobody else for anything;
#: the players of embeds are framed after a click.
PUBLIC_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-src https://www.youtube-nocookie.com https://player.vimeo.com https://archive.org; "
    "frame-ancestors 'self'"
)
#: Wagtail's desk sets inline styles and scripts without nonces, and previews pages in frames.
DESK_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-src 'self'; frame-ancestors 'self'"
)


def content_security_policy(get_response: Handler) -> Handler:
    """Tell the browser what a page may load, one policy for readers and one for the desk."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policy = DESK_POLICY if request.path.startswith("/desk/") else PUBLIC_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
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
    except DatabaseError:
        return HttpResponse("the database does not answer\n", "text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
