"""The files in which other systems give out subscribers: which column says what, as data.

Columns are compared in lower case; ``a|b`` are two names of one column. What a file does not say
for sure is not assumed: such a line is asleep.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Standing(StrEnum):
    """What a system says about somebody."""

    ACTIVE = "active"
    UNCONFIRMED = "unconfirmed"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


#: Of several things that a line says, the last of these holds.
BY_WEIGHT = (
    Standing.ACTIVE,
    Standing.UNCONFIRMED,
    Standing.LEFT,
    Standing.BOUNCED,
    Standing.COMPLAINED,
)
_YES, _NO = ("true", "1", "yes"), ("false", "0", "no", "")


@dataclass(frozen=True)
class Source:
    """One system's file.

    ``asked`` is the column with the instant of the wish, ``consent`` the one whose instant proves
    it, ``confirmed`` the one of its confirmation. ``words`` are columns whose words tell a
    standing, ``filled`` those that tell it by not being empty. ``needed`` are the columns by which
    a file is recognised, besides the address.
    """

    name: str
    label: str
    email: str
    asked: str
    consent: str
    confirmed: str
    needed: tuple[str, ...]
    words: Mapping[str, Mapping[str, Standing]] = field(default_factory=dict)
    filled: Mapping[str, Standing] = field(default_factory=dict)
    escape: str | None = None


def _words(**standings: tuple[str, ...]) -> dict[str, Standing]:
    return {word: Standing[name] for name, words in standings.items() for word in words}


_MAILPOET = _words(
    ACTIVE=("subscribed", "inactive"),
    UNCONFIRMED=("unconfirmed",),
    LEFT=("unsubscribed", "trash"),
    BOUNCED=("bounced",),
)
_BUTTONDOWN = _words(
    ACTIVE=(
        *("regular", "premium", "gifted", "trialed", "churning", "churned"),
        *("unpaid", "past_due", "paused", "upcoming"),
    ),
    UNCONFIRMED=("unactivated",),
    LEFT=("unsubscribed", "removed"),
    BOUNCED=("undeliverable", "malformed", "disabled"),
    COMPLAINED=("complained",),
)

MAILCHIMP = Source(
    name="mailchimp",
    label="Mailchimp",
    email="email address",
    # Whoever was put on the list by somebody else has no OPTIN_TIME.
    asked="optin_time",
    consent="optin_time",
    confirmed="confirm_time",
    needed=("optin_time", "confirm_time"),
    filled={"unsub_time": Standing.LEFT, "clean_time": Standing.BOUNCED},
)
MAILPOET = Source(
    name="mailpoet",
    label="MailPoet",
    email="email",
    asked="subscription time",
    consent="confirmation time",
    confirmed="confirmation time",
    needed=("subscription time", "confirmation time", "list status", "global status"),
    words={"list status": _MAILPOET, "global status": _MAILPOET},
    escape="\\",
)
SUBSTACK = Source(
    name="substack",
    label="Substack",
    email="email",
    asked="created_at",
    consent="created_at",
    confirmed="created_at",
    needed=("email_disabled", "created_at"),
    words={"email_disabled": _words(ACTIVE=_NO, LEFT=_YES)},
)
GHOST = Source(
    name="ghost",
    label="Ghost",
    email="email",
    asked="created_at",
    consent="created_at",
    confirmed="created_at",
    needed=("subscribed_to_emails", "created_at"),
    words={"subscribed_to_emails": _words(ACTIVE=_YES, LEFT=_NO)},
    filled={"deleted_at": Standing.LEFT},
)
BUTTONDOWN = Source(
    name="buttondown",
    label="Buttondown",
    email="email_address|email",
    asked="creation_date",
    consent="creation_date",
    confirmed="creation_date",
    needed=("creation_date", "type|subscriber_type"),
    words={"type|subscriber_type": _BUTTONDOWN},
)
LISTMONK = Source(
    name="listmonk",
    label="listmonk",
    email="email",
    asked="created_at",
    consent="created_at",
    confirmed="created_at",
    needed=("uuid", "status", "created_at"),
    # Its own file does not say who confirmed; without a column for that all are asleep.
    words={
        "status": _words(ACTIVE=("enabled",), LEFT=("disabled", "blocklisted")),
        "subscription_status": _words(
            ACTIVE=("confirmed",), UNCONFIRMED=("unconfirmed",), LEFT=("unsubscribed",)
        ),
    },
)
MASTHEAD = Source(
    name="masthead",
    label="Masthead",
    email="email",
    asked="asked_at",
    consent="confirmed_at",
    confirmed="confirmed_at",
    needed=("state", "asked_at", "confirmed_at"),
    words={
        "state": _words(
            ACTIVE=("active",),
            UNCONFIRMED=("asleep",),
            LEFT=("left",),
            BOUNCED=("bounced",),
            COMPLAINED=("complained",),
        )
    },
)
SOURCES = {
    each.name: each
    for each in (MASTHEAD, MAILPOET, MAILCHIMP, SUBSTACK, GHOST, BUTTONDOWN, LISTMONK)
}


def recognised(columns: frozenset[str]) -> Source | None:
    """Return whose file has these columns; None when no system's has."""
    fitting = [each for each in SOURCES.values() if not missing(each, columns)]
    return max(fitting, key=lambda each: len(each.needed), default=None)


def missing(source: Source, columns: frozenset[str]) -> list[str]:
    """Return the columns that a file of a system lacks, by their first names."""
    wanted = (source.email, *source.needed)
    return [each.partition("|")[0] for each in wanted if not columns & set(each.split("|"))]
