"""What a newsroom keeps, each kind in a list of its own: stories, sections, people, pages."""

from typing import Any, ClassVar

import django_filters  # type: ignore[import-untyped]
from django.db.models import Q, QuerySet
from django.http import HttpRequest  # noqa: TID251 - a menu item is shown for a request
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Page, WorkflowState
from wagtail.permissions import policy_registry

from masthead.desk.queries import scheduled_times
from masthead.newsletter.models import Edition
from masthead.stories.models import (
    CorrectionKind,
    FrontPage,
    Person,
    Section,
    StandingPage,
    Story,
    Topic,
)

STATES = [
    ("draft", _("Draft")),
    ("submitted", _("Waiting for an editor")),
    ("scheduled", _("Scheduled")),
    ("embargo", _("Under embargo")),
    ("live", _("Published")),
    ("retracted", _("Retracted")),
]


def in_state(stories: QuerySet[Story], state: str) -> QuerySet[Story]:
    """Return the stories that are in one of the states that the list offers."""
    waiting = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS)
    conditions = {
        "draft": Q(live=False),
        "submitted": Q(pk__in=[int(pk) for pk in waiting.values_list("object_id", flat=True)]),
        "scheduled": Q(pk__in=[pk for pk, _at in scheduled_times()]),
        "embargo": Q(live=True, embargo_until__isnull=False),
        "live": Q(live=True, embargo_until=None),
        "retracted": Q(live=False, corrections__kind=CorrectionKind.RETRACTION),
    }
    return stories.filter(conditions[state]).distinct()


class StoryFilterSet(WagtailFilterSet):
    """The filters over the list of stories."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, method="filter_state")
    author = django_filters.ModelChoiceFilter(
        label=_("Author"), field_name="bylines__person", queryset=Person.objects.all()
    )

    class Meta:
        model = Story
        fields: ClassVar = ["state", "section", "kind", "author"]

    def filter_state(self, stories: QuerySet[Story], _name: str, value: str) -> QuerySet[Story]:
        return in_state(stories, value)


class ListMenuItem(MenuItem):
    """Stands in the menu of whoever may add or change a page of the kind that it lists."""

    model: type[Page]

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether there is a page of the kind that the user may work on."""
        policy = policy_registry.get_by_type(Page)
        places = policy.instances_user_has_any_permission_for(request.user, {"add", "change"})
        parents = self.model.allowed_parent_page_models()
        found: bool = places.exact_type(self.model, *parents).exists()
        return found


class ListView(IndexView):
    """All pages of one kind, under the name that a newsroom has for them."""

    @property
    def page_title(self) -> str:
        return str(self.model._meta.verbose_name_plural).capitalize()


class StoryListView(ListView):
    """All stories."""

    add_item_label = _("Write a story")


class PageList(PageListingViewSet):
    """A list of all pages of one kind, with its entry in the menu."""

    index_view_class = ListView
    add_to_admin_menu = True
    columns: ClassVar = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        DateColumn(
            "latest_revision_created_at",
            label=_("Changed"),
            sort_key="latest_revision_created_at",
            width="15%",
        ),
        PageStatusColumn("status", label=_("State"), sort_key="live", width="15%"),
    ]

    @property
    def menu_item_class(self) -> type[MenuItem]:
        return type("ListMenuItem", (ListMenuItem,), {"model": self.model})


class StoryList(PageList):
    """Stories, newest first."""

    model = Story
    index_view_class = StoryListView
    name = "stories"
    icon = "doc-full"
    menu_label = _("Stories")
    menu_order = 10
    filterset_class = StoryFilterSet
    columns: ClassVar = [
        *PageList.columns[:2],
        Column("section", label=_("Section"), width="15%"),
        Column("kind", label=_("Kind"), accessor="get_kind_display", width="10%"),
        *PageList.columns[2:],
    ]


def page_list(model: type[Page], name: str, label: Any, icon: str, order: int) -> PageList:
    """Return the list of a kind of page."""
    attributes = {
        "model": model,
        "icon": icon,
        "menu_label": label,
        "menu_order": order,
        "name": name,
    }
    made: PageList = type(f"{model.__name__}List", (PageList,), attributes)()
    return made


LISTS = [
    StoryList(),
    page_list(FrontPage, "front", _("Front page"), "home", 20),
    page_list(Section, "sections", _("Sections"), "list-ul", 30),
    page_list(Topic, "topics", _("Topics"), "tag", 40),
    page_list(Person, "people", _("People"), "group", 50),
    page_list(StandingPage, "standing", _("Pages"), "doc-empty", 60),
    page_list(Edition, "letters_to_send", _("Letters"), "mail", 65),
]
