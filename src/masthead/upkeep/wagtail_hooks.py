"""The status page in the desk's menu."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from masthead.upkeep import views


class StatusMenuItem(MenuItem):
    """Shown to those who look after the newsroom's mail."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(views.PERMISSION)


@hooks.register("register_admin_urls")
def status_urls() -> list[URLPattern]:
    return [path("status/", views.status, name="upkeep_status")]


@hooks.register("register_reports_menu_item")
def status_menu_item() -> StatusMenuItem:
    return StatusMenuItem(
        _("Status"), reverse("upkeep_status"), name="status", icon_name="cogs", order=10
    )
