"""Who may do what at the desk: one table, and the groups made from it.

A role is a Django group. It is made once; what an operator changes in it afterwards stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from masthead.newsletter.models import LetterIndex
from masthead.readers.models import User
from masthead.stories.models import Archive, FrontPage, TopicIndex

EDITING = "Editing"
#: The groups that Wagtail's own migrations make, and the permissions that they begin with.
WAGTAIL_GROUPS = ("Moderators", "Editors")


class Role(StrEnum):
    """What somebody is at the desk. The value is the group's name."""

    REPORTER = "Reporter"
    EDITOR = "Editor"
    MODERATOR = "Moderator"
    PUBLISHER = "Publisher"
    OPERATOR = "Operator"


@dataclass(frozen=True)
class Duties:
    """What a role may do: below which pages, with uploads, with everything else.

    A permission on a kind of page holds for each page of that kind and all below it.
    """

    pages: Mapping[type[Page], tuple[str, ...]] = field(default_factory=dict)
    uploads: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


EDIT = ("add", "change", "publish", "lock", "unlock")
UPLOAD = (
    "media.add_image",
    "media.choose_image",
    "media.add_document",
    "media.choose_document",
)
EDIT_UPLOADS = (*UPLOAD, "media.change_image", "media.change_document")
CLIPS = ("media.add_clip", "media.view_clip")
REDIRECTS = tuple(f"wagtailredirects.{verb}_redirect" for verb in ("add", "change", "delete"))
LETTERS = tuple(
    f"newsletter.{verb}_{kind}"
    for verb in ("add", "change", "delete")
    for kind in ("letterlist", "routine", "invitation")
)
SUBSCRIBERS = ("newsletter.add_subscriberimport",)
SETTINGS = (
    "stories.change_newsroom",
    "stories.change_distribution",
    "discussion.change_discussionsettings",
)
MODERATE = ("discussion.change_comment", "discussion.change_discussion")
CORRECT = (
    "media.change_clip",
    "simple_translation.submit_translation",
    "stories.add_correction",
    "stories.view_correction",
)

DUTIES: Mapping[Role, Duties] = {
    Role.REPORTER: Duties(
        pages={Archive: ("add",)},
        uploads=UPLOAD,
        models=CLIPS,
    ),
    Role.EDITOR: Duties(
        pages={Archive: EDIT, TopicIndex: EDIT, LetterIndex: EDIT},
        uploads=EDIT_UPLOADS,
        models=(*CLIPS, *CORRECT, *REDIRECTS, *MODERATE),
    ),
    Role.MODERATOR: Duties(models=MODERATE),
    Role.PUBLISHER: Duties(
        pages={FrontPage: EDIT},
        uploads=(*EDIT_UPLOADS, "media.delete_image", "media.delete_document"),
        models=(
            *(*CLIPS, *CORRECT, *REDIRECTS, "media.delete_clip"),
            *(*MODERATE, *LETTERS, *SUBSCRIBERS, *SETTINGS),
        ),
    ),
    Role.OPERATOR: Duties(
        # Opens a page that somebody left locked, and with it the reports of who did what.
        pages={FrontPage: ("unlock",)},
        models=(
            *REDIRECTS,
            *(f"readers.{verb}_user" for verb in ("add", "change", "delete", "view")),
            *(f"auth.{verb}_group" for verb in ("add", "change", "delete")),
            *(f"wagtailcore.{verb}_site" for verb in ("add", "change", "delete")),
            *(f"wagtailcore.{verb}_workflow" for verb in ("add", "change")),
            *(f"wagtailcore.{verb}_task" for verb in ("add", "change")),
            "mail.view_outgoingmail",
            *SETTINGS,
        ),
    ),
}
APPROVING = (Role.EDITOR, Role.PUBLISHER)


@transaction.atomic
def make_roles() -> None:
    """Make the roles, their workflow and their permissions, unless there are any already.

    An operator who renames, changes or deletes a role does it for good.
    """
    if Group.objects.filter(name__in=list(Role)).exists():
        return
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0)
    for role, duties in DUTIES.items():
        _make_role(role, duties)
    _make_workflow()
    for kind in (FrontPage, TopicIndex, Archive, LetterIndex):
        for page in kind.objects.all():
            open_place(page)
    _remove_wagtail_defaults()


def give_role(*, user: User, role: Role) -> None:
    """Let a user be something at the desk, besides what they are already."""
    user.groups.add(Group.objects.get(name=role))


def open_place(page: Page) -> None:
    """Give the roles their permissions on a new front page, archive or list of topics."""
    for role, duties in DUTIES.items():
        group = Group.objects.filter(name=role).first()
        for action in duties.pages.get(type(page), ()):
            if group:
                GroupPagePermission.objects.get_or_create(
                    group=group, page=page.page_ptr, permission=_page_permission(action)
                )
    workflow = Workflow.objects.filter(name=EDITING, active=True).first()
    if workflow and isinstance(page, FrontPage):
        WorkflowPage.objects.get_or_create(page=page.page_ptr, defaults={"workflow": workflow})


def _page_permission(action: str) -> Permission:
    return _permission(f"wagtailcore.{action}_page")


def _permission(name: str) -> Permission:
    app, _dot, codename = name.partition(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def _make_role(role: Role, duties: Duties) -> None:
    group = Group.objects.create(name=role)
    desk = _permission("wagtailadmin.access_admin")
    group.permissions.set([desk, *(_permission(name) for name in duties.models)])
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(
            group=group,
            collection=Collection.get_first_root_node(),
            permission=_permission(name),
        )
        for name in duties.uploads
    )


def _make_workflow() -> None:
    task = GroupApprovalTask.objects.create(name=EDITING)
    task.groups.set(Group.objects.filter(name__in=APPROVING))
    workflow = Workflow.objects.create(name=EDITING)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)


def _remove_wagtail_defaults() -> None:
    """Remove the groups and the workflow that Wagtail begins with, where nobody uses them."""
    for workflow in Workflow.objects.filter(name="Moderators approval", workflow_states=None):
        tasks = list(workflow.tasks)
        workflow.delete()
        for task in tasks:
            if not task.task_states.exists():
                task.delete()
    unused = Q(user=None, groupapprovaltask=None)
    Group.objects.filter(unused, name__in=WAGTAIL_GROUPS).delete()
