"""Where the discussion joins the desk."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page

from masthead.discussion.desk import views
from masthead.discussion.desk.first_page import ReadersPanel
from masthead.discussion.moderation import PERMISSION
from masthead.discussion.passages import may_ask
from masthead.stories.models import Section, Story


@hooks.register("register_admin_urls")
def discussion_urls() -> list[URLPattern]:
    return [
        path("discussion/", views.show_queue, name="discussion_queue"),
        path("discussion/decide/", views.decide, name="discussion_decide"),
        path("discussion/in-place/", views.in_place, name="discussion_in_place"),
        path("discussion/undo/", views.undo, name="discussion_undo"),
        path("discussion/people/<int:pk>/", views.person, name="discussion_person"),
        path("discussion/pages/<int:pk>/", views.page_rules, name="discussion_page_rules"),
        path("discussion/questions/<int:pk>/", views.show_questions, name="discussion_questions"),
        path(
            "discussion/questions/<int:pk>/change/",
            views.change_question,
            name="discussion_question",
        ),
    ]


# After the desk has put its own lists in the place of Wagtail's.
@hooks.register("construct_homepage_panels", order=10)
def show_what_readers_say(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(ReadersPanel(may_decide=request.user.has_perm(PERMISSION)))


class CommentsMenuItem(MenuItem):
    """Shown to those who decide about comments."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


@hooks.register("register_admin_menu_item")
def comments_menu_item() -> MenuItem:
    url = reverse("discussion_queue")
    return CommentsMenuItem(_("Comments"), url, "comments", icon_name="comment", order=60)


@hooks.register("register_page_header_buttons")
def discussion_button(page: Page, user: Any, **_kwargs: Any) -> Iterator[Button]:
    if page.specific_class in {Story, Section} and user.has_perm("discussion.change_discussion"):
        url = reverse("discussion_page_rules", args=[page.pk])
        yield Button(_("Discussion"), url, icon_name="comment", priority=13)


@hooks.register("register_page_header_buttons")
def questions_button(page: Page, user: Any, **_kwargs: Any) -> Iterator[Button]:
    if page.specific_class is Story and may_ask(story=page.specific, by=user):
        url = reverse("discussion_questions", args=[page.pk])
        yield Button(_("Ask readers about a passage"), url, icon_name="help", priority=12)


@hooks.register("register_permissions")
def discussion_permissions() -> Any:
    from django.contrib.auth.models import Permission  # noqa: PLC0415 - hooks load before models

    names = ("change_comment", "change_discussion")
    return Permission.objects.filter(content_type__app_label="discussion", codename__in=names)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    for name, label in LABELS.items():
        actions.register_action(f"discussion.{name}")(_formatter(label))


LABELS = {
    "approve": _("Approve a comment"),
    "hold": _("Hold a comment"),
    "reject": _("Reject a comment"),
    "remove": _("Remove a comment"),
    "pick": _("Pick a comment"),
    "unpick": _("Take a pick back"),
    "pin": _("Pin a thread"),
    "unpin": _("Let go of a pinned thread"),
    "close": _("Close a thread"),
    "reopen": _("Open a thread again"),
    "undo": _("Take a decision back"),
    "trusted": _("Trust a commenter"),
    "muted": _("Mute a commenter"),
    "neutral": _("Neither trust nor mute a commenter"),
    "suspend": _("Suspend a commenter"),
    "resume": _("End a suspension"),
    "ban_address": _("Ban an address"),
    "ban_network": _("Ban a network"),
    "ban_domain": _("Ban a mail domain"),
    "unban": _("Lift bans"),
    "ask": _("Ask readers about a passage"),
    "stop_asking": _("Take no more answers to a question"),
    "withdraw": _("Take a question to readers away"),
}


def _formatter(text: Any) -> type[LogFormatter]:
    class Formatter(LogFormatter):
        label = text

        def format_message(self, log_entry: Any) -> str:
            reason = log_entry.data.get("reason", "")
            return f"{text}: {reason}" if reason else str(text)

    return Formatter
