"""The part of a file that a browser asks for (RFC 9110, section 14)."""

import re

PATTERN = re.compile(
    r"bytes[ \t]*=[ \t]*([0-9]{0,18})[ \t]*-[ \t]*([0-9]{0,18})[ \t]*", re.IGNORECASE
)


class RangeNotSatisfiableError(ValueError):
    """The part lies behind the end of the file: answer 416."""


def parse_range(header: str, size: int) -> range | None:
    """Return the bytes that a Range header asks for, of a file with ``size`` bytes.

    None means: send the whole file. So it is, as the RFC allows, for several parts at once, other
    units and nonsense. Raises RangeNotSatisfiableError.
    """
    found = PATTERN.fullmatch(header.strip())
    if not found or not any(found.groups()):
        return None
    first, last = (int(number) if number else None for number in found.groups())
    if first is None:
        part = range(max(size - int(last or 0), 0), size)
    elif last is not None and last < first:
        return None
    else:
        part = range(first, size if last is None else min(last + 1, size))
    if not part:
        raise RangeNotSatisfiableError
    return part
