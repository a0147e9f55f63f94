import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from masthead.stories import render
from tests.stories.full_newsroom import addresses, full_newsroom

STATIC = Path(render.__file__).parent / "static/masthead"
VOID = {"meta", "link", "img", "source", "track", "br", "input", "hr", "wbr"}
LOADING = {"link": "href", "script": "src", "img": "src", "video": "poster", "source": "src"}


@pytest.mark.parametrize(
    ("name", "limit"), [("site.css", 14_000), ("site.js", 4_000), ("newsreader.woff2", 40_960)]
)
def test_what_every_page_loads_is_small(name, limit):
    content = (STATIC / name).read_bytes()

    size = len(content) if name.endswith("woff2") else len(gzip.compress(content))

    assert size < limit


def test_the_stylesheet_asks_nobody_else():
    styles = (STATIC / "site.css").read_text()

    assert re.findall(r"url\(([^)]*)\)", styles) == ['"newsreader.woff2"']
    assert "@import" not in styles


@pytest.mark.django_db
def test_no_page_has_a_fault_that_a_machine_can_see(client):
    full_newsroom()

    for address in addresses():
        page = client.get(address, HTTP_HOST="localhost:8000").text
        checker = Checker(address)
        checker.feed(page)
        checker.close()
        assert not checker.open, address
        assert len(checker.ids) == len(set(checker.ids)), address
        assert len(checker.headings) == 1, address


class Checker(HTMLParser):
    """Reads a page strictly: every element closed, nothing inline, nothing from elsewhere."""

    def __init__(self, address):
        super().__init__()
        self.address, self.open, self.ids, self.headings = address, [], [], []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _value in attrs]
        values = dict(attrs)
        place = f"{self.address}: <{tag}> at {self.getpos()}"
        assert len(names) == len(set(names)), place
        assert tag != "style", place
        assert "style" not in names, place
        assert not [name for name in names if name.startswith("on")], place
        assert tag != "script" or "src" in names or values["type"] == "application/ld+json", place
        assert tag != "img" or "alt" in names, place
        self.check_host(tag, values, place)
        self.ids += [values["id"]] if "id" in names else []
        self.headings += [tag] if tag == "h1" else []
        if tag not in VOID:
            self.open.append(tag)

    def check_host(self, tag, values, place):
        is_a_name = values.get("rel") in {"canonical", "alternate"}
        address = values.get(LOADING.get(tag, ""), "") if not is_a_name else ""
        assert re.match(r"$|/(?!/)", address or ""), place
        for part in (values.get("srcset") or "").split(","):
            assert re.match(r"$|/(?!/)", part.strip()), place
        assert tag != "iframe", place

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"{self.address}: </{tag}> at {self.getpos()}"
