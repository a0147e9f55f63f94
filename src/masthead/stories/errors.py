"""What can go wrong with a story, one class per thing that a caller can act on."""

from django.utils.translation import gettext as _

from masthead.stories.models import Story


class Gone(Exception):  # noqa: N818 - HTTP's own word, 410
    """A story was retracted. Its address answers, and says so."""

    def __init__(self, story: Story) -> None:
        super().__init__(_("“%(headline)s” was retracted.") % {"headline": story.title})
        self.story = story
