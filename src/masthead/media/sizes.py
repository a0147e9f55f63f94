"""The renditions that every picture has, as Wagtail's filter specifications."""

import hashlib

#: What a browser without WebP gets, and what a page falls back on.
FALLBACK = "max-1200x1200|format-jpeg"
#: The widths that a page offers, narrowest first.
WIDTHS = tuple(f"width-{width}|format-webp" for width in (480, 960, 1600))
ALL = (FALLBACK, *WIDTHS)
#: Names this set: when it changes, every picture's renditions are made anew.
RENDITION_SET = hashlib.sha256("\n".join(ALL).encode()).hexdigest()[:8]


def specs_for(width: int) -> tuple[str, ...]:
    """Return the renditions of a picture of that width, in pixels.

    Nothing is enlarged: of the widths that are not smaller than the picture's own, only the first
    is made, and comes out as wide as the picture is.
    """
    smaller = [spec for spec in WIDTHS if _width(spec) < width]
    return (FALLBACK, *WIDTHS[: len(smaller) + 1])


def _width(spec: str) -> int:
    return int(spec.removeprefix("width-").partition("|")[0])
