"""What can keep a comment from being taken, each with a sentence for its author."""

from django.utils.translation import gettext_lazy as _


class NotTaken(Exception):  # noqa: N818 - named for what happened
    """A comment, a like or a report was not taken; the message says why."""

    message = _("This could not be taken.")

    def __str__(self) -> str:
        return str(self.message)


class Closed(NotTaken):
    """The discussion or the thread takes nothing more."""

    message = _("The discussion is closed.")


class Resting(Closed):
    """The discussion takes nothing while nobody of the newsroom is on duty."""

    message = _("The discussion rests until somebody of the newsroom is back.")


class Banned(NotTaken):
    """The newsroom takes nothing from this person or from where they are."""

    message = _("The newsroom takes no comments from here.")


class TooMany(NotTaken):
    """More in a short time than one person writes."""

    message = _("That was a lot in a short time. Wait a minute and send it again.")


class NotThere(NotTaken):
    """The words that somebody marked are not in the story, or more than once."""

    message = _(
        "These words do not stand in the text of the story, or in several places that look alike. "
        "Mark more of them, within one paragraph."
    )


class TooLate(NotTaken):
    """The time in which one may change one's own comment is over."""

    message = _("The time to change this comment is over.")


class Decided(NotTaken):
    """Somebody else decided about the comment meanwhile."""

    message = _("Somebody else decided about this comment meanwhile. Look at it again.")
