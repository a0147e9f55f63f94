"""What can go wrong with a mail, told to whoever can do something about it."""


class BadMessage(ValueError):  # noqa: N818 - the message is bad
    """A mail was not written: its address or a header is no such thing. The message says which."""


class MailServerFault(Exception):  # noqa: N818 - what the operator mends
    """The mail server could not be used at all; the message is a sentence for the operator."""


class NoMailServer(MailServerFault):
    """No mail server is set."""
