"""The outbox in the desk's menu."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry

from masthead.mail import views
from masthead.mail.models import Hold
from masthead.mail.queries import current_hold


class HoldPanel(Component):
    """Tells everybody at the desk that no mail goes out, and why."""

    name = "mail-hold"
    order = 1
    template_name = "mail/hold_panel.html"

    def __init__(self, held: Hold, *, may_let_go: bool) -> None:
        self._context = {"held": held, "may_let_go": may_let_go}

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:  # noqa: ARG002 - Wagtail's signature
        return self._context


class OutboxMenuItem(MenuItem):
    """Shown to those who may read every mail."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(views.PERMISSION)


@hooks.register("register_admin_urls")
def outbox_urls() -> list[URLPattern]:
    return [
        path("outbox/", views.OutboxView.as_view(), name="outbox"),
        path("outbox/results/", views.OutboxView.as_view(results_only=True), name="outbox_results"),
        path("outbox/connection/", views.connection, name="outbox_connection"),
        path("outbox/test-mail/", views.send_test_mail, name="outbox_test_mail"),
        path("outbox/hold/", views.hold, name="outbox_hold"),
        path("outbox/<int:pk>/", views.one_mail, name="outbox_mail"),
        path("outbox/<int:pk>/send-again/", views.send_again, name="outbox_send_again"),
    ]


@hooks.register("register_admin_menu_item")
def outbox_menu_item() -> OutboxMenuItem:
    return OutboxMenuItem(
        _("Outbox"), reverse("outbox"), name="outbox", icon_name="mail", order=900
    )


@hooks.register("construct_homepage_panels", order=1000)
def tell_of_hold(request: HttpRequest, panels: list[Component]) -> None:
    """Say above all else that no mail goes out."""
    if held := current_hold():
        panels.insert(0, HoldPanel(held, may_let_go=request.user.has_perm(views.PERMISSION)))


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("mail.hold", _("Hold"), _("Held all mail"))
    actions.register_action("mail.let_go", _("Let go"), _("Let mail go out again"))


@hooks.register("register_permissions")
def outbox_permission() -> object:
    from django.contrib.auth.models import Permission  # noqa: PLC0415 - hooks load before models

    return Permission.objects.filter(content_type__app_label="mail", codename="view_outgoingmail")
