"""What the newsroom does with stories."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Revision

from masthead.readers.models import User
from masthead.stories.completeness import check_complete
from masthead.stories.errors import NewerVersionIncomplete, NotPublished
from masthead.stories.models import Correction, CorrectionKind, RelatedStory, Story
from masthead.stories.queries import stories_like


def choose_related(story: Story) -> None:
    """Choose the stories that stand under a story, once: later publications keep them."""
    if story.related.exists():
        return
    RelatedStory.objects.bulk_create(
        RelatedStory(story=story, other=other, position=position)
        for position, other in enumerate(stories_like(story))
    )


def lift_embargo(*, pk: int, now: datetime) -> None:
    """Let readers see a published story whose embargo is over; log that it was lifted.

    Call it in a transaction. A story whose embargo was put off meanwhile stays as it is.
    """
    over = Story.objects.select_for_update().filter(pk=pk, live=True, embargo_until__lte=now)
    if story := over.first():
        until = story.embargo_until
        Story.objects.filter(pk=pk).update(embargo_until=None)
        story.embargo_until = None
        log(story, "masthead.lift_embargo", data={"embargo_until": str(until)})


def may_correct(*, story: Story, by: User) -> bool:
    """Return whether somebody may put a correction of a story on record."""
    may_publish: bool = story.permissions_for_user(by).can_publish()
    return may_publish and by.has_perm("stories.add_correction")


def is_correctable(story: Story) -> bool:
    """Return whether readers saw a story and find it, or the notice of its retraction."""
    retracted = story.corrections.filter(kind=CorrectionKind.RETRACTION)
    is_seen = story.live and not story.embargo_until
    return bool(story.address) and (is_seen or retracted.exists())


@transaction.atomic
def correct_story(
    *, story: Story, kind: CorrectionKind, was_wrong: str, is_right: str, by: User
) -> Correction:
    """Put on record what was wrong in a story and what is right, for good.

    Publishes the newer draft, if there is one; a retraction unpublishes the story instead, whose
    address then tells why. Raises PermissionDenied, NotPublished, or NewerVersionIncomplete.
    """
    if not may_correct(story=story, by=by):
        raise PermissionDenied
    if not is_correctable(story):
        raise NotPublished
    before = after = story.live_revision or story.get_latest_revision()
    if kind == CorrectionKind.RETRACTION:
        if story.live:
            story.unpublish(user=by)
    elif story.live and story.has_unpublished_changes:
        after = _publish_newer(story, by)
    correction = Correction.objects.create(
        story=story,
        kind=kind,
        was_wrong=was_wrong,
        is_right=is_right,
        made_by=by,
        before=before,
        after=after,
    )
    data = {"kind": correction.get_kind_display(), "is_right": is_right}
    log(instance=story, action="stories.correct", user=by, data=data, revision=after)
    return correction


def _publish_newer(story: Story, by: User) -> Revision:
    revision: Revision = story.get_latest_revision()
    newer: Story = revision.as_object()
    if newer.go_live_at and newer.go_live_at > timezone.now():
        raise NewerVersionIncomplete({})
    try:
        check_complete(newer)
    except ValidationError as error:
        raise NewerVersionIncomplete(error.message_dict) from error
    revision.publish(user=by)
    return revision
