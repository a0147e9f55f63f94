"""How many may be connected at a time: in all, and from one address."""

from typing import Any, Protocol

from masthead.bake.edge.settings import Limits


class Guest(Protocol):
    """A connection; ``is_resting`` while it is between two requests."""

    is_resting: bool
    deadline: float
    transport: Any

    def leave(self) -> None:
        """Close the connection."""

    def look(self) -> None:
        """Judge a client whose time is over."""

    def stop(self, *, is_late: bool) -> None:
        """Close the connection when it can be."""


class Doors:
    """Lets connections in. Who comes too many takes the place of one that is resting.

    So an office or a village behind one address reads on, however many they are: what ends early is
    a connection that nobody uses.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        #: In the order of arrival.
        self.inside: dict[Guest, str] = {}
        self.households: dict[str, dict[Guest, None]] = {}

    def enter(self, guest: Guest, household: str) -> bool:
        """Let a connection in from a household (empty: not counted); return whether it may stay."""
        if len(self.inside) >= self.limits.connections and not _make_room(self.inside):
            return False
        if household:
            others = self.households.setdefault(household, {})
            if len(others) >= self.limits.connections_per_address and not _make_room(others):
                return False
            others[guest] = None
        self.inside[guest] = household
        return True

    def left(self, guest: Guest) -> None:
        """Note that a connection is closed."""
        household = self.inside.pop(guest, "")
        if others := self.households.get(household):
            others.pop(guest, None)
            if not others:
                del self.households[household]


def _make_room(guests: dict[Guest, str] | dict[Guest, None]) -> bool:
    resting = next((guest for guest in guests if guest.is_resting), None)
    if resting is None:
        return False
    resting.leave()
    return True
