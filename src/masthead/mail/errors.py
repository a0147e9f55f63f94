"""What can go wrong with a mail, told to whoever can do something about it."""


class BadMessage(ValueError):
    """A mail was not written: its address or a header is no such thing. The message says which."""


class MailServerFault(Exception):
    """The mail server could not be used at all; the message is a sentence for the operator."""


class NoMailServer(MailServerFault):
    """No mail server is set."""
