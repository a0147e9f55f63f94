"""Words drawn into a picture, in whichever of our fonts has all their letters."""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path

from PIL import ImageFont, features

#: A character that no font has: what is drawn for it is drawn for every letter that is missing.
NO_LETTER = "\U0010fffe"


@dataclass(frozen=True)
class Typeface:
    """A font file; ``weight`` is chosen where the font offers several."""

    path: Path
    weight: int | None = None

    def sized(self, size: int) -> ImageFont.FreeTypeFont:
        """Return the font at a size in pixels."""
        font = ImageFont.truetype(self.path, size)
        if self.weight:
            font.set_variation_by_axes([self.weight])
        return font

    def has(self, text: str) -> bool:
        """Return whether the font has all letters of a text."""
        return all(_has(self, letter) for letter in set(text) if not _is_unseen(letter))


def _is_unseen(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in {"Cf", "Mn"}


@lru_cache(maxsize=5000)
def _has(face: Typeface, letter: str) -> bool:
    font = face.sized(20)
    return bytes(font.getmask(letter)) != bytes(font.getmask(NO_LETTER))


@cache
def joins_letters() -> bool:
    """Return whether this machine can join letters and write from the right."""
    return bool(features.check("raqm") and features.check("fribidi"))


def is_right_to_left(text: str) -> bool:
    """Return whether a text begins in a script that is written from the right."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L") != "L"


def needs_joining(text: str) -> bool:
    """Return whether a text has letters that are joined, or written from the right."""
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)


def lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return a text in lines of at most a width in pixels; a longer word has a line of its own."""
    found: list[str] = []
    for word in text.split():
        longer = f"{found[-1]} {word}" if found else ""
        if longer and font.getlength(longer) <= width:
            found[-1] = longer
        else:
            found.append(word)
    return found


@dataclass(frozen=True)
class Fitted:
    """A text in lines, with the font in which they fit."""

    font: ImageFont.FreeTypeFont
    lines: list[str]


def fit(text: str, face: Typeface, *, sizes: range, width: int, height: float) -> Fitted:
    """Return a text at the first of the sizes at which it fits; at the last, cut short.

    ``height`` is what the lines may take together, in pixels.
    """
    for size in sizes:
        font = face.sized(size)
        found = lines(text, font, width)
        fits = all(font.getlength(line) <= width for line in found)
        if fits and len(found) * line_height(font) <= height:
            return Fitted(font, found)
    font = face.sized(sizes[-1])
    most = max(1, int(height // line_height(font)))
    shortened = _shortened(lines(text, font, width), most)
    return Fitted(font, [_cut(line, font, width) for line in shortened])


def line_height(font: ImageFont.FreeTypeFont) -> float:
    """Return the distance of two lines, in pixels."""
    return max(1.12 * font.size, 0.86 * sum(font.getmetrics()))


def _shortened(found: list[str], most: int) -> list[str]:
    if len(found) <= most:
        return found
    return [*found[: most - 1], f"{found[most - 1]} …"]


def _cut(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """Return as much of a line as a width in pixels holds."""
    if font.getlength(line) <= width:
        return line
    begun = accumulate(line)
    fitting = [part for part in begun if font.getlength(part + "…") <= width]
    return fitting[-1] + "…" if fitting else ""
