"""Where the desk joins Wagtail's."""

from collections.abc import Iterator
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import LockedPagesPanel
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page, TaskState
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from masthead.desk import redirects
from masthead.desk.clips import ClipViewSet
from masthead.desk.corrections import CorrectionListView, CorrectStoryView
from masthead.desk.day import DayPanel
from masthead.desk.first_steps import Beginnings, FirstStepsPanel, steps_for, write_url
from masthead.desk.guards import reasons_to_keep, reasons_to_wait
from masthead.desk.licences import LicencesPanel
from masthead.desk.listings import LISTS
from masthead.desk.most_read import MostReadPanel
from masthead.desk.story_pages import StoryPages
from masthead.desk.views import reads_of_story, take_down, what_is_read
from masthead.media.models import Clip
from masthead.media.permissions import ClipPermissions, may_change
from masthead.readers.models import User
from masthead.stories.actions import is_correctable, may_correct
from masthead.stories.models import Story

#: Entries of Wagtail's menu that a newsroom has no use for, or finds under names of its own.
HIDDEN = {"explorer", "help"}


register_permission_policy(Clip, ClipPermissions(Clip))
register_snippet(ClipViewSet)


@hooks.register("before_edit_snippet")
def keep_to_own_clips(request: HttpRequest, clip: Any) -> None:
    """Refuse who may put in clips but did not put in this one."""
    if isinstance(clip, Clip) and not may_change(cast("User", request.user), clip):
        raise PermissionDenied


@hooks.register("register_admin_viewset")
def register_lists() -> list[Any]:
    return [*LISTS, StoryPages()]


# Before Wagtail's own: the first address that matches is the one that answers.
@hooks.register("register_admin_urls", order=-10)
def register_redirects() -> list[URLPattern | URLResolver]:
    return [path("redirects/", include(redirects.urlpatterns))]


@hooks.register("register_admin_urls")
def register_corrections() -> list[URLPattern]:
    return [
        path("corrections/", CorrectionListView.as_view(), name="corrections"),
        path(
            "corrections/results/",
            CorrectionListView.as_view(results_only=True),
            name="corrections_results",
        ),
        path("stories/<int:pk>/correct/", CorrectStoryView.as_view(), name="correct_story"),
    ]


@hooks.register("register_admin_urls")
def register_reads() -> list[URLPattern]:
    return [
        path("reads/", what_is_read, name="what_is_read"),
        path("reads/<int:pk>/", reads_of_story, name="reads_of_story"),
    ]


@hooks.register("register_admin_urls")
def register_licences() -> list[URLPattern]:
    return [path("licences/<str:kind>/<int:pk>/take-down/", take_down, name="take_down")]


@hooks.register("register_reports_menu_item")
def reads_menu_item() -> MenuItem:
    url = reverse("what_is_read")
    return MenuItem(gettext_lazy("What is read"), url, "what_is_read", icon_name="view", order=10)


class CorrectionsMenuItem(MenuItem):
    """Stands in the menu of whoever may read corrections at the desk."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("stories.view_correction")


@hooks.register("register_admin_menu_item")
def corrections_menu_item() -> MenuItem:
    url = reverse("corrections")
    return CorrectionsMenuItem(
        gettext_lazy("Corrections"), url, "corrections", icon_name="edit", order=70
    )


@hooks.register("construct_main_menu")
def hide_entries(_request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN]


@hooks.register("construct_homepage_panels")
def compose_first_page(request: HttpRequest, panels: list[Component]) -> None:
    """Show an editor's day in the place of Wagtail's lists of pages; locked pages stay."""
    user = cast("User", request.user)
    steps = steps_for(user)
    panels[:] = [
        *([FirstStepsPanel(steps)] if steps else []),
        LicencesPanel(user),
        DayPanel(user, write_url(user)),
        MostReadPanel(),
        *(panel for panel in panels if isinstance(panel, LockedPagesPanel)),
    ]


@hooks.register("construct_homepage_summary_items", order=1000)
def replace_page_counts(request: HttpRequest, items: list[Component]) -> None:
    # They count pages of every kind, the lists included: no newsroom knows that number.
    items[:] = [Beginnings(request)]


@hooks.register("insert_global_admin_css")
def desk_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("masthead/desk.css"))


@hooks.register("insert_editor_js")
def editor_scripts() -> str:
    scripts = ((static(f"masthead/{name}.js"),) for name in ("paste", "one_story"))
    return format_html_join("", '<script src="{}"></script>', scripts)


@hooks.register("register_page_listing_more_buttons")
@hooks.register("register_page_header_buttons")
def correction_button(page: Page, user: Any, **_kwargs: Any) -> Iterator[Button]:
    if not isinstance(page, Story) and page.specific_class is not Story:
        return
    story: Story = page.specific
    if is_correctable(story) and may_correct(story=story, by=user):
        url = reverse("correct_story", args=[story.pk])
        yield Button(_("Correct this story"), url, icon_name="edit", priority=12)


@hooks.register("before_edit_page")
def show_note(request: HttpRequest, page: Page) -> None:
    """Show a writer why an editor returned the story, where they mend it."""
    workflow = page.current_workflow_state
    task = workflow.current_task_state if workflow else None
    if request.method == "GET" and task and task.status == TaskState.STATUS_REJECTED:
        names = {"name": task.finished_by, "note": task.comment}
        messages.warning(request, _("%(name)s returned it: %(note)s") % names)


@hooks.register("before_delete_page")
def keep_what_is_on_record(request: HttpRequest, page: Page) -> HttpResponse | None:
    if reasons := reasons_to_keep([page]):
        return _refuse(request, reasons, page)
    return None


@hooks.register("before_bulk_action")
def check_many(
    request: HttpRequest, action_type: str, pages: list[Any], _action: object
) -> HttpResponse | None:
    checks = {"delete": reasons_to_keep, "publish": reasons_to_wait}
    check = checks.get(action_type)
    chosen = [page for page in pages if isinstance(page, Page)]
    if check and chosen and (reasons := check(chosen)):
        return _refuse(request, reasons, chosen[0])
    return None


def _refuse(request: HttpRequest, reasons: list[str], page: Page) -> HttpResponse:
    for reason in reasons:
        messages.error(request, reason)
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    class CorrectFormatter(LogFormatter):
        label = gettext_lazy("Correct")

        def format_message(self, log_entry: Any) -> str:
            message: str = _("%(kind)s: %(is_right)s") % log_entry.data
            return message

    actions.register_action("stories.correct")(CorrectFormatter)
