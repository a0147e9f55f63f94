"""Reads what ffmpeg tells of a film: there is no ffprobe beside the one that comes in a wheel."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from masthead.lib.ffmpeg import FilmError
from masthead.lib.mp4 import LARGEST_SIDE, LONGEST_SECONDS

DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
STREAM = re.compile(r"^  Stream #0:\d+.*?: (Video|Audio): (.*(?:\n    .*)*)", re.MULTILINE)
SIDES = re.compile(r", (\d{1,5})x(\d{1,5})[ ,\n]")
SHAPE = re.compile(r"\bSAR (\d+):(\d+)")
RATE = re.compile(r", (\d+(?:\.\d+)?) fps")
BITS = re.compile(r"^  Duration: .*bitrate: (\d+) kb/s", re.MULTILINE)
TURN = re.compile(r"rotation of (-?\d+(?:\.\d+)?) degrees")
INTERLACED = re.compile(r"top first|bottom first|top coded|bottom coded")
#: Transfer curves of high dynamic range, which a plain screen shows as grey.
HIGH_RANGE = re.compile(r"arib-std-b67|smpte2084")
PLAIN_PIXELS = re.compile(r"\b(?:yuv420p|yuvj420p)[(,]")
#: A still, as music files carry it, is no film.
STILL = "attached pic"


@dataclass(frozen=True)
class Facts:
    """What is known of a film: sides in pixels as shown, length in seconds, pictures a second."""

    width: int
    height: int
    seconds: float
    rate: float
    #: Bits a second of the whole film; 0 when it does not say.
    bits: int
    video: str
    #: The codec of its sound; "" for a silent film.
    sound: str
    is_plain: bool
    is_interlaced: bool
    has_high_range: bool

    @property
    def short_side(self) -> int:
        """The shorter side, by which the versions of a film are named."""
        return min(self.width, self.height)

    @property
    def is_web_safe(self) -> bool:
        """Whether every browser plays its pictures as they are."""
        return self.video == "h264" and self.is_plain and not self.is_interlaced


def facts_of(described: str) -> Facts:
    """Return the facts in what ffmpeg says of a film.

    Raises FilmError when it holds no pictures, or larger or longer ones than are taken.
    """
    streams = [found.groups() for found in STREAM.finditer(described)]
    videos = [text for kind, text in streams if kind == "Video" and STILL not in text]
    sounds = [text for kind, text in streams if kind == "Audio"]
    length = DURATION.search(described)
    if not videos:
        raise FilmError(_("There are no pictures in it that can be read."))
    if not length:
        raise FilmError(_("It does not say how long it is."))
    width, height = _sides(videos[0])
    seconds = int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3])
    if not 0 < seconds <= LONGEST_SECONDS:
        raise FilmError(_("It is empty, or over six hours long."))
    rate, bits = RATE.search(videos[0]), BITS.search(described)
    return Facts(
        width=width,
        height=height,
        seconds=seconds,
        rate=float(rate[1]) if rate else 0,
        bits=1000 * int(bits[1]) if bits else 0,
        video=_codec(videos[0]),
        sound=_codec(sounds[0]) if sounds else "",
        is_plain=bool(PLAIN_PIXELS.search(videos[0])),
        is_interlaced=bool(INTERLACED.search(videos[0])),
        has_high_range=bool(HIGH_RANGE.search(videos[0])),
    )


def _codec(text: str) -> str:
    return re.split(r"[ ,(]", text, maxsplit=1)[0]


def _sides(text: str) -> tuple[int, int]:
    """Return width and height as they are shown: pixels made square, and turned upright."""
    found = SIDES.search(text)
    width, height = (int(side) for side in found.groups()) if found else (0, 0)
    if min(width, height) < 16 or max(width, height) > LARGEST_SIDE:
        raise FilmError(_("Its pictures are too large or too small to be shown."))
    shape = SHAPE.search(text)
    if shape and int(shape[1]) and int(shape[2]):
        width = round(width * int(shape[1]) / int(shape[2]))
    turn = TURN.search(text)
    is_turned = bool(turn) and round(abs(float(turn[1] if turn else 0)) / 90) % 2 == 1
    return (height, width) if is_turned else (width, height)
