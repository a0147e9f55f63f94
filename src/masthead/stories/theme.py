"""A newsroom's own colours as a stylesheet whose address holds all that is in it.

Public pages carry no inline style. As the address names the colours, the stylesheet needs no row
and can be kept for ever: other colours have another address.
"""

from collections.abc import Iterable

from masthead.lib.colour import readable

#: The grounds of ``site.css``, on which every colour is made readable.
PAPER = "#fffefb"
NIGHT = "#171512"
#: How many sections may have a colour of their own.
MOST_HUES = 40


def address(accent: str, hues: Iterable[str]) -> str:
    """Return the path of the stylesheet for an accent and the sections' colours."""
    own = dict.fromkeys(name(hue) for hue in hues if hue)
    return f"/theme/{'-'.join([name(accent), *list(own)[:MOST_HUES]])}.css"


def name(colour: str) -> str:
    """Return a colour as it stands in an address and in a class: ``1f5d78``."""
    return colour.removeprefix("#").lower()


def stylesheet(names: list[str]) -> str:
    """Return the stylesheet for these colours, the accent first, each readable on its ground."""
    return f"{_rules(names, PAPER)}@media (prefers-color-scheme:dark){{{_rules(names, NIGHT)}}}"


def _rules(names: list[str], ground: str) -> str:
    accent, *hues = (readable(f"#{each}", ground) for each in names)
    classes = zip(names[1:], hues, strict=True)
    own = "".join(f".hue-{each}{{--hue:{hue}}}" for each, hue in classes)
    return f":root{{--accent:{accent}}}{own}"
