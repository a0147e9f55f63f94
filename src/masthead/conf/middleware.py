"""Answers and headers that no page decides on."""

from collections.abc import Callable
from ipaddress import ip_address, ip_network

from django.conf import settings
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


def client_address(get_response: Handler) -> Handler:
    """Believe what proxies say about a client if they are trusted; remove it in any case.

    Behind the trusted proxies the address of the client is the last one in ``X-Forwarded-For``
    that is not itself a trusted proxy's: whatever stands before it, the client wrote.
    """
    networks = [ip_network(network) for network in settings.TRUSTED_PROXIES]

    def is_trusted(address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in networks)
        except ValueError:
            return False

    def middleware(request: HttpRequest) -> HttpResponse:
        said = {name: request.META.pop(name) for name in list(request.META) if _is_said(name)}
        if is_trusted(request.META.get("REMOTE_ADDR", "")):
            _believe(request, said, is_trusted)
        return get_response(request)

    return middleware


def _is_said(name: str) -> bool:
    return name.startswith("HTTP_X_FORWARDED_") or name in {"HTTP_FORWARDED", "HTTP_X_REAL_IP"}


def _believe(request: HttpRequest, said: dict[str, str], is_trusted: Callable[[str], bool]) -> None:
    for address in reversed(said.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        try:
            request.META["REMOTE_ADDR"] = str(ip_address(address.strip()))
        except ValueError:
            break
        if not is_trusted(request.META["REMOTE_ADDR"]):
            break
    # Wherever the server keeps the scheme, Django reads it here.
    if said.get("HTTP_X_FORWARDED_PROTO") in {"http", "https"}:
        request.META["wsgi.url_scheme"] = said["HTTP_X_FORWARDED_PROTO"]


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
