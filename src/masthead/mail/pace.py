"""How fast letters go out: to the mail server, and to each company that receives them."""

from dataclasses import dataclass

#: A company that asks us to slow down gets nothing for so many seconds, twice as many each time.
FIRST_PAUSE = 600
LONGEST_PAUSE = 4 * 3600
#: Seconds without trouble after which it gets twice as much again.
FORGIVEN_AFTER = 1800
#: Messages a second for a company that has just asked us to slow down, at the least.
SLOWEST = 0.05


@dataclass(frozen=True)
class Limits:
    """What the mail server and the receiving companies take; a rate of 0 is no limit."""

    connections: int = 4
    per_connection: int = 100
    per_second: float = 0
    per_provider: float = 20

    def share(self, number: int, of: int) -> "Limits":
        """Return what one of several senders may do; its ``number`` counts from 0."""
        return Limits(
            connections=(self.connections + of - 1 - number) // of,
            per_connection=self.per_connection,
            per_second=self.per_second / of,
            per_provider=self.per_provider / of,
        )


class Bucket:
    """Lets so many through in a second, evenly: nothing is saved up for later."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._next_at = 0.0

    def is_open(self, now: float) -> bool:
        return self.rate <= 0 or now >= self._next_at

    def spend(self, now: float) -> None:
        """Count one that goes through now (seconds on any clock)."""
        if self.rate > 0:
            # A look every few milliseconds at most: what was missed since is made up for.
            self._next_at = max(self._next_at, now - 0.1) + 1 / self.rate


def pause_after_strike(strikes: int) -> int:
    """Return for how many seconds a company gets nothing after so many strikes."""
    return int(min(FIRST_PAUSE * 2 ** max(0, strikes - 1), LONGEST_PAUSE))


def slowed(rate: float, strikes: int, calm: float) -> float:
    """Return a company's rate after strikes, the last of which it got over so many seconds ago."""
    if rate <= 0:
        rate = 50.0 if strikes else 0.0
    left = max(0, strikes - int(calm // FORGIVEN_AFTER))
    return max(rate / 2**left, SLOWEST) if left else rate
