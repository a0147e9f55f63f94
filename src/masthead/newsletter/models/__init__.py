"""The letters of a newsroom, what writes and sends them, and subscribers on their way in."""

from masthead.newsletter.models.letters import (
    Dispatch,
    Edition,
    Invitation,
    LetterIndex,
    LetterLink,
    LetterList,
    default_site,
    main_locale,
)
from masthead.newsletter.models.routine import Rhythm, Routine, Weekday
from masthead.newsletter.models.subscriber_import import ImportState, SubscriberImport

__all__ = [
    "Dispatch",
    "Edition",
    "ImportState",
    "Invitation",
    "LetterIndex",
    "LetterLink",
    "LetterList",
    "Rhythm",
    "Routine",
    "SubscriberImport",
    "Weekday",
    "default_site",
    "main_locale",
]
