"""What a request's target and Host mean: one host, one path, or nothing that could be a file."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote_to_bytes

HOST = re.compile(rb"(?:[a-z0-9_][a-z0-9_.-]{0,252}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?")
#: Characters that stand for themselves in a path (RFC 3986, section 3.3).
PLAIN = "/-._~!$&'()*+,;=:@"
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
LONGEST_PATH = 1024
LONGEST_SEGMENT = 200
#: Bytes: longer targets are read each time, so that nobody fills the memory with them.
LONGEST_KEPT = 256
#: How other systems name a page by number, at the front page's address: the application knows.
NUMBERS = {"p", "page_id"}


def host_of(header: bytes) -> str | None:
    """Return the host with its port as browsers send it, or None when it cannot be one."""
    lowered = header.lower()
    return lowered.decode("ascii") if HOST.fullmatch(lowered) else None


def path_of(target: bytes) -> str | None:
    """Return the decoded path of a target, or None when nothing baked can stand there.

    Decoded once; never with an empty segment, one that begins with a dot, or a control character,
    so that it stays inside any folder that it is joined to.
    """
    return _kept_path_of(target) if len(target) <= LONGEST_KEPT else _path_of(target)


def _path_of(target: bytes) -> str | None:
    try:
        path = unquote_to_bytes(target.partition(b"?")[0]).decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not path.startswith("/") or len(path) > LONGEST_PATH or CONTROL.search(path):
        return None
    if path == "/":
        return path
    segments = path.removeprefix("/").removesuffix("/").split("/")
    fits = all(_is_plain(segment) for segment in segments)
    return path if fits and segments[-1] != "index.html" else None


_kept_path_of = lru_cache(maxsize=4096)(_path_of)


def _is_plain(segment: str) -> bool:
    is_named = bool(segment) and not segment.startswith(".") and "\\" not in segment
    return is_named and len(segment.encode()) <= LONGEST_SEGMENT


def names_by_number(target: bytes) -> bool:
    """Return whether a target is the front page's, with the number of a page in its query."""
    path, _mark, query = target.partition(b"?")
    if path != b"/" or not query:
        return False
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=None)
    return any(name in NUMBERS for name, _value in pairs)


def location(path: str, target: bytes) -> bytes:
    """Return where a path is found, with the query of a target."""
    _path, mark, query = target.partition(b"?")
    return quote(path, safe=PLAIN).encode() + mark + query
