"""What the head of a request may say: whatever two programs could read differently is refused."""

import re
from collections.abc import Sequence

Headers = Sequence[tuple[bytes, bytes]]
LENGTHS = frozenset({b"content-length", b"transfer-encoding"})
ABSOLUTE = re.compile(rb"https?://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)


class RefusedError(Exception):
    """A request that cannot be one of an honest client."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def origin_form(target: bytes, version: str, headers: Headers) -> bytes:
    """Return a request's target as a path with its query (RFC 9112, section 3.2.1).

    Raises RefusedError unless there is one Host, one framing and one meaning.
    """
    hosts = [value for name, value in headers if name == b"host"]
    if version not in {"1.0", "1.1"}:
        raise RefusedError(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here")
    if len(hosts) != 1:
        raise RefusedError(400, "A request names one Host")
    _check_framing(version, headers)
    if target.startswith(b"/") and b"#" not in target:
        return target
    if found := ABSOLUTE.fullmatch(target):
        if found[1].lower() != hosts[0].lower():
            raise RefusedError(400, "The target names another host than Host")
        target = found[2] if found[2].startswith(b"/") else b"/" + found[2]
    if not target.startswith(b"/") or b"#" in target:
        raise RefusedError(400, "The target is no path")
    return target


def _check_framing(version: str, headers: Headers) -> None:
    lengths = [pair for pair in headers if pair[0] in LENGTHS]
    if not lengths:
        return
    if len(lengths) > 1:
        raise RefusedError(400, "The body's length is told twice")
    name, value = lengths[0]
    if name == b"content-length" and not (value.isascii() and value.isdigit()):
        raise RefusedError(400, "The body's length is no number")
    if name == b"transfer-encoding" and (version == "1.0" or value.lower() != b"chunked"):
        raise RefusedError(400, "Only chunked bodies of HTTP/1.1 are read")
