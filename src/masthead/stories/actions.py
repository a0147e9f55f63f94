"""What the newsroom does with stories."""

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
