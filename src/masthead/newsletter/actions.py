"""What is done with letters."""

from collections.abc import Iterable

from masthead.newsletter import kind
from masthead.newsletter.queries import Box, Offered
from masthead.readers.actions import Occasion, Wish, ask


def subscribe(*, email: str, letters: Iterable[Offered], box: Box, occasion: Occasion) -> None:
    """Note what an address asks for in the box; a mail asks whoever reads it to confirm.

    Raises ValidationError when the address is none.
    """
    wishes = [Wish(kind.NAME, str(each.key), box.wording(each)) for each in letters]
    ask(email=email, wishes=wishes, occasion=occasion)
