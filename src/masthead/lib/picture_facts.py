"""Reads what people have written into a picture, for a person to judge: nothing of it is believed.

IPTC-IIM 4.2 and the IPTC Photo Metadata Standard 2025.1 (XMP); of EXIF only what the desk is told,
since devices write it, often without their owner's knowledge.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from xml.etree import ElementTree

from PIL import Image, IptcImagePlugin

from masthead.lib.picture_check import PLUGINS

LONGEST = 500
LARGEST_PACKET = 256 * 1024
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DUBLIN = "{http://purl.org/dc/elements/1.1/}"
PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
EXTENSION = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
#: Data sets of record 2: caption, by-line, credit, copyright notice, city.
CAPTION, BYLINE, CREDIT, RIGHTS, CITY = 120, 80, 110, 116, 90
ARTIST, TAKEN, EXIF_BLOCK, GPS_BLOCK = 0x013B, 0x9003, 0x8769, 0x8825


@dataclass(frozen=True)
class PictureFacts:
    """What a picture says of itself; "" for what it does not say."""

    credit: str = ""
    caption: str = ""
    alt: str = ""
    rights: str = ""
    #: The last part of the IPTC's name: “trainedAlgorithmicMedia”.
    digital_source: str = ""
    place: str = ""
    #: Whom the device or the camera's settings name.
    artist: str = ""
    taken_on: date | None = None
    has_position: bool = False


def facts_in(file: IO[bytes]) -> PictureFacts:
    """Return what a picture says of itself. Whatever is broken in it counts as not said."""
    file.seek(0)
    try:
        with Image.open(file, formats=PLUGINS) as picture:
            xmp, iptc = _said(_xmp, picture, {}), _said(_iptc, picture, {})
            exif = _said(lambda found: found.getexif(), picture, None)
            return _facts(xmp, iptc, exif)
    except Exception:  # noqa: BLE001 - decoders raise what they please; the picture itself is judged elsewhere
        return PictureFacts()
    finally:
        file.seek(0)


def _said(read: Callable[[Any], Any], picture: Any, otherwise: Any) -> Any:
    try:
        return read(picture)
    except Exception:  # noqa: BLE001 - a broken block says nothing
        return otherwise


def _facts(xmp: dict[str, str], iptc: dict[int, str], exif: Any) -> PictureFacts:
    inner = exif.get_ifd(EXIF_BLOCK) if exif is not None else {}
    return PictureFacts(
        credit=_first(xmp.get("credit"), iptc.get(CREDIT), xmp.get("creator"), iptc.get(BYLINE)),
        caption=_first(xmp.get("caption"), iptc.get(CAPTION)),
        alt=_first(xmp.get("alt")),
        rights=_first(xmp.get("rights"), iptc.get(RIGHTS)),
        digital_source=re.split(r"[/#]", xmp.get("source", ""))[-1],
        place=_first(xmp.get("city"), iptc.get(CITY)),
        artist=_first(exif.get(ARTIST) if exif is not None else ""),
        taken_on=_day(str(inner.get(TAKEN, ""))),
        has_position=bool(exif is not None and exif.get_ifd(GPS_BLOCK)),
    )


def _first(*texts: Any) -> str:
    """Return the first that says something, as one line without characters that mean nothing."""
    for text in texts:
        line = " ".join(str(text or "").replace("\0", " ").split())
        if line.isprintable() and line:
            return line[:LONGEST]
    return ""


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text[:10], "%Y:%m:%d").date()  # noqa: DTZ007 - EXIF knows no zone
    except ValueError:
        return None


def _iptc(picture: Any) -> dict[int, str]:
    found = IptcImagePlugin.getiptcinfo(picture) or {}
    return {number: _text(value) for (record, number), value in found.items() if record == 2}


def _text(value: bytes | list[bytes]) -> str:
    parts = value if isinstance(value, list) else [value]
    texts = []
    for part in parts:
        try:
            texts.append(part.decode("utf-8"))
        except UnicodeDecodeError:
            texts.append(part.decode("latin-1"))
    return ", ".join(texts)


def _xmp(picture: Any) -> dict[str, str]:
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    packet = packet.encode() if isinstance(packet, str) else packet
    # No entities: what is declared in a packet could grow beyond all bounds.
    if not packet or len(packet) > LARGEST_PACKET or b"<!" in packet:
        return {}
    inside = re.search(
        rb"<(?:\w+:)?xmpmeta.*</(?:\w+:)?xmpmeta>|<rdf:RDF.*</rdf:RDF>", packet, re.DOTALL
    )
    root = ElementTree.fromstring(inside[0] if inside else packet)  # noqa: S314 - no entities, see above
    names = {
        "credit": f"{PHOTOSHOP}Credit",
        "creator": f"{DUBLIN}creator",
        "caption": f"{DUBLIN}description",
        "rights": f"{DUBLIN}rights",
        "alt": f"{CORE}AltTextAccessibility",
        "source": f"{EXTENSION}DigitalSourceType",
        "city": f"{PHOTOSHOP}City",
    }
    return {name: _value(root.iter(f"{RDF}Description"), key) for name, key in names.items()}


def _value(described: Iterable[ElementTree.Element], key: str) -> str:
    """Return a property: an attribute, a text, a resource, or the items of a list."""
    for element in described:
        if key in element.attrib:
            return element.attrib[key]
        for child in element.findall(key):
            items = [item.text or "" for item in child.iter(f"{RDF}li")]
            return ", ".join(items) or child.text or child.get(f"{RDF}resource") or ""
    return ""
