"""What can go wrong with a letter, told to whoever can do something about it."""

from collections.abc import Sequence


class NotReady(Exception):  # noqa: N818 - the letter is not ready
    """A letter cannot be sent as it is; each reason is a sentence for its editor."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = tuple(reasons)
