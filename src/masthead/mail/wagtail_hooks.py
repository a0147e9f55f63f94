"""The outbox in the desk's menu."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from masthead.mail import views


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
        path("outbox/<int:pk>/", views.one_mail, name="outbox_mail"),
        path("outbox/<int:pk>/send-again/", views.send_again, name="outbox_send_again"),
    ]


@hooks.register("register_admin_menu_item")
def outbox_menu_item() -> OutboxMenuItem:
    return OutboxMenuItem(
        _("Outbox"), reverse("outbox"), name="outbox", icon_name="mail", order=900
    )


@hooks.register("register_permissions")
def outbox_permission() -> object:
    from django.contrib.auth.models import Permission  # noqa: PLC0415 - hooks load before models

    return Permission.objects.filter(content_type__app_label="mail", codename="view_outgoingmail")
