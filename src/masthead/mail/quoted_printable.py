"""Quoted-printable that every mail server passes on unchanged (RFC 2045, section 6.7).

No line begins with a full stop or with “From ”, none ends in a space, no two spaces stand together.
So nothing has to be stuffed for SMTP (RFC 5321, section 4.5.2), and the body is already what DKIM's
relaxed canonicalization would make of it (RFC 6376, section 3.4.4).
"""

import re
from collections.abc import Iterator

#: Characters of a line, the soft break's own not counted.
LONGEST = 75
SOFT_BREAK = b"=\r\n"
#: An address or a word: it needs no look at each character.
_SIMPLE = re.compile(rb"[!-\-/-EG-~][!-~]*")
_NOT_FIRST = (b".", b"F")
_LINE_BREAK = re.compile(rb"\r\n|\r|\n")


def quoted_text(text: str) -> bytes:
    """Return a text with its line breaks written as CRLF."""
    lines = _LINE_BREAK.split(text.encode())
    return b"\r\n".join(_quoted_line(line) for line in lines)


def quoted_value(text: str) -> bytes:
    """Return a text that goes between two soft breaks: addresses and words at little cost."""
    data = text.encode()
    found = _in_lines(data.replace(b"=", b"=3D")) if _SIMPLE.fullmatch(data) else None
    return quoted_text(text) if found is None else found


def _in_lines(data: bytes) -> bytes | None:
    """Return encoded text in lines; None when that is not simple, such as a long row of dots."""
    lines = []
    while len(data) > LONGEST:
        end = LONGEST
        while data[end : end + 1] in _NOT_FIRST or b"=" in data[end - 2 : end]:
            end -= 1
            if not end:
                return None
        lines.append(data[:end])
        data = data[end:]
    return SOFT_BREAK.join([*lines, data])


def _quoted_line(line: bytes) -> bytes:
    pieces, length = [], 0
    for unit in _units(line):
        if length + len(unit) > LONGEST:
            pieces.append(SOFT_BREAK)
            length = 0
        written = b"=%02X" % ord(unit) if length == 0 and unit in _NOT_FIRST else unit
        pieces.append(written)
        length += len(written)
    return b"".join(pieces)


def _units(line: bytes) -> Iterator[bytes]:
    last = len(line) - 1
    for place, code in enumerate(line):
        if code == 32 and place != last and line[place - 1 : place] not in {b" ", b""}:
            yield b" "
        elif 33 <= code <= 126 and code != 61:
            yield bytes((code,))
        else:
            yield b"=%02X" % code
