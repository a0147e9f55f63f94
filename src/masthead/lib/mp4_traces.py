"""What the metadata of an MP4 file tells of place, device and person.

Known harmless entries pass; everything else is named. After Apple's QuickTime File Format (user
data, metadata keys), 3GPP TS 26.244 (``loci``) and ISO/IEC 14496-12 (``udta``, ``meta``).
"""

import re
import struct
from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLACE = _("the place where it was taken")
DEVICE = _("the device that took it")
PERSON = _("a person's name")
METADATA = _("a block of metadata (XMP or content credentials)")
TEXT = _("text about the clip")

#: Read first to last; the first that matches names an entry.
MARKS = (
    (re.compile(rb"\xa9xyz|loci|location|gps|geo", re.IGNORECASE), PLACE),
    (
        re.compile(rb"\xa9ma[ck]|\xa9mod|make|model|manufacturer|camera|serial", re.IGNORECASE),
        DEVICE,
    ),
    (re.compile(rb"gopro|dji|insta360|iphone|samsung|xiaomi|huawei", re.IGNORECASE), DEVICE),
    (re.compile(rb"\xa9aut|\xa9art|auth|perf|author|artist|director", re.IGNORECASE), PERSON),
    (re.compile(rb"xmpmeta|rdf:RDF|c2pa", re.IGNORECASE), METADATA),
)
#: The name of the program that wrote the file, and what names no one.
HARMLESS_ITEMS = {b"\xa9too", b"\xa9enc", b"\xa9swr", b"gshh", b"gsst", b"gstd", b"gssd", b"free"}
HARMLESS_KEYS = {
    b"com.android.version",
    b"com.android.capture.fps",
    b"com.apple.quicktime.software",
    b"encoder",
}
#: “Stereo”, as HandBrake writes it.
TRACK_NAME = b"name"
#: Metadata whole: there is no harmless part in it.
SEALED = {b"uuid", b"XMP_", b"jumb"}


def told_by(kind: bytes, content: bytes) -> set[Promise]:
    """Return what a box tells, in words for a person; nothing when it is harmless."""
    if kind in SEALED:
        return {METADATA}
    if kind == b"udta":
        return _told_by_items(content)
    if kind == b"meta":
        return _told_by_meta(content)
    return _marks(content, otherwise=None)


def _told_by_items(content: bytes) -> set[Promise]:
    told: set[Promise] = set()
    for kind, inside in _children(content):
        if kind == b"meta":
            told |= _told_by_meta(inside)
        elif kind not in HARMLESS_ITEMS:
            told |= _marks(kind + inside, otherwise=None if kind == TRACK_NAME else TEXT)
    return told


def _told_by_meta(content: bytes) -> set[Promise]:
    """Look into a ``meta`` box, with version and flags (ISO) or without (QuickTime)."""
    told: set[Promise] = set()
    for kind, inside in _children(content if content[4:8] == b"hdlr" else content[4:]):
        if kind == b"keys":
            told |= _told_by_keys(inside)
        elif kind == b"ilst":
            told |= _told_by_list(inside)
        elif kind not in {b"hdlr", b"free"}:
            told |= _marks(kind + inside, otherwise=TEXT)
    return told


def _told_by_list(content: bytes) -> set[Promise]:
    """Look into a list of items; those that are mere numbers are named by ``keys``."""
    told: set[Promise] = set()
    for kind, inside in _children(content):
        if kind not in HARMLESS_ITEMS and kind[:2] != b"\0\0":
            told |= _marks(kind + inside, otherwise=TEXT)
    return told


def _told_by_keys(content: bytes) -> set[Promise]:
    told: set[Promise] = set()
    for _namespace, key in _children(content[8:]):
        if key not in HARMLESS_KEYS:
            told |= _marks(key, otherwise=TEXT)
    return told


def _marks(content: bytes, *, otherwise: Promise | None) -> set[Promise]:
    for pattern, words in MARKS:
        if pattern.search(content):
            return {words}
    return {otherwise} if otherwise and content.strip(b"\0") else set()


def _children(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while position + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, position)
        if length == 0:  # a list of user data may end in four zeros
            return
        if length < 8:
            yield b"????", content[position:]
            return
        yield kind, content[position + 8 : position + length]
        position += length
