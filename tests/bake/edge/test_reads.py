"""What the edge counts as read, and what it keeps of it."""

import json

import pytest

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.fixture
def counted(edge, settings_of_the_edge):
    def counted():
        edge.do(edge.edge.write_reads)
        rows = []
        for path in settings_of_the_edge.reads.glob("*.json"):
            rows += json.loads(path.read_text())["reads"]
        return sorted(rows)

    return counted


def test_a_page_that_a_browser_was_sent_is_read(edge, baked, counted):
    baked.page("/a/", "Story")
    baked.page("/b/", "Another")

    for _each in range(3):  # read once, then recognised
        edge.ask("/a/", **{"User-Agent": FIREFOX})
    edge.ask("/b/", **{"User-Agent": FIREFOX, "Referer": "https://www.hill.example/deep?who=me"})

    assert counted() == [["localhost:8000/a/", "", 3], ["localhost:8000/b/", "hill.example", 1]]


def test_the_way_from_page_to_page_names_no_site(edge, baked, counted):
    baked.page("/a/", "Story")

    edge.ask("/a/", **{"User-Agent": FIREFOX, "Referer": "http://localhost:8000/b/"})

    assert counted() == [["localhost:8000/a/", "", 1]]


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": GOOGLEBOT},
        {"User-Agent": "python-requests/2"},
        {},
        {"User-Agent": FIREFOX, "Sec-Purpose": "prefetch"},
    ],
    ids=["robot", "library", "nobody", "prefetch"],
)
def test_robots_and_browsers_that_look_ahead_read_nothing(edge, baked, counted, headers):
    baked.page("/a/", "Story")

    for _each in range(2):
        edge.ask("/a/", **headers)

    assert counted() == []


def test_a_feed_a_head_and_a_page_that_is_gone_are_not_read(edge, baked, counted):
    baked.page("/feed.rss", "<rss/>", kind="application/rss+xml")
    baked.page("/gone/", "Gone", status=410)
    baked.page("/a/", "Story")

    for path in ("/feed.rss", "/gone/"):
        edge.ask(path, **{"User-Agent": FIREFOX})
    edge.ask("/a/", method="HEAD", **{"User-Agent": FIREFOX})

    assert counted() == []


def test_a_full_disk_forgets_nothing(edge, baked, counted, settings_of_the_edge):
    baked.page("/a/", "Story")
    settings_of_the_edge.reads.write_text("in the way")
    edge.ask("/a/", **{"User-Agent": FIREFOX})
    edge.do(edge.edge.write_reads)

    settings_of_the_edge.reads.unlink()

    assert counted() == [["localhost:8000/a/", "", 1]]
