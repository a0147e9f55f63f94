"""Styles, scripts, pictures and clips: sent from the disk in pieces, in whole or in part."""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from mimetypes import guess_type
from pathlib import Path
from types import TracebackType
from typing import Self

from masthead.bake.edge.negotiation import SUFFIXES, codings, has_already
from masthead.lib.byte_range import RangeNotSatisfiableError, parse_range
from masthead.lib.public_file import CACHE_CONTROL, HARMLESS, public_type

#: What ManifestStaticFilesStorage puts into a name: such a file never changes.
LASTING_NAME = re.compile(r".+\.[0-9a-f]{12}\..+")
TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")


@dataclass
class Part:
    """What is sent of a file: a status, headers without a date, and the bytes of the file."""

    status: int
    headers: dict[str, str]
    file: int
    sent: range = field(default_factory=lambda: range(0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        os.close(self.file)


def media(folder: Path, name: str, asked: Mapping[bytes, bytes]) -> Part | None:
    """Return what is sent of a public file, or None when no reader may have one of that name."""
    kind = public_type(name)
    found = _opened(folder / name) if kind else None
    if not kind or not found:
        return None
    headers = {**HARMLESS, "Content-Type": kind, "Cache-Control": CACHE_CONTROL}
    return _part(found, headers, asked)


def static(folder: Path, name: str, asked: Mapping[bytes, bytes]) -> Part | None:
    """Return what is sent of a style or script, in the smallest form that lies there."""
    lasts = LASTING_NAME.fullmatch(name)
    headers = {
        "Content-Type": _type(name),
        "Cache-Control": CACHE_CONTROL if lasts else "public, max-age=60",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    for coding in codings(asked.get(b"accept-encoding", b"")):
        found = _opened(folder / (name + SUFFIXES[coding]))
        if found:
            coded = {} if coding == "identity" else {"Content-Encoding": coding}
            return _part(found, headers | coded, asked)
    return None


def _type(name: str) -> str:
    kind = guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith(TEXT) else kind


def _opened(path: Path) -> tuple[int, os.stat_result] | None:
    """Return a file and what it is; never through a link, and nothing that is no plain file."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    found = os.fstat(file)
    if not stat.S_ISREG(found.st_mode):
        os.close(file)
        return None
    return file, found


def _part(
    opened: tuple[int, os.stat_result], headers: dict[str, str], asked: Mapping[bytes, bytes]
) -> Part:
    file, found = opened
    tag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
    headers = headers | {
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Last-Modified": formatdate(found.st_mtime_ns // 1_000_000_000, usegmt=True),
    }
    if _is_unchanged(asked, tag, found.st_mtime_ns // 1_000_000_000):
        return Part(304, headers, file)
    return _whole_or_part(Part(200, headers, file), tag, found.st_size, asked)


def _is_unchanged(asked: Mapping[bytes, bytes], tag: str, modified: int) -> bool:
    """Return whether the client has this version (RFC 9110, section 13.2.2)."""
    if tags := asked.get(b"if-none-match"):
        return has_already(tags, tag.encode("ascii"))
    try:
        since = parsedate_to_datetime(asked.get(b"if-modified-since", b"").decode("latin-1"))
    except (ValueError, TypeError):
        return False
    return modified <= since.timestamp()


def _whole_or_part(part: Part, tag: str, size: int, asked: Mapping[bytes, bytes]) -> Part:
    wanted = asked.get(b"range", b"").decode("latin-1")
    if asked.get(b"if-range", tag.encode("ascii")) != tag.encode("ascii"):
        wanted = ""  # the browser has a part of another version
    try:
        piece = parse_range(wanted, size)
    except RangeNotSatisfiableError:
        part.status = 416
        part.headers |= {"Content-Range": f"bytes */{size}", "Content-Length": "0"}
        return part
    part.sent = piece or range(size)
    part.headers["Content-Length"] = str(len(part.sent))
    if piece:
        part.status = 206
        part.headers["Content-Range"] = f"bytes {piece.start}-{piece.stop - 1}/{size}"
    return part
