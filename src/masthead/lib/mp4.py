"""Looks into an MP4 file: what it is, how long, how large, and what it still tells of its maker.

Box layout after ISO/IEC 14496-12 (base media), 14496-14 (MP4) and Apple's QuickTime File Format.
Only the heads of boxes and a few small ones are read, never the pictures and the sound.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from masthead.lib.mp4_traces import told_by

MOST_BOXES = 5_000
DEEPEST = 8
#: Of a box whose inside matters, no more is read than this.
MOST_BYTES = 256 * 1024
CONTAINERS = {
    b"moov",
    b"trak",
    b"mdia",
    b"minf",
    b"dinf",
    b"stbl",
    b"edts",
    b"mvex",
    b"moof",
    b"traf",
}
#: Boxes with what the maker's device and programs wrote about the clip.
TELLING = {b"udta", b"meta", b"uuid", b"XMP_", b"jumb", b"free", b"skip", b"wide", b"hdlr"}
VIDEO_CODECS = {b"avc1", b"avc3"}
SOUND_CODECS = {b"mp4a"}
LARGEST_SIDE = 8192
UNITY = 1 << 16
LONGEST_SECONDS = 6 * 60 * 60


class ClipRefusedError(ValueError):
    """A file that is no clip which can be taken. The message is for the person who sent it."""


@dataclass(frozen=True)
class Clip:
    """What is known of a clip: sides in pixels as shown, length in seconds."""

    width: int
    height: int
    seconds: float
    #: Whether a player knows everything before it has fetched the pictures.
    starts_fast: bool


@dataclass(frozen=True)
class Box:
    """One box: its type, where its content begins and ends in the file, and how deep it lies."""

    kind: bytes
    start: int
    end: int
    path: tuple[bytes, ...] = field(default=())


@dataclass
class _Findings:
    order: list[bytes] = field(default_factory=list)
    seconds: float = 0.0
    sides: list[tuple[int, int]] = field(default_factory=list)
    codecs: set[bytes] = field(default_factory=set)
    told: set[Promise] = field(default_factory=set)


Reader = Callable[[bytes, _Findings], None]


def check_clip(file: IO[bytes]) -> Clip:
    """Return what a clip is, when a browser on any phone plays it and it tells nothing more.

    Raises ClipRefusedError: no MP4, cut short, another codec, parts in other files, or data of
    place, device or person left in it.
    """
    _check_brand(file)
    found = _looked_into(file, readers=READERS, telling=TELLING)
    if b"moof" in found.order:
        raise ClipRefusedError(_("The clip is cut into fragments. Export it as an ordinary MP4."))
    return _judged(found)


def check_film(file: IO[bytes]) -> None:
    """Return when a file is a whole MP4 or QuickTime film, all of it in this one file.

    What a browser could not play and what it tells of its maker is for a program to change.
    Raises ClipRefusedError.
    """
    found = _looked_into(file, readers=STRUCTURE, telling=set())
    if not {b"moov", b"mdat"} <= set(found.order):
        raise ClipRefusedError(_("The clip was not sent completely: its end is missing."))


def _looked_into(
    file: IO[bytes], *, readers: Mapping[bytes, Reader], telling: set[bytes]
) -> _Findings:
    size = file.seek(0, 2)
    found = _Findings()
    try:
        for box in _boxes(file, size):
            if not box.path:
                found.order.append(box.kind)
            if reader := readers.get(box.kind):
                reader(_content(file, box), found)
            elif box.kind in telling:
                found.told |= _told(file, box)
    except (struct.error, IndexError) as error:
        raise ClipRefusedError(_("The clip is damaged: a part of it is too short.")) from error
    finally:
        file.seek(0)
    return found


def _check_brand(file: IO[bytes]) -> None:
    file.seek(0)
    head = file.read(12)
    if not head:
        raise ClipRefusedError(_("The file is empty."))
    if head[4:8] != b"ftyp":
        raise ClipRefusedError(_("This is no MP4 file. Export the clip as MP4 with H.264."))
    if head[8:12] == b"qt  ":
        raise ClipRefusedError(
            _("This is a QuickTime film (.mov), which few browsers play. Export it as MP4.")
        )


def _boxes(file: IO[bytes], size: int) -> Iterator[Box]:
    """Walk through all boxes, outer before inner, without recursion and within bounds."""
    waiting = [Box(b"", 0, size)]
    seen = 0
    while waiting:
        parent = waiting.pop()
        position = parent.start
        inner = []
        while position < parent.end:
            box = _read_head(file, position, parent)
            seen += 1
            if seen > MOST_BOXES or len(box.path) > DEEPEST:
                raise ClipRefusedError(_("The clip has more parts than any camera writes."))
            yield box
            if box.kind in CONTAINERS:
                inner.append(box)
            position = box.end
        waiting.extend(reversed(inner))


def _read_head(file: IO[bytes], position: int, parent: Box) -> Box:
    file.seek(position)
    head = file.read(16)
    if len(head) < 8:
        raise ClipRefusedError(_("The clip was not sent completely: its end is missing."))
    length, kind = struct.unpack_from(">I4s", head)
    start = position + 8
    if length == 1:
        (length,) = struct.unpack_from(">Q", head, 8)
        start = position + 16
    elif length == 0:  # “to the end”, allowed for the last box of the file alone
        length = parent.end - position
    end = position + length
    if length < start - position or (end > parent.end and parent.kind):
        raise ClipRefusedError(_("The clip is damaged: a part of it claims an impossible size."))
    if end > parent.end:
        raise ClipRefusedError(_("The clip was not sent completely: its end is missing."))
    path = (*parent.path, parent.kind) if parent.kind else ()
    return Box(kind, start, end, path)


def _told(file: IO[bytes], box: Box) -> set[Promise]:
    if box.end - box.start > MOST_BYTES and box.kind not in {b"free", b"skip"}:
        raise ClipRefusedError(_("The clip carries more metadata than can be looked through."))
    return told_by(box.kind, _content(file, box))


def _content(file: IO[bytes], box: Box) -> bytes:
    file.seek(box.start)
    return file.read(min(box.end - box.start, MOST_BYTES))


def _movie_header(content: bytes, found: _Findings) -> None:
    layout = ">IQ" if content[0] == 1 else ">II"
    scale, length = struct.unpack_from(layout, content, 20 if content[0] == 1 else 12)
    found.seconds = length / scale if scale else 0.0


def _track_header(content: bytes, found: _Findings) -> None:
    """Take the sides as shown: the matrix turns a clip that was taken upright."""
    at = 52 if content[0] == 1 else 40
    a, b, _u, c, d = struct.unpack_from(">5i", content, at)
    width, height = (side // UNITY for side in struct.unpack_from(">II", content, at + 36))
    is_turned = abs(b) == UNITY and abs(c) == UNITY and not a and not d
    if width and height:
        found.sides.append((height, width) if is_turned else (width, height))


def _sample_descriptions(content: bytes, found: _Findings) -> None:
    (count,) = struct.unpack_from(">I", content, 4)
    position = 8
    for _entry in range(min(count, 16)):
        length, kind = struct.unpack_from(">I4s", content, position)
        found.codecs.add(kind)
        found.told |= told_by(kind, content[position + 8 : position + length][:78])
        position += max(length, 8)


def _data_references(content: bytes, _found: _Findings) -> None:
    """Refuse a clip whose pictures lie at an address: a player would fetch them."""
    (count,) = struct.unpack_from(">I", content, 4)
    position = 8
    for _entry in range(min(count, 16)):
        length, kind = struct.unpack_from(">I4s", content, position)
        flags = int.from_bytes(content[position + 9 : position + 12])
        if kind not in {b"url ", b"urn "} or flags != 1:
            raise ClipRefusedError(
                _("Parts of this clip lie in other files. Export it as one file.")
            )
        position += max(length, 8)


def _compressed_movie(_content: bytes, _found: _Findings) -> None:
    raise ClipRefusedError(_("This clip's table of contents is compressed. Export it anew as MP4."))


#: What makes of a file one whole film, and what tells the rest of it.
STRUCTURE: Mapping[bytes, Reader] = {b"dref": _data_references, b"cmov": _compressed_movie}
READERS: Mapping[bytes, Reader] = {
    **STRUCTURE,
    b"mvhd": _movie_header,
    b"tkhd": _track_header,
    b"stsd": _sample_descriptions,
}


def _judged(found: _Findings) -> Clip:
    if not {b"moov", b"mdat"} <= set(found.order):
        raise ClipRefusedError(_("The clip was not sent completely: its end is missing."))
    _check_codecs(found.codecs)
    if found.told:
        raise ClipRefusedError(
            _("The clip still tells %(told)s. Export it without location and metadata.")
            % {"told": ", ".join(sorted(str(words) for words in found.told))}
        )
    width, height = max(found.sides, default=(0, 0))
    if not width or max(width, height) > LARGEST_SIDE:
        raise ClipRefusedError(_("The clip does not say how large its pictures are."))
    if not 0 < found.seconds <= LONGEST_SECONDS:
        raise ClipRefusedError(
            _("The clip does not say how long it is, or is over six hours long.")
        )
    starts_fast = found.order.index(b"moov") < found.order.index(b"mdat")
    return Clip(width, height, found.seconds, starts_fast)


def _check_codecs(codecs: set[bytes]) -> None:
    if not codecs & VIDEO_CODECS:
        raise ClipRefusedError(
            _("A browser on every phone plays H.264 (this is %(codec)s). Export the clip as H.264.")
            % {"codec": _names(codecs) or "?"}
        )
    if others := codecs - VIDEO_CODECS - SOUND_CODECS:
        raise ClipRefusedError(
            _(
                "The clip has a track that a browser does not play (%(codec)s). "
                "Export it as H.264 with AAC sound and nothing else."
            )
            % {"codec": _names(others)}
        )


def _names(codecs: set[bytes]) -> str:
    return ", ".join(sorted(codec.decode("ascii", "replace").strip() for codec in codecs))
