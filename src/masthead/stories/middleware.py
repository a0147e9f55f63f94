"""Which newsroom a request is for."""

from collections.abc import Callable
from operator import attrgetter

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from wagtail.models import Site

from masthead.lib.address import DEFAULT_PORTS, SiteAddress

Handler = Callable[[HttpRequest], HttpResponse]


def known_site(get_response: Handler) -> Handler:
    """Refuse a host that no Site row names; tell Wagtail the one that it does.

    On a machine of one's own, the other names of the loopback address lead to the one that is set.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = _asked(request)
        site = _site_at(asked)
        if site:
            request._wagtail_site = site  # type: ignore[attr-defined]  # noqa: SLF001 - where Wagtail looks first
            return get_response(request)
        main = Site.objects.filter(is_default_site=True).first()
        if main and asked.is_loopback and SiteAddress.parse(main.root_url).is_loopback:
            return HttpResponseRedirect(main.root_url + request.get_full_path())
        return HttpResponse(
            _("No newsroom has this address."), status=421, content_type="text/plain"
        )

    return middleware


def _asked(request: HttpRequest) -> SiteAddress:
    try:
        return SiteAddress.parse(f"{request.scheme}://{request.get_host()}")
    except ValueError as error:  # a port above 65535, brackets around no IPv6 address
        raise BadRequest(str(error)) from error


def _site_at(asked: SiteAddress) -> Site | None:
    # Behind a proxy that ends TLS, the port of an https site is the proxy's.
    ports = {asked.port, 443} if asked.port == DEFAULT_PORTS["http"] else {asked.port}
    # Wagtail's manager would sort them by name, at twice the cost of the question.
    found: QuerySet[Site] = QuerySet(Site).filter(hostname=asked.host, port__in=ports)
    return max(found, key=attrgetter("port"), default=None)
