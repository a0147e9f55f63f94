"""What can go wrong with a mail, told to whoever can do something about it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from masthead.mail.models import Campaign


class BadMessage(ValueError):  # noqa: N818 - the message is bad
    """A mail was not written: its address or a header is no such thing. The message says which."""


class AlreadyStarted(Exception):  # noqa: N818 - nothing went wrong: it is being sent
    """A letter with this key was started before: it is ``campaign``."""

    def __init__(self, campaign: "Campaign") -> None:
        super().__init__(f"“{campaign.key}” was started before")
        self.campaign = campaign


class TakenBack(Exception):  # noqa: N818 - somebody wanted it so
    """A letter was taken back while its recipients were written down."""


class MailServerFault(Exception):  # noqa: N818 - what the operator mends
    """The mail server could not be used at all; the message is a sentence for the operator."""


class NoMailServer(MailServerFault):
    """No mail server is set."""
