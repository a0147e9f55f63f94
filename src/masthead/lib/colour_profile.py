"""Colour profiles (ICC.1:2022) without what they tell of the device that they came from.

A profile of a screen or a scanner may hold its serial number, its owner's name or any text.
"""

import struct

HEADER = 128
#: What turns numbers into colours in a profile of three primaries, and nothing else.
COLOUR_TAGS = (b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"wtpt", b"chad")
NEEDED = frozenset(COLOUR_TAGS[:7])
LARGEST_TAG = 16 * 1024
NAME = "RGB".encode("utf-16-be")
#: multiLocalizedUnicodeType (10.15) with one record: en-US.
TEXT = struct.pack(">4sIIIccccII", b"mluc", 0, 1, 12, b"e", b"n", b"U", b"S", len(NAME), 28) + NAME


def bare_profile(profile: bytes) -> bytes | None:
    """Return an RGB profile with its colours and no word more, or None when it has no primaries.

    None means: turn the picture's colours into sRGB instead.
    """
    if len(profile) < HEADER + 4 or profile[16:20] != b"RGB " or profile[36:40] != b"acsp":
        return None
    tags = _colour_tags(profile)
    if not tags.keys() >= NEEDED:
        return None
    return _built(profile[:HEADER], {b"desc": TEXT, b"cprt": TEXT} | tags)


def _colour_tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, HEADER)
    tags = {}
    for entry in range(min(count, 100)):
        position = HEADER + 4 + 12 * entry
        name, offset, size = struct.unpack(">4sII", profile[position : position + 12].ljust(12))
        data = profile[offset : offset + size]
        if name in COLOUR_TAGS and size <= LARGEST_TAG and len(data) == size:
            tags[name] = data
    return tags


def _built(old_header: bytes, tags: dict[bytes, bytes]) -> bytes:
    table, body = struct.pack(">I", len(tags)), b""
    start = HEADER + 4 + 12 * len(tags)
    for name, data in sorted(tags.items()):
        table += struct.pack(">4sII", name, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = bytearray(old_header)
    header[0:4] = struct.pack(">I", start + len(body))
    header[4:8] = bytes(4)  # preferred colour engine
    header[24:36] = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)  # when it was made
    header[40:64] = bytes(24)  # platform, flags, device maker, model and attributes
    header[80:128] = bytes(48)  # creator, checksum, reserved
    return bytes(header) + table + body
