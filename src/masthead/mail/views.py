"""The outbox in the desk, for those who look after the newsroom's mail."""

from typing import Any, ClassVar, cast

from anymail.exceptions import AnymailError, AnymailImproperlyInstalled
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import Site

from masthead.mail import actions, holds
from masthead.mail.errors import MailServerFault
from masthead.mail.models import OutgoingMail
from masthead.mail.provider_events import HOOKS
from masthead.mail.queries import content, current_hold

PERMISSION = "mail.view_outgoingmail"


class OutboxView(IndexView):
    """All mails, the newest first."""

    model = OutgoingMail
    any_permission_required: ClassVar = ["view"]
    page_title = gettext_lazy("Outbox")
    header_icon = "mail"
    index_url_name = "outbox"
    index_results_url_name = "outbox_results"
    search_fields: ClassVar = ["recipient", "subject"]
    search_backend_name = None
    list_filter: ClassVar = ["state"]
    is_export_available = False
    default_ordering: ClassVar = ["-created_at", "-pk"]
    paginate_by = 50
    columns: ClassVar = [
        TitleColumn("subject", label=gettext_lazy("Subject"), url_name="outbox_mail"),
        Column("recipient", label=gettext_lazy("To"), sort_key="recipient"),
        Column("get_state_display", label=gettext_lazy("State"), sort_key="state"),
        DateColumn("created_at", label=gettext_lazy("Written"), sort_key="created_at"),
    ]

    def get_base_queryset(self) -> Any:
        """Return the mails without their messages, which no list shows."""
        return super().get_base_queryset().defer("message")

    @property
    def header_buttons(self) -> list[HeaderButton]:
        return [
            HeaderButton(
                _("Test the connection"), url=reverse("outbox_connection"), icon_name="globe"
            ),
            HeaderButton(_("Hold all mail"), url=reverse("outbox_hold"), icon_name="no-view"),
        ]


@sensitive_variables()
def one_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one mail as its recipient sees it, and what became of it."""
    _check(request)
    mail = get_object_or_404(OutgoingMail, pk=pk)
    context = {
        "mail": mail,
        "content": content(mail),
        "header_title": mail.subject,
        "header_icon": "mail",
        "breadcrumbs_items": [*_breadcrumbs(), {"url": "", "label": mail.subject}],
    }
    return TemplateResponse(request, "mail/one_mail.html", context)


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a mail that was kept, refused or uncertain go out."""
    _check(request)
    mail = get_object_or_404(OutgoingMail, pk=pk)
    if actions.send_again(mail=mail):
        messages.success(request, _("The mail waits to be sent."))
    else:
        messages.error(request, _("This mail cannot be sent again."))
    return HttpResponseRedirect(reverse("outbox_mail", args=[mail.pk]))


def connection(request: HttpRequest) -> HttpResponse:
    """Say which mail server is set; try it on demand."""
    _check(request)
    context = {
        "header_title": _("Test the connection"),
        "header_icon": "globe",
        "breadcrumbs_items": [*_breadcrumbs(), {"url": "", "label": _("Test the connection")}],
    }
    if request.method == "POST":
        context |= _tried()
    return TemplateResponse(request, "mail/connection.html", context)


@require_POST
def send_test_mail(request: HttpRequest) -> HttpResponse:
    """Write a test mail to whoever asks for it."""
    _check(request)
    recipient = request.user.email  # type: ignore[union-attr]  # signed in: the desk is closed
    mail = actions.write_test_mail(recipient=recipient, site=Site.find_for_request(request))
    messages.success(request, _("A test mail to %(address)s is written.") % {"address": recipient})
    return HttpResponseRedirect(reverse("outbox_mail", args=[mail.pk]))


def hold(request: HttpRequest) -> HttpResponse:
    """Show whether all mail is held; hold it, or let it go again."""
    _check(request)
    if request.method == "POST":
        _hold_or_let_go(request)
        return HttpResponseRedirect(reverse("outbox_hold"))
    held = current_hold()
    title = _("Hold all mail")
    context = {
        "held": held,
        "waiting": holds.waiting(held) if held else None,
        "header_title": title,
        "header_icon": "mail",
        "breadcrumbs_items": [*_breadcrumbs(), {"url": "", "label": title}],
    }
    return TemplateResponse(request, "mail/hold.html", context)


def _hold_or_let_go(request: HttpRequest) -> None:
    user = cast("AbstractBaseUser", request.user)
    match request.POST.get("do"):
        case "hold":
            holds.hold(by=user)
            messages.success(request, _("No mail goes out any more."))
        case "go on" | "go on with all" as verb:
            holds.let_go(with_what_waited=verb == "go on with all", by=user)
            messages.success(request, _("Mail goes out again."))


@csrf_exempt
def provider_hook(request: HttpRequest, provider: str) -> HttpResponse:
    """Hear what a mail provider tells; it shows the password that is set, and its own signature."""
    view = HOOKS.get(provider)
    has_key = provider != "mailgun" or settings.ANYMAIL["MAILGUN_WEBHOOK_SIGNING_KEY"]
    if view is None or not settings.ANYMAIL["WEBHOOK_SECRET"] or not has_key:
        raise Http404
    try:
        answer: HttpResponse = view.as_view()(request)
    except AnymailImproperlyInstalled as error:  # Amazon's library is an extra
        raise Http404 from error
    except (AnymailError, ValueError, LookupError, TypeError, AttributeError):
        return HttpResponseBadRequest()
    return answer


def _tried() -> dict[str, str]:
    try:
        return {"found": actions.check_connection()}
    except MailServerFault as fault:
        return {"fault": str(fault)}


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied


def _breadcrumbs() -> list[dict[str, str]]:
    return [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("outbox"), "label": _("Outbox")},
    ]
