"""An editor's day, on the first page of the desk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from masthead.desk import queries
from masthead.desk.queries import Draft, Planned, Waiting
from masthead.readers.models import User
from masthead.stories.models import Story


@dataclass(frozen=True)
class Entry:
    """One story of a list: where it is worked on, and what there is to know about it."""

    headline: str
    url: str
    facts: list[str]
    at: datetime | None
    note: str = ""


@dataclass(frozen=True)
class Day:
    """One list of the day, and what to say while there is nothing on it."""

    name: str
    heading: str
    icon: str
    entries: list[Entry]
    nothing: str
    #: Leads to the list of stories in this state.
    more: str
    state: str
    #: Whether times are told as hours to come, not as time gone by.
    is_ahead: bool = False

    @property
    def more_url(self) -> str:
        return f"{reverse('stories:index')}?state={self.state}"


class DayPanel(Component):
    """Stands below the first steps, or in their place once they are done."""

    name = "day"
    order = 20
    template_name = "desk/day.html"

    def __init__(self, user: User, write_url: str) -> None:
        self.user = user
        self.write_url = write_url

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - the interface
        own = [*self._own()] if self.write_url else []
        return {"lists": [*own, *self._everybodys()], "write_url": self.write_url}

    def _own(self) -> Iterator[Day]:
        """Yield what concerns somebody who writes or edits."""
        waiting = [*queries.returned_to(self.user), *queries.to_approve(self.user)]
        yield Day(
            name="waiting",
            heading=_("Waiting for you"),
            icon="tasks",
            entries=[_waiting_entry(each) for each in waiting],
            nothing=_("Nothing waits for you."),
            more=_("All that wait for an editor"),
            state="submitted",
        )
        drafts = queries.drafts_of(self.user, but=[each.story.pk for each in waiting])
        yield Day(
            name="drafts",
            heading=_("Your drafts"),
            icon="edit",
            entries=[_draft_entry(each) for each in drafts],
            nothing=_("You have no draft."),
            more=_("All drafts"),
            state="draft",
        )

    def _everybodys(self) -> Iterator[Day]:
        """Yield what everybody at the desk likes to know."""
        planned, published = queries.planned(), queries.just_published()
        may_edit = queries.editable(self.user, [*(each.story for each in planned), *published])
        yield Day(
            name="scheduled",
            heading=_("Scheduled"),
            icon="time",
            entries=[_planned_entry(each, may_edit) for each in planned],
            nothing=_("Nothing is scheduled. A story gets its hour under “Times”, in its form."),
            more=_("All that are scheduled"),
            state="scheduled",
            is_ahead=True,
        )
        yield Day(
            name="published",
            heading=_("Just published"),
            icon="view",
            entries=[_published_entry(story, may_edit) for story in published],
            nothing=_("Nothing has been published yet."),
            more=_("All that are published"),
            state="live",
        )


def _entry(story: Story, url: str, state: str, at: datetime | None, note: str = "") -> Entry:
    language = str(story.locale) if len(settings.WAGTAIL_CONTENT_LANGUAGES) > 1 else ""
    section = story.section.title if story.section else ""
    facts = [fact for fact in (state, section, language) if fact]
    return Entry(story.draft_title, url, facts, at, note)


def _waiting_entry(waiting: Waiting) -> Entry:
    words = _("returned by %(name)s") if waiting.is_returned else _("submitted by %(name)s")
    state = words % {"name": waiting.by} if waiting.by else ""
    return _entry(waiting.story, _edit(waiting.story), state, waiting.at, waiting.note)


def _draft_entry(draft: Draft) -> Entry:
    story = draft.story
    state = _("changed since it was published") if story.live else ""
    state = _("waits for an editor") if draft.is_submitted else state
    return _entry(story, _edit(story), state, story.latest_revision_created_at)


def _planned_entry(planned: Planned, may_edit: set[int]) -> Entry:
    story = planned.story
    state = _("under embargo") if story.embargo_until else ""
    return _entry(story, _edit(story) if story.pk in may_edit else "", state, planned.at)


def _published_entry(story: Story, may_edit: set[int]) -> Entry:
    url = _edit(story) if story.pk in may_edit else story.url
    return _entry(story, url, "", story.published_at)


def _edit(story: Story) -> str:
    return reverse("wagtailadmin_pages:edit", args=[story.pk])
