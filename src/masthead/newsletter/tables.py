"""The tables of this app that public pages are made from."""

from masthead.bake.tables import track
from masthead.newsletter.models import Invitation, LetterList


def track_tables() -> None:
    """Let public pages show letters; a change wakes the pages that do.

    Letters as pages are tracked with all other pages.
    """
    track(LetterList, finders=("locale_id",), order=("site_id", "position", "is_open"))
    track(Invitation, finders=("locale_id",), order=("site_id",))
