"""What the W3C's feed validator asks of feeds, without the network: no rule may be broken.

RSS 2.0 with its profile (rssboard.org), Atom (RFC 4287, 4.1 and 4.2), Media RSS, JSON Feed 1.1.
"""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
MIME = re.compile(r"[^\s()<>,;:\\\"/\[\]?=]+/[^\s()<>,;:\\\"/\[\]?=]+")
WEB = re.compile(r"https?://[^/\s]+/[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]*")
ABSOLUTE = re.compile(r"[a-zA-Z][0-9a-zA-Z+.\-]*:[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+")
RFC_822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"\d{4} \d\d:\d\d:\d\d [+-]\d{4}"
)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
WHOLE = re.compile(r"0|[1-9]\d*")
RISKY = {"script", "style", "meta", "link", "embed", "object", "applet", "iframe", "form", "base"}
OF_FEED = {
    "author",
    "category",
    "generator",
    "id",
    "link",
    "rights",
    "subtitle",
    "title",
    "updated",
}
OF_ENTRY = {
    *("author", "category", "content", "contributor", "id", "link", "published", "rights"),
    *("source", "summary", "title", "updated"),
}


def check(name, content, address):
    """Check a feed that stands at an address; ``name`` is the address's last step."""
    {"feed.rss": check_rss, "feed.atom": check_atom, "feed.json": check_json}[name](
        content, address
    )


def check_rss(content, address):
    root = ElementTree.fromstring(content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    link = one(channel, f"{ATOM}link")
    assert (link.get("rel"), link.get("href")) == ("self", address)
    assert one(channel, "title").text
    assert WEB.fullmatch(one(channel, "link").text)
    assert one(channel, "description").text
    assert LANGUAGE.fullmatch(one(channel, "language").text)
    check_rfc_822(one(channel, "lastBuildDate").text)
    items = channel.findall("item")
    assert all_differ(one(item, "guid").text for item in items)
    for item in items:
        check_item(item)


def check_item(item):
    at_most_one(item, "description", "pubDate", "enclosure", "author", "comments", "source")
    at_most_one(item, f"{CONTENT}encoded")
    assert one(item, "title").text
    assert WEB.fullmatch(one(item, "link").text)
    guid = one(item, "guid")
    assert guid.get("isPermaLink") == "false" or WEB.fullmatch(guid.text)
    check_rfc_822(item.findtext("pubDate"))
    assert item.find("author") is None or "@" in item.findtext("author")
    assert all(each.text for each in item.iter("category"))
    assert all(each.text for each in item.iter(f"{DUBLIN_CORE}creator"))
    for each in item.iter("enclosure"):
        check_file(each, "url")
    check_media(item)
    for html in (item.findtext("description"), item.findtext(f"{CONTENT}encoded")):
        check_html(html or "")


def check_atom(content, address):
    root = ElementTree.fromstring(content)
    assert root.tag == f"{ATOM}feed"
    assert LANGUAGE.fullmatch(root.get("{http://www.w3.org/XML/1998/namespace}lang"))
    assert links(root)["self"] == address
    at_most_one(root, f"{ATOM}subtitle", f"{ATOM}generator", f"{ATOM}rights")
    check_holder(root, {*OF_FEED, "entry"})
    entries = root.findall(f"{ATOM}entry")
    assert all_differ(each.text for each in root.iter(f"{ATOM}id"))
    for entry in entries:
        at_most_one(entry, *(f"{ATOM}{each}" for each in ("content", "summary", "published")))
        check_holder(entry, OF_ENTRY)
        check_media(entry)
        for text in (entry.find(f"{ATOM}content"), entry.find(f"{ATOM}summary")):
            if text is not None and text.get("type") == "html":
                check_html(text.text or "")


def check_holder(holder, known):
    """Check what RFC 4287 asks of a feed and of each of its entries."""
    ours = [each for each in holder if each.tag.startswith(ATOM)]
    assert {each.tag.removeprefix(ATOM) for each in ours} <= known
    assert ABSOLUTE.fullmatch(one(holder, f"{ATOM}id").text)
    assert one(holder, f"{ATOM}title").text
    check_rfc_3339(one(holder, f"{ATOM}updated").text)
    assert WEB.fullmatch(links(holder)["alternate"])
    assert holder.findall(f"{ATOM}author")
    for author in holder.findall(f"{ATOM}author"):
        assert one(author, f"{ATOM}name").text
        assert author.find(f"{ATOM}uri") is None or ABSOLUTE.fullmatch(
            author.findtext(f"{ATOM}uri")
        )
    for link in holder.findall(f"{ATOM}link"):
        assert ABSOLUTE.fullmatch(link.get("href"))
        assert not link.text
        if link.get("rel") == "enclosure":
            check_file(link, "href")
    assert all(each.get("term") for each in holder.findall(f"{ATOM}category"))


def check_json(content, address):
    feed = json.loads(content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feed["feed_url"] == address
    assert WEB.fullmatch(feed["home_page_url"])
    assert LANGUAGE.fullmatch(feed["language"])
    assert all_differ(item["id"] for item in feed["items"])
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item.get("content_html") or "content_text" in item
        check_html(item.get("content_html", ""))
        assert WEB.fullmatch(item["url"])
        assert WEB.fullmatch(item.get("image", item["url"]))
        check_rfc_3339(item["date_published"])
        check_rfc_3339(item["date_modified"])
        assert all(author["name"] for author in item["authors"])
        assert all(isinstance(tag, str) and tag for tag in item.get("tags", []))
        for attachment in item.get("attachments", []):
            assert WEB.fullmatch(attachment["url"])
            assert MIME.fullmatch(attachment["mime_type"])
            assert isinstance(attachment.get("size_in_bytes", 0), int)
            assert attachment.get("duration_in_seconds", 1) > 0


def check_file(element, where):
    assert WEB.fullmatch(element.get(where))
    assert MIME.fullmatch(element.get("type"))
    assert WHOLE.fullmatch(element.get("length"))


def check_media(item):
    for each in item.iter(f"{MEDIA}content"):
        assert WEB.fullmatch(each.get("url"))
        assert MIME.fullmatch(each.get("type"))
        assert each.get("medium") in {"image", "audio", "video", "document", "executable"}
        for side in ("width", "height"):
            assert int(each.get(side, "1")) > 0
        at_most_one(each, f"{MEDIA}description", f"{MEDIA}title")
        assert all(words.text for words in each)


class check_html(HTMLParser):  # noqa: N801 - called as a check
    """Check that HTML is harmless, and that it can be shown at any address."""

    def __init__(self, html):
        super().__init__()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        assert tag not in RISKY
        for name, value in attrs:
            assert not name.startswith("on")
            assert name != "style"
            if name in {"href", "src", "poster", "cite"}:
                assert re.match("https?://|mailto:", value), value


def check_rfc_822(text):
    assert RFC_822.fullmatch(text), text
    assert parsedate_to_datetime(text) <= datetime.now(UTC)


def check_rfc_3339(text):
    assert RFC_3339.fullmatch(text), text
    assert datetime.fromisoformat(text) <= datetime.now(UTC)


def links(holder):
    return {each.get("rel"): each.get("href") for each in holder.findall(f"{ATOM}link")}


def one(holder, name):
    (found,) = holder.findall(name)
    return found


def at_most_one(holder, *names):
    assert [name for name in names if len(holder.findall(name)) > 1] == []


def all_differ(values):
    found = list(values)
    return len(found) == len(set(found))
