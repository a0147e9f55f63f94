"""Letters in the desk."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from masthead.newsletter.desk import views
from masthead.newsletter.models import (
    Dispatch,
    Edition,
    Invitation,
    LetterIndex,
    LetterList,
    Routine,
)
from masthead.newsletter.subscribers import views as subscribers

#: A letter is published by being sent, and no workflow stands before that.
NOT_FOR_LETTERS = {
    *("action-publish", "action-submit", "action-restart-workflow", "letter-way-out"),
}
SEND = "action-send-letter"


class LetterListViewSet(SnippetViewSet):
    """The letters that readers can ask for."""

    model = LetterList
    icon = "list-ul"
    menu_label = _("Letters to choose")
    list_display = ("name", "rhythm", "locale", "is_offers", "is_open")
    search_backend_name = None


class InvitationViewSet(SnippetViewSet):
    """What stands over the sign-up box."""

    model = Invitation
    icon = "form"
    menu_label = _("Invitation")
    list_display = ("heading", "locale")
    search_backend_name = None


class RoutineViewSet(SnippetViewSet):
    """The letters that write themselves."""

    model = Routine
    icon = "time"
    menu_label = _("Automatic letters")
    list_display = ("letter", "rhythm", "section", "is_on")
    search_backend_name = None


class NewsletterGroup(SnippetViewSetGroup):
    """Everything about letters, in one entry of the menu."""

    items = (LetterListViewSet, RoutineViewSet, InvitationViewSet)
    menu_label = _("Newsletter")
    menu_icon = "mail"
    menu_order = 80
    submenu_hook = "register_newsletter_menu_item"


class SubscribersItem(MenuItem):
    """Shown to those who may take subscribers over or along."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(subscribers.PERMISSION)


@hooks.register("register_newsletter_menu_item")
def subscribers_item() -> MenuItem:
    return SubscribersItem(
        _("Subscribers"),
        reverse("subscribers"),
        name="subscribers",
        icon_name="group",
        order=900,
    )


register_snippet(NewsletterGroup)


class SendItem(ActionMenuItem):
    """Saves a letter and leads to the page from which it is sent."""

    name = SEND
    label = _("Send …")
    icon_name = "mail"

    def is_shown(self, context: Any) -> bool:
        user = context["request"].user
        if context["view"] == "create":
            parent = context["parent_page"]
            is_index = parent.specific_class is LetterIndex
            return is_index and bool(parent.permissions_for_user(user).can_publish_subpage())
        page = context.get("page")
        is_letter = isinstance(page, Edition) and super().is_shown(context)
        return bool(is_letter and page.permissions_for_user(user).can_publish())


class WayOutItem(SendItem):
    """Leads to the way out of a letter that was decided."""

    name = "letter-way-out"
    label = _("See how it goes out")

    def is_shown(self, context: Any) -> bool:
        return context["view"] != "create" and super().is_shown(context)

    def get_url(self, parent_context: Any) -> str:
        return reverse("letter_send", args=[parent_context["page"].pk])


@hooks.register("register_page_action_menu_item")
def send_item() -> ActionMenuItem:
    return SendItem(order=-10)  # before “Save draft”: the main action


@hooks.register("register_page_action_menu_item")
def way_out_item() -> ActionMenuItem:
    return WayOutItem(order=5)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def go_on_to_sending(request: HttpRequest, page: Any) -> HttpResponse | None:
    is_wanted = SEND in request.POST and isinstance(page, Edition)
    return HttpResponseRedirect(reverse("letter_send", args=[page.pk])) if is_wanted else None


@hooks.register("construct_page_action_menu")
def only_send_letters(items: list[Any], request: HttpRequest, context: Any) -> None:  # noqa: ARG001 - Wagtail's signature
    page = context.get("page")
    parent = context.get("parent_page")
    is_letter = isinstance(page, Edition) or (parent and parent.specific_class is LetterIndex)
    if is_letter:
        is_decided = page and Dispatch.objects.filter(edition=page.pk).exists()
        hidden = {SEND} if is_decided else NOT_FOR_LETTERS
        items[:] = [item for item in items if item.name not in hidden]


@hooks.register("register_admin_urls")
def letter_urls() -> list[URLPattern]:
    return [
        path("letters/<int:pk>/", views.one_letter, name="letter_send"),
        path("letters/<int:pk>/test/", views.test, name="letter_test"),
        path("letters/<int:pk>/send/", views.send, name="letter_send_it"),
        path("letters/<int:pk>/take-back/", views.take_back, name="letter_take_back"),
        path("letters/<int:pk>/move/", views.move, name="letter_move"),
        path("letters/<int:pk>/progress/", views.progress, name="letter_progress"),
        path("letters/<int:pk>/in-doubt/", views.in_doubt, name="letter_in_doubt"),
        path("subscribers/", subscribers.subscribers, name="subscribers"),
        path("subscribers/export/", subscribers.export, name="subscribers_export"),
        path("subscribers/<int:pk>/", subscribers.one_import, name="subscriber_import"),
        path("subscribers/<int:pk>/do/", subscribers.do_import, name="subscriber_import_do"),
        path(
            "subscribers/<int:pk>/progress/",
            subscribers.import_progress,
            name="subscriber_import_progress",
        ),
        path(
            "subscribers/<int:pk>/report/",
            subscribers.import_report,
            name="subscriber_import_report",
        ),
    ]


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("newsletter.send", _("Send"), _("Decided to send the letter"))
    actions.register_action(
        "newsletter.decide", _("Decide"), _("Decided about recipients in doubt")
    )
    actions.register_action("newsletter.take_back", _("Take back"), _("Took the letter back"))
