"""What ``masthead doctor`` looks at: each app registers its checks when it is ready."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report: what is so, and for a fault how to mend it."""

    what: str
    mend: str = ""

    @property
    def is_fault(self) -> bool:
        return bool(self.mend)


Check = Callable[[], Iterable[Finding]]
_registered: list[Check] = []


def register(check: Check) -> Check:
    """Let the doctor run a check; usable as a decorator."""
    if check not in _registered:
        _registered.append(check)
    return check


def registered() -> tuple[Check, ...]:
    """Return all checks in the order in which they were registered."""
    return tuple(_registered)
