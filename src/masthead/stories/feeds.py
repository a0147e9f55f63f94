"""Feeds as files: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1, written from one description."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.encoding import iri_to_uri
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape

from masthead.lib.xml_text import writable

NAMESPACES = {
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:media": "http://search.yahoo.com/mrss/",
}
JSON_FEED = "https://jsonfeed.org/version/1.1"


@dataclass(frozen=True)
class Medium:
    """A picture or a clip at a whole address. ``length`` is in bytes, 0 when it is not known."""

    address: str
    type: str
    length: int
    width: int
    height: int
    words: str
    credit: str
    seconds: float = 0

    @property
    def kind(self) -> str:
        return self.type.partition("/")[0]


@dataclass(frozen=True)
class Author:
    """A name over a story; the whole address of that person's page, or ""."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class Entry:
    """One story. ``html`` is its whole text, "" where a feed tells the standfirst alone."""

    id: str
    address: str
    title: str
    summary: str
    html: str
    published_at: datetime
    changed_at: datetime
    authors: list[Author]
    categories: list[str] = field(default_factory=list)
    #: What stands above the text; the clip, if there is one, comes first.
    media: list[Medium] = field(default_factory=list)


@dataclass(frozen=True)
class Feed:
    """What all formats tell of the newest stories of one page; addresses are whole."""

    id: str
    title: str
    description: str
    publisher: str
    page: str
    language: str
    changed_at: datetime
    entries: list[Entry]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: writable(value) if isinstance(value, str) else value for name, value in values.items()
    }


class _Writer(SyndicationFeed):
    """What Django's feeds lack: several authors, media, whole texts, and no look at the clock."""

    def latest_post_date(self) -> datetime:
        changed_at: datetime = self.feed["changed_at"]
        return changed_at

    def add_media(self, handler: Any, media: list[Medium]) -> None:
        for each in media:
            size = _known({"width": each.width, "height": each.height})
            named = {"url": iri_to_uri(each.address), "type": each.type, "medium": each.kind}
            sizes = {name: str(pixels) for name, pixels in size.items()}
            handler.startElement("media:content", named | sizes)
            if each.words:
                words = writable(each.words)
                handler.addQuickElement("media:description", words, {"type": "plain"})
            if each.credit:
                handler.addQuickElement("media:credit", writable(each.credit))
            handler.endElement("media:content")


class _Rss(_Writer, Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), **NAMESPACES}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.addQuickElement("dc:creator", writable(author.name))
        if item["html"]:
            handler.addQuickElement("content:encoded", item["html"])
        self.add_media(handler, item["media"])


class _Atom(_Writer, Atom1Feed):
    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:media": NAMESPACES["xmlns:media"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", writable(author.name))
            if author.address:
                handler.addQuickElement("uri", iri_to_uri(author.address))
            handler.endElement("author")
        if item["html"]:
            handler.addQuickElement("content", item["html"], {"type": "html"})
        self.add_media(handler, item["media"])


def _xml(writer: type[_Writer], feed: Feed, address: str) -> bytes:
    facts = {
        "title": feed.title,
        "link": feed.page,
        "description": feed.description or feed.title,
        "subtitle": feed.description or None,
        "language": feed.language,
        "author_name": feed.publisher,
        "feed_guid": feed.id,
        "feed_url": address,
        "changed_at": feed.changed_at,
    }
    written = writer(**_plain(facts))
    for entry in feed.entries:
        written.add_item(**_plain(_item(entry)))
    text: str = written.writeString("utf-8")
    return text.encode()


def _item(entry: Entry) -> dict[str, Any]:
    # One enclosure alone: readers of RSS take no second one.
    enclosures = [Enclosure(each.address, str(each.length), each.type) for each in entry.media[:1]]
    return {
        "title": entry.title,
        "link": entry.address,
        "description": str(escape(entry.summary)),
        "unique_id": entry.id,
        "unique_id_is_permalink": False,
        "pubdate": entry.published_at,
        "updateddate": entry.changed_at,
        "categories": [writable(each) for each in entry.categories],
        "enclosures": enclosures,
        "authors": entry.authors,
        "html": entry.html,
        "media": entry.media,
    }


def rss(feed: Feed, address: str) -> bytes:
    """Return a feed as RSS 2.0 (rssboard.org/rss-profile) that stands at an address."""
    return _xml(_Rss, feed, address)


def atom(feed: Feed, address: str) -> bytes:
    """Return a feed as Atom (RFC 4287) that stands at an address."""
    return _xml(_Atom, feed, address)


def json_feed(feed: Feed, address: str) -> bytes:
    """Return a feed as JSON Feed 1.1 (jsonfeed.org) that stands at an address."""
    found = {
        "version": JSON_FEED,
        "title": feed.title,
        "home_page_url": iri_to_uri(feed.page),
        "feed_url": iri_to_uri(address),
        "description": feed.description,
        "language": feed.language,
        "authors": [{"name": feed.publisher}],
    }
    # It stands there without an entry too: the format demands it.
    whole = _known(found) | {"items": [_json_item(entry) for entry in feed.entries]}
    return json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace")


def _json_item(entry: Entry) -> dict[str, Any]:
    pictures = [iri_to_uri(each.address) for each in entry.media if each.kind == "image"]
    text = {"content_html": entry.html} if entry.html else {"content_text": entry.summary}
    return _known(
        {
            "id": entry.id,
            "url": iri_to_uri(entry.address),
            "title": entry.title,
            "summary": entry.summary,
            **text,
            "image": next(iter(pictures), ""),
            "date_published": entry.published_at.isoformat(),
            "date_modified": entry.changed_at.isoformat(),
            "authors": [_known(_json_author(each)) for each in entry.authors],
            "tags": entry.categories,
            "attachments": [_attachment(each) for each in entry.media],
        }
    ) | {name: value for name, value in text.items() if not value}


def _json_author(author: Author) -> dict[str, Any]:
    return {"name": author.name, "url": iri_to_uri(author.address)}


def _attachment(medium: Medium) -> dict[str, Any]:
    return _known(
        {
            "url": iri_to_uri(medium.address),
            "mime_type": medium.type,
            "title": medium.words,
            "size_in_bytes": medium.length,
            "duration_in_seconds": medium.seconds,
        }
    )


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class Format:
    """A format, as the head of a page names it, and how a feed is written in it."""

    name: str
    content_type: str
    write: Callable[[Feed, str], bytes]


#: By the last step of a feed's address.
FORMATS = {
    "feed.rss": Format("RSS", "application/rss+xml", rss),
    "feed.atom": Format("Atom", "application/atom+xml", atom),
    "feed.json": Format("JSON Feed", "application/feed+json", json_feed),
}
