"""What ``masthead doctor`` looks at: each app registers its checks when it is ready."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report: what is so and, unless that is well, how to mend it.

    ``is_urgent`` is false for what still works but will not for long.
    """

    what: str
    mend: str = ""
    is_urgent: bool = True


Check = Callable[[], Iterable[Finding]]
_registered: list[Check] = []


def register(check: Check) -> Check:
    """Let the doctor run a check; usable as a decorator.

    A check yields at least one finding. When it raises, the doctor reports that as a fault.
    """
    if check not in _registered:
        _registered.append(check)
    return check


def registered() -> tuple[Check, ...]:
    """Return all checks in the order in which they were registered."""
    return tuple(_registered)
