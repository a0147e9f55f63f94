"""Checks a file of captions (WebVTT, W3C Candidate Recommendation, section 4)."""

import re
from html import unescape
from typing import IO

from django.utils.translation import gettext as _

MOST_BYTES = 2 * 1024 * 1024
TIME = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
TIMING = re.compile(rf"{TIME}[ \t]+-->[ \t]+{TIME}((?:[ \t]+[a-z]+:[\w%.,-]+)*)[ \t]*")
#: The marks that a caption may hold: bold, italic, underline, class, voice, language, ruby, times.
TAG = re.compile(rf"</?(?:[biuc]|v|lang|ruby|rt)(?:\.[\w-]+)*(?:[ \t][^<>&]*)?>|<{TIME}>")
REFUSED_BLOCKS = ("STYLE", "REGION", "NOTE")


class CaptionsRefusedError(ValueError):
    """A file that holds no captions which can be taken. The message names the line."""


def check_captions(file: IO[bytes]) -> None:
    """Return when every line of a file is a caption's.

    Raises CaptionsRefusedError for anything else: another encoding or format, times that run
    backwards, markup that is none of WebVTT's, and blocks of styles, regions and notes.
    """
    lines = _lines(file)
    if not lines or not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise CaptionsRefusedError(_("Line 1: captions in WebVTT begin with the word WEBVTT."))
    blocks = _blocks(lines[1:])
    if not blocks:
        raise CaptionsRefusedError(_("The file holds no captions."))
    last_start = 0
    for number, block in blocks:
        last_start = _check_block(number, block, last_start)


def spoken(text: str) -> str:
    """Return what captions say, one line each, without times and marks."""
    said = []
    for _number, block in _blocks(text.splitlines()[1:]):
        times = next((at for at, line in enumerate(block) if "-->" in line), len(block))
        words = TAG.sub("", " ".join(block[times + 1 :]))
        said.append(unescape(words).strip())
    return "\n".join(line for line in said if line)


def _lines(file: IO[bytes]) -> list[str]:
    file.seek(0)
    content = file.read(MOST_BYTES + 1)
    file.seek(0)
    if len(content) > MOST_BYTES:
        raise CaptionsRefusedError(_("Captions of that size are not read; at most 2 MB."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CaptionsRefusedError(
            _("Line %(line)d: the captions are not in UTF-8.") % {"line": line}
        ) from error
    if "\0" in text:
        raise CaptionsRefusedError(_("The file holds bytes that are no text."))
    return re.split(r"\r\n|\n|\r", text)


def _blocks(lines: list[str]) -> list[tuple[int, list[str]]]:
    """Return the paragraphs below the first line, each with the number of its first line."""
    blocks: list[tuple[int, list[str]]] = []
    if lines and lines[0]:
        raise CaptionsRefusedError(_("Line 2: leave an empty line below WEBVTT."))
    is_inside = False
    for number, line in enumerate(lines, start=2):
        if not line:
            is_inside = False
        elif is_inside:
            blocks[-1][1].append(line)
        else:
            blocks.append((number, [line]))
            is_inside = True
    return blocks


def _check_block(number: int, block: list[str], last_start: int) -> int:
    if block[0].startswith(REFUSED_BLOCKS) and "-->" not in block[0]:
        raise CaptionsRefusedError(
            _("Line %(line)d: only captions are taken; remove this %(block)s block.")
            % {"line": number, "block": block[0].split()[0]}
        )
    if "-->" not in block[0]:  # a caption may have a name, one line above its times
        number, block = number + 1, block[1:]
    start = _check_times(number, block[0] if block else "", last_start)
    for offset, line in enumerate(block[1:], start=1):
        if "-->" in line or "<" in TAG.sub("", line):
            raise CaptionsRefusedError(
                _("Line %(line)d: this is no caption's text.") % {"line": number + offset}
            )
    return start


def _check_times(number: int, line: str, last_start: int) -> int:
    """Return when a caption begins, in milliseconds."""
    timing = TIMING.fullmatch(line)
    if not timing:
        raise CaptionsRefusedError(
            _("Line %(line)d: times are written like 00:01.000 --> 00:04.000.") % {"line": number}
        )
    start, end = _milliseconds(timing.groups()[:4]), _milliseconds(timing.groups()[4:8])
    if start >= end or start < last_start:
        raise CaptionsRefusedError(
            _("Line %(line)d: times run forwards, and a caption ends after it begins.")
            % {"line": number}
        )
    return start


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
