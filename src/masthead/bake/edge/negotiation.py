"""Which form of a page a client can read, and which it has already (RFC 9110, 12.5.3 and 13.1)."""

import re
from functools import lru_cache

#: The forms in which pages lie on the disk, the smallest first, and the suffixes of their files.
SUFFIXES = {"br": ".br", "gzip": ".gz", "identity": ""}
#: Bytes: longer headers are read each time, so that nobody fills the memory with them.
LONGEST_KEPT = 200
QUALITY = re.compile(r"q=([01](?:\.[0-9]{0,3})?)", re.IGNORECASE)
TAG = re.compile(rb'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def codings(accept_encoding: bytes) -> tuple[str, ...]:
    """Return the codings that a client reads, the best first; ``identity`` is always among them."""
    if len(accept_encoding) > LONGEST_KEPT:
        return _codings(accept_encoding)
    return _kept_codings(accept_encoding)


def _codings(header: bytes) -> tuple[str, ...]:
    named = dict(_qualities(header.decode("latin-1").lower()))
    rest = named.get("*")
    wanted = {name: named.get(name, rest) for name in ("br", "gzip")}
    qualities = {name: quality for name, quality in wanted.items() if quality}
    # Not named, the plain form is read by everybody, and wanted least.
    qualities["identity"] = named.get("identity", 0) or 0
    return tuple(sorted(qualities, key=lambda name: -qualities[name]))


_kept_codings = lru_cache(maxsize=2048)(_codings)


def _qualities(header: str) -> list[tuple[str, float]]:
    found = []
    for item in header.split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        quality = 1.0
        for parameter in parameters:
            number = QUALITY.fullmatch(parameter)
            quality = min(float(number[1]), 1.0) if number else 0.0
        found.append((name, quality))
    return found


def has_already(if_none_match: bytes, etag: bytes) -> bool:
    """Return whether one of the tags in the header is this one (weak comparison)."""
    if if_none_match.strip() == b"*":
        return True
    return etag in TAG.findall(if_none_match)
