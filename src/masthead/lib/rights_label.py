"""The label that goes out with a picture: credit, rights and how it was made, and nothing else.

An XMP packet after the IPTC Photo Metadata Standard 2025.1.
"""

from xml.sax.saxutils import escape

SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
PACKET = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>\
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\
<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" \
xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">{said}</rdf:Description>\
</rdf:RDF></x:xmpmeta><?xpacket end="r"?>"""


def label(*, credit: str, rights: str = "", digital_source: str = "") -> bytes:
    """Return the packet to write into a picture; empty when there is nothing to say."""
    said = ""
    if credit:
        said += f"<photoshop:Credit>{_text(credit)}</photoshop:Credit>"
    if rights:
        alternatives = f'<rdf:Alt><rdf:li xml:lang="x-default">{_text(rights)}</rdf:li></rdf:Alt>'
        said += f"<dc:rights>{alternatives}</dc:rights>"
    if digital_source:
        name = f"{SOURCES}{digital_source}"
        said += f"<Iptc4xmpExt:DigitalSourceType>{_text(name)}</Iptc4xmpExt:DigitalSourceType>"
    return PACKET.format(said=said).encode() if said else b""


def _text(text: str) -> str:
    return escape("".join(letter for letter in text if letter.isprintable() or letter == " "))
