"""Subscribers in the desk: taken over from another system's file, given out as one."""

import zlib
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from masthead.newsletter.models import ImportState, SubscriberImport
from masthead.newsletter.subscribers import work
from masthead.newsletter.subscribers.export import exported
from masthead.newsletter.subscribers.forms import ImportForm
from masthead.newsletter.subscribers.sources import SOURCES
from masthead.readers.models import User

PERMISSION = "newsletter.add_subscriberimport"
#: Imports that are listed.
NEWEST = 20


def subscribers(request: HttpRequest) -> HttpResponse:
    """Show the newest imports, and take a file for a new one."""
    _check(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        found = work.keep(
            letter=values["letter"],
            source=values["source"],
            statement=values["statement"],
            name=values["file"].name,
            content=values["file"].read(),
            by=cast("User", request.user),
        )
        return _to(found)
    context = {
        "form": form,
        "imports": SubscriberImport.objects.defer("content", "report")[:NEWEST],
        "header_title": _("Subscribers"),
        "header_icon": "group",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("Subscribers")},
        ],
    }
    return TemplateResponse(request, "newsletter/subscribers.html", context)


def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would become, or became, of a file's lines."""
    found = _found(request, pk)
    context = _shown(found) | {
        "header_title": found.file_name,
        "header_icon": "group",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("subscribers"), "label": _("Subscribers")},
            {"url": "", "label": found.file_name},
        ],
    }
    return TemplateResponse(request, "newsletter/import.html", context)


def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return how far a file has come, as the part of its page that changes."""
    return TemplateResponse(request, "newsletter/import_progress.html", _shown(_found(request, pk)))


@require_POST
def do_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over a file that was looked through, or throw it away."""
    found = _found(request, pk)
    if request.POST.get("do") == "import":
        work.take_over(found=found)
        return _to(found)
    SubscriberImport.objects.filter(pk=found.pk, state=ImportState.LOOKED_AT).delete()
    messages.success(request, _("The file is thrown away. Nothing of it was taken over."))
    return HttpResponseRedirect(reverse("subscribers"))


@never_cache
@require_safe
def import_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the report by line as a file."""
    found = _found(request, pk)
    report = bytes(SubscriberImport.objects.values_list("report", flat=True).get(pk=found.pk))
    if not report:
        raise Http404
    return _file(zlib.decompress(report), "report.csv")


@never_cache
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Give everybody who asked for letters as a file."""
    _check(request)
    return _file("".join(exported()).encode(), "subscribers.csv")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _shown(found: SubscriberImport) -> dict[str, Any]:
    return {
        "found": found,
        "counts": work.told_counts(found),
        "is_waiting": found.state in work.WAITING,
        "is_looked_at": found.state == ImportState.LOOKED_AT,
        "system": SOURCES[found.source].label if found.source else "",
    }


def _found(request: HttpRequest, pk: int) -> SubscriberImport:
    _check(request)
    return get_object_or_404(SubscriberImport.objects.defer("content", "report"), pk=pk)


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied


def _to(found: SubscriberImport) -> HttpResponse:
    return HttpResponseRedirect(reverse("subscriber_import", args=[found.pk]))
