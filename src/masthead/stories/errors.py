"""What can go wrong with a story, one class per thing that a caller can act on."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from masthead.stories.models import Story


class Gone(Exception):  # noqa: N818 - HTTP's own word, 410
    """A story was retracted. Its address answers, and says so."""

    def __init__(self, story: Story) -> None:
        super().__init__(_("“%(headline)s” was retracted.") % {"headline": story.title})
        self.story = story


class NotPublished(Exception):  # noqa: N818 - the sentence that it stands for
    """A correction was asked for of a story that no reader can find."""

    def __init__(self) -> None:
        super().__init__(_("Readers do not see this story: change it, then publish it."))


class NewerVersionIncomplete(Exception):  # noqa: N818 - the sentence that it stands for
    """A story's newer version cannot be published with a correction as it is.

    ``fields`` holds the messages of each field that lacks something; none: it is scheduled.
    """

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__(
            _("The story's newer version lacks something, or is scheduled: open it and finish it.")
        )
        self.fields = fields
