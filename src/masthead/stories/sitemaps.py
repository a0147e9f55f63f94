"""Sitemaps as search engines read them (sitemaps.org 0.9), with what Google adds to them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from xml.sax.xmlreader import AttributesImpl

from django.utils.encoding import iri_to_uri
from django.utils.xmlutils import SimplerXMLGenerator

from masthead.lib.xml_text import writable

CORE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NAMESPACES = {
    "xmlns": CORE,
    "xmlns:xhtml": "http://www.w3.org/1999/xhtml",
    "xmlns:image": "http://www.google.com/schemas/sitemap-image/1.1",
    "xmlns:video": "http://www.google.com/schemas/sitemap-video/1.1",
}
NEWS = {"xmlns": CORE, "xmlns:news": "http://www.google.com/schemas/sitemap-news/0.9"}
#: What Google reads of a clip's title and description.
TITLE_LENGTH = 100
DESCRIPTION_LENGTH = 2048
#: What it takes for a clip's length, in seconds.
LONGEST = 28_800


@dataclass(frozen=True)
class Video:
    """A clip on a page; addresses are whole, its length is in seconds."""

    address: str
    poster: str
    title: str
    description: str
    seconds: float
    published_at: datetime


@dataclass(frozen=True)
class Place:
    """A page in a sitemap; addresses are whole, ``translations`` are by language."""

    address: str
    changed_at: datetime | None = None
    translations: dict[str, str] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    videos: list[Video] = field(default_factory=list)


@dataclass(frozen=True)
class NewsItem:
    """A story in a news sitemap, with the newsroom's name in the story's language."""

    address: str
    title: str
    publication: str
    language: str
    published_at: datetime


class _Writer(SimplerXMLGenerator):
    """Writes elements with texts that XML can hold."""

    def begin(self, name: str, attributes: dict[str, str] | None = None) -> None:
        self.startElement(name, AttributesImpl(attributes or {}))

    def text(self, name: str, text: str) -> None:
        self.addQuickElement(name, writable(text))

    def address(self, name: str, address: str) -> None:
        self.addQuickElement(name, writable(iri_to_uri(address)))


_Write = Callable[[_Writer], None]


def index(addresses: Iterable[str]) -> bytes:
    """Return the index of sitemaps that stand at these addresses."""

    def write(xml: _Writer) -> None:
        for address in addresses:
            xml.begin("sitemap")
            xml.address("loc", address)
            xml.endElement("sitemap")

    return _document("sitemapindex", {"xmlns": CORE}, [write])


def sitemap(places: Iterable[Place]) -> bytes:
    """Return a sitemap of pages with their translations, pictures and clips."""
    return _document("urlset", NAMESPACES, (_place(each) for each in places))


def news_sitemap(items: Iterable[NewsItem]) -> bytes:
    """Return a news sitemap, which holds stories of the last 48 hours alone."""
    return _document("urlset", NEWS, (_news(each) for each in items))


def _document(root: str, namespaces: dict[str, str], writers: Iterable[_Write]) -> bytes:
    out = StringIO()
    xml = _Writer(out, "utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.begin(root, namespaces)
    for write in writers:
        write(xml)
    xml.endElement(root)
    xml.endDocument()
    return out.getvalue().encode()


def _place(place: Place) -> _Write:
    def write(xml: _Writer) -> None:
        xml.begin("url")
        xml.address("loc", place.address)
        if place.changed_at:
            xml.text("lastmod", place.changed_at.isoformat(timespec="seconds"))
        for language, address in place.translations.items():
            link = {"rel": "alternate", "hreflang": language, "href": iri_to_uri(address)}
            xml.addQuickElement("xhtml:link", None, link)
        for picture in place.pictures:
            xml.begin("image:image")
            xml.address("image:loc", picture)
            xml.endElement("image:image")
        for video in place.videos:
            _video(xml, video)
        xml.endElement("url")

    return write


def _video(xml: _Writer, video: Video) -> None:
    xml.begin("video:video")
    xml.address("video:thumbnail_loc", video.poster)
    xml.text("video:title", video.title[:TITLE_LENGTH])
    xml.text("video:description", video.description[:DESCRIPTION_LENGTH])
    xml.address("video:content_loc", video.address)
    if seconds := round(video.seconds):
        xml.text("video:duration", str(min(seconds, LONGEST)))
    xml.text("video:publication_date", video.published_at.isoformat(timespec="seconds"))
    xml.endElement("video:video")


def _news(item: NewsItem) -> _Write:
    def write(xml: _Writer) -> None:
        xml.begin("url")
        xml.address("loc", item.address)
        xml.begin("news:news")
        xml.begin("news:publication")
        xml.text("news:name", item.publication)
        xml.text("news:language", item.language)
        xml.endElement("news:publication")
        xml.text("news:publication_date", item.published_at.isoformat(timespec="seconds"))
        xml.text("news:title", item.title)
        xml.endElement("news:news")
        xml.endElement("url")

    return write
