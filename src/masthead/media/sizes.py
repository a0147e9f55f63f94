"""The renditions that every picture has, as Wagtail's filter specifications."""

import hashlib
from collections.abc import Sequence

from PIL import features

#: What a browser without WebP gets, and what a page falls back on.
FALLBACK = "max-1200x1200|format-jpeg"
#: The widths that a page offers, narrowest first.
WIDTHS = (480, 960, 1600)
WEBP = tuple(f"width-{width}|format-webp" for width in WIDTHS)
#: The same again, a quarter to a third smaller. They cost about ten times as much to make, so
#: they follow once readers see the picture. As far from the original as WebP at Wagtail's 80.
AVIF = tuple(
    f"width-{width}|format-avif|avifquality-55" for width in WIDTHS if features.check("avif")
)
FIRST = (FALLBACK, *WEBP)
ALL = (*FIRST, *AVIF)


def _name(specs: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(specs).encode()).hexdigest()[:8]


#: Name these sets: when one changes, every picture's renditions are made anew.
FIRST_SET = _name(FIRST)
RENDITION_SET = _name(ALL)


def up_to(specs: Sequence[str], width: int) -> tuple[str, ...]:
    """Return those of some specifications that a picture of that width, in pixels, gets.

    Nothing is enlarged: of the widths that are not smaller than the picture's own, only the first
    is made, and comes out as wide as the picture is.
    """
    smaller = [each for each in WIDTHS if each < width]
    kept = WIDTHS[: len(smaller) + 1]
    return tuple(spec for spec in specs if spec == FALLBACK or _width(spec) in kept)


def _width(spec: str) -> int:
    return int(spec.removeprefix("width-").partition("|")[0])
