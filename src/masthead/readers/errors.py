"""What can go wrong with a reader's wish, told to whoever can do something about it."""


class BadLink(ValueError):  # noqa: N818 - the link is bad
    """A link was not made by us, or what it leads to is gone."""


class OldLink(BadLink):
    """A link was made by us, too long ago."""
