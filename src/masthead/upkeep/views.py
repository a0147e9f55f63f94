"""The status page of the desk, and the figures that Prometheus fetches."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from masthead.upkeep.conditions import conditions
from masthead.upkeep.measures import exposition

PERMISSION = "mail.view_outgoingmail"


def status(request: HttpRequest) -> HttpResponse:
    """Say how the newsroom is doing, to whoever looks after its mail."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    found = conditions()
    context = {
        "conditions": found,
        "troubles": sum(not each.is_well for each in found),
        "header_title": _("How the newsroom is doing"),
        "header_icon": "cogs",
        "breadcrumbs_items": [{"url": "", "label": _("Status")}],
    }
    return TemplateResponse(request, "upkeep/status.html", context)


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its figures, if it brings the token; there is no such page for others."""
    token = settings.METRICS_TOKEN
    brought = request.headers.get("Authorization", "")
    if not token or not constant_time_compare(brought, f"Bearer {token}"):
        raise Http404
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
