"""What the newsroom does with stories."""

from datetime import datetime

from wagtail.log_actions import log

from masthead.stories.models import RelatedStory, Story
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
