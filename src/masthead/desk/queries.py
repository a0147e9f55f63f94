"""What an editor's day is made of: short lists, which ask as often for one story as for ten."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page, PageQuerySet, Revision, TaskState, WorkflowState
from wagtail.permissions import policy_registry

from masthead.readers.models import User
from masthead.stories.models import CorrectionKind, Story
from masthead.stories.queries import public

#: How many stories a list shows; the desk's list of stories has them all.
MOST = 8


@dataclass(frozen=True)
class Waiting:
    """A story that waits for somebody: since when, who handed it on, what they noted."""

    story: Story
    at: datetime
    by: User | None
    note: str = ""
    is_returned: bool = False


@dataclass(frozen=True)
class Draft:
    """A story that readers do not see, or not as it was written last."""

    story: Story
    is_submitted: bool


@dataclass(frozen=True)
class Planned:
    """A story that readers will see at a time."""

    story: Story
    at: datetime


def to_approve(user: User) -> list[Waiting]:
    """Return what was submitted and a user may publish or return, the longest waiting first."""
    states = TaskState.objects.reviewable_by(user).select_related("workflow_state__requested_by")
    rows = list(states.filter(workflow_state__in=_of_stories()).order_by("started_at")[:MOST])
    found = _stories(row.workflow_state.object_id for row in rows)
    return [
        Waiting(found[int(state.object_id)], row.started_at, state.requested_by)
        for row in rows
        if int((state := row.workflow_state).object_id) in found
    ]


def returned_to(user: User) -> list[Waiting]:
    """Return what a user submitted and an editor sent back."""
    status = WorkflowState.STATUS_NEEDS_CHANGES
    states = _of_stories().filter(status=status, requested_by=user)
    rows = list(states.select_related("current_task_state__finished_by").order_by("-pk")[:MOST])
    found = _stories(row.object_id for row in rows)
    return [
        Waiting(
            found[int(row.object_id)],
            task.finished_at,
            task.finished_by,
            task.comment,
            is_returned=True,
        )
        for row in rows
        if int(row.object_id) in found and (task := row.current_task_state)
    ]


def drafts_of(user: User, *, but: Iterable[int]) -> list[Draft]:
    """Return what a user began or wrote last and readers do not see, leaving some out."""
    theirs = Q(owner=user) | Q(latest_revision__user=user)
    drafts = _with_names().filter(theirs, has_unpublished_changes=True).exclude(pk__in=list(but))
    drafts = drafts.exclude(live=False, corrections__kind=CorrectionKind.RETRACTION)
    stories = list(drafts.order_by("-latest_revision_created_at", "-pk")[:MOST])
    keys = [str(story.pk) for story in stories]
    waiting = _of_stories().filter(status=WorkflowState.STATUS_IN_PROGRESS, object_id__in=keys)
    submitted = {int(key) for key in waiting.values_list("object_id", flat=True)}
    return [Draft(story, story.pk in submitted) for story in stories]


def planned() -> list[Planned]:
    """Return what will be published or is under embargo, the next first."""
    scheduled = dict(scheduled_times()[: MOST * 2][::-1])
    held = _with_names().filter(live=True, embargo_until__gt=timezone.now())
    embargoed = {story.pk: story for story in held.order_by("embargo_until")[:MOST]}
    stories = _stories(scheduled) | embargoed
    found = [
        Planned(story, scheduled.get(pk) or story.embargo_until) for pk, story in stories.items()
    ]
    return sorted(found, key=lambda each: each.at)[:MOST]


def scheduled_times() -> list[tuple[int, datetime]]:
    """Return the number of each story that an editor scheduled, and its hour, the next first."""
    versions = Revision.page_revisions.filter(approved_go_live_at__gt=timezone.now())
    times = versions.order_by("approved_go_live_at").values_list("object_id", "approved_go_live_at")
    return [(int(key), at) for key, at in times]


def just_published() -> list[Story]:
    """Return what readers saw last."""
    return list(public().select_related("section", "locale").order_by("-published_at")[:MOST])


def editable(user: User, stories: Iterable[Story]) -> set[int]:
    """Return those of the stories, by their numbers, that a user may edit."""
    allowed = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")
    keys = [story.pk for story in stories]
    return set(allowed.filter(pk__in=keys).values_list("pk", flat=True))


def _of_stories() -> "PageQuerySet[WorkflowState]":
    kind = Story.__name__.lower()
    found: PageQuerySet[WorkflowState] = WorkflowState.objects.filter(
        content_type__app_label="stories", content_type__model=kind
    )
    return found


def _with_names() -> PageQuerySet[Story]:
    return Story.objects.select_related("section", "locale")


def _stories(keys: Iterable[int | str]) -> dict[int, Story]:
    return dict(_with_names().in_bulk([int(key) for key in keys]))
