"""A newsroom's own colours and faces as a stylesheet whose address holds all that is in it.

Public pages carry no inline style. As the address names what it is about, the stylesheet needs no
row and can be kept for ever: other colours have another address.
"""

import re
from collections.abc import Iterable, Mapping

from masthead.lib.colour import readable
from masthead.stories.models import HeadlineFace, TextFace

#: The grounds of ``site.css``, on which every colour is made readable.
PAPER = "#fffefb"
NIGHT = "#171512"
_ADDRESS = re.compile(r"/theme/((?:[a-z]+\.[a-z]+\.)?[0-9a-f]{6}(?:-[0-9a-f]{6}){0,40})\.css")
#: How many sections may have a colour of their own.
MOST_HUES = 40
#: The families behind the names; those that are missing stand in ``site.css``. All are the reader's
#: own but Newsreader, which we serve.
BOOK = '"Iowan Old Style","Palatino Linotype","URW Palladio L",P052,"Book Antiqua",serif'
HEADLINES: Mapping[str, str] = {
    HeadlineFace.BOOK: BOOK,
    HeadlineFace.SLAB: 'Rockwell,"Rockwell Nova","Roboto Slab","DejaVu Serif",Georgia,serif',
    HeadlineFace.GROTESQUE: "var(--plain)",
}
TEXTS: Mapping[str, str] = {TextFace.BOOK: BOOK, TextFace.GROTESQUE: "var(--plain)"}


def address(accent: str, hues: Iterable[str], *, headline: str, text: str) -> str:
    """Return the path of the stylesheet for an accent, the sections' colours and two faces."""
    own = dict.fromkeys(name(hue) for hue in hues if hue)
    faces = f"{headline}.{text}." if headline in HEADLINES or text in TEXTS else ""
    return f"/theme/{faces}{'-'.join([name(accent), *list(own)[:MOST_HUES]])}.css"


def is_address(path: str) -> bool:
    """Return whether a path may lead to such a stylesheet."""
    return _ADDRESS.fullmatch(path) is not None


def name(colour: str) -> str:
    """Return a colour as it stands in an address and in a class: ``1f5d78``."""
    return colour.removeprefix("#").lower()


def stylesheet(path: str) -> str:
    """Return the stylesheet for what such an address names.

    The accent is the first of the colours; each is made readable on its ground.
    Raises LookupError when it is no such address, or there is no such face.
    """
    found = _ADDRESS.fullmatch(path)
    if not found:
        raise LookupError(path)
    *faces, colours = found[1].split(".")
    rules = [_faces(*faces)] if faces else []
    own = colours.split("-")
    dark = f"@media (prefers-color-scheme:dark){{{_rules(own, NIGHT)}}}"
    return "".join([*rules, _rules(own, PAPER), dark])


def _faces(headline: str, text: str) -> str:
    known = headline in HeadlineFace.values, text in TextFace.values
    if not all(known):
        raise LookupError(headline, text)
    families = {"display": HEADLINES.get(headline), "text": TEXTS.get(text)}
    return ":root{" + ";".join(f"--{use}:{each}" for use, each in families.items() if each) + "}"


def _rules(names: list[str], ground: str) -> str:
    accent, *hues = (readable(f"#{each}", ground) for each in names)
    classes = zip(names[1:], hues, strict=True)
    own = "".join(f".hue-{each}{{--hue:{hue}}}" for each, hue in classes)
    return f":root{{--accent:{accent}}}{own}"
