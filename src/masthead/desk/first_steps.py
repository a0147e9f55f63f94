"""What to do first in a new newsroom, on the first page of the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from masthead.readers.models import User
from masthead.stories.models import (
    Archive,
    FrontPage,
    Newsroom,
    Person,
    PersonIndex,
    Section,
    StandingPage,
    Story,
)
from masthead.stories.queries import main_site


@dataclass(frozen=True)
class Step:
    """One thing to do, and where it is done."""

    label: str
    url: str
    is_done: bool


def steps_for(user: User) -> list[Step]:
    """Return the first steps that a user may take; none once all are done."""
    front: FrontPage = main_site().root_page.specific
    steps = [*_adding(user, front), *_setting_the_look(user), *_confirming(user, front)]
    return steps if any(not step.is_done for step in steps) else []


def _adding(user: User, front: FrontPage) -> list[Step]:
    people = PersonIndex.objects.child_of(front).first()
    archive = Archive.objects.child_of(front).first()
    return [
        Step(label, _add(parent, model), model.objects.exists())
        for label, parent, model in (
            (_("Add a section, such as Politics or Culture"), front, Section),
            (_("Add the people who write"), people, Person),
            (_("Write the first story"), archive, Story),
        )
        if parent and parent.permissions_for_user(user).can_add_subpage()
    ]


def _setting_the_look(user: User) -> list[Step]:
    if not user.has_perm("stories.change_newsroom"):
        return []
    newsroom = Newsroom.for_site(main_site())
    label = _("Give the site its look: colour, logo, typefaces")
    url = reverse("wagtailsettings:edit", args=["stories", "newsroom", newsroom.site_id])
    return [Step(label, url, newsroom.has_own_look)]


def _confirming(user: User, front: FrontPage) -> list[Step]:
    drafted = StandingPage.objects.child_of(front)
    if not drafted or not front.permissions_for_user(user).can_publish_subpage():
        return []
    label = _("Read and confirm the pages that were written for you")
    return [Step(label, reverse("standing:index"), not drafted.filter(is_confirmed=False).exists())]


def _add(parent: Page, model: type[Page]) -> str:
    return reverse("wagtailadmin_pages:add", args=["stories", model.__name__.lower(), parent.pk])


def write_url(user: User) -> str:
    """Return where a user begins a story; "" for somebody who may not write."""
    archive = Archive.objects.child_of(main_site().root_page).first()
    may_write = archive and archive.permissions_for_user(user).can_add_subpage()
    return _add(archive, Story) if may_write else ""


class Beginnings(SummaryItem):
    """Stands on top of the desk's first page: the way to a new story, and to what readers see."""

    template_name = "desk/beginnings.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - the interface
        user = cast("User", self.request.user)
        return {"write_url": write_url(user), "site_url": main_site().root_page.url}


class FirstStepsPanel(Component):
    """Stands on the first page of the desk until everything on it is done."""

    name = "first_steps"
    order = 10
    template_name = "desk/first_steps.html"

    def __init__(self, steps: list[Step]) -> None:
        self.steps = steps

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - the interface
        return {"steps": self.steps, "heading": _("First steps"), "done": _("Done")}
