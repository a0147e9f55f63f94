"""Where choosing a page begins: among pages of its kind, in the language that is worked in."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse  # noqa: TID251 - a view of the desk
from django.urls import Resolver404, resolve
from django.utils.decorators import method_decorator
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.chooser import BrowseView, page_models_from_string
from wagtail.models import Page, PageQuerySet

from masthead.stories.models import Archive, FrontPage
from masthead.stories.queries import front_of, main_site


@method_decorator(require_admin_access, name="dispatch")
class ChooserView(BrowseView):
    """Opens where the pages stand that somebody is looking for; of stories, the newest first."""

    def get(self, request: HttpRequest, parent_page_id: int | None = None) -> HttpResponse:
        start = parent_page_id or start_for(request).pk
        response: HttpResponse = super().get(request, start)
        return response

    def get_object_list(self) -> PageQuerySet[Page]:
        pages: PageQuerySet[Page] = super().get_object_list()
        is_archive = isinstance(self.parent_page, Archive)
        return pages.order_by("-latest_revision_created_at", "-pk") if is_archive else pages


def start_for(request: HttpRequest) -> Page:
    """Return the page below which those stand that a chooser was opened for."""
    front = _front(request.headers.get("Referer", ""))
    try:
        wanted = page_models_from_string(request.GET.get("page_type", ""))
    except (ValueError, LookupError):  # Wagtail's own view answers that
        return front
    parents = wanted[0].allowed_parent_page_models() if len(wanted) == 1 else []
    known = [model for model in parents if model is not Page and model is not FrontPage]
    found = Page.objects.child_of(front).exact_type(*known).first() if known else None
    return found or front


def _front(address: str) -> Page:
    """Return the front page of the language of the form at an address, else the main one."""
    try:
        names: dict[str, Any] = resolve(urlsplit(address).path).kwargs
    except (Resolver404, ValueError):
        names = {}
    key = names.get("page_id") or names.get("parent_page_id")
    page = Page.objects.filter(pk=key).specific().first() if isinstance(key, int) else None
    try:
        return front_of(page) if page else main_site().root_page
    except FrontPage.DoesNotExist:
        return main_site().root_page
