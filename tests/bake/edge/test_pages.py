"""Baked pages, as readers get them."""

import gzip
import subprocess
import sys

import pytest

from tests.bake.edge.baked import HOST

CACHE_CONTROL = "public, max-age=0, s-maxage=60, stale-while-revalidate=30, stale-if-error=864000"


def test_nothing_of_the_edge_knows_django_or_another_app():
    program = (
        "import sys, masthead.bake.edge.process\n"
        "print([n for n in sys.modules if n.startswith(('django', 'wagtail'))])\n"
        "print(sorted({n.split('.')[1] for n in sys.modules if n.startswith('masthead.')}))"
    )

    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert said.stdout.splitlines() == ["[]", "['bake', 'lib']"]


def test_a_page_comes_with_all_that_caches_and_browsers_need(edge, baked):
    baked.headers(**{"X-Frame-Options": "SAMEORIGIN"})
    baked.page("/a/b/", "<p>Story</p>", key="p12")

    answer = edge.ask("/a/b/")

    assert (answer.status, answer.body) == (200, b"<p>Story</p>")
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["Cache-Control"] == CACHE_CONTROL
    assert answer["Vary"] == "Accept-Encoding"
    assert answer["Surrogate-Key"] == "p12"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Date"].endswith(" GMT")
    assert not answer["ETag"].startswith("W/")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.2", "gzip"),
        ("br;q=0.5, identity;q=0.9", None),
        ("*", "br"),
        ("*;q=0", None),
        ("br;q=0, *;q=1", "gzip"),
        ("identity", None),
        ("zstd", None),
        ("", None),
        ("br;q=nonsense, gzip;q=0.1", "gzip"),
        (f"br{',x' * 500}", "br"),
    ],
)
def test_a_browser_gets_the_coding_that_it_likes_best(edge, baked, accepted, coding):
    baked.page("/", "front")

    answer = edge.ask("/", Accept_Encoding=accepted)

    assert answer["Content-Encoding"] == coding
    forms = {"br": b"br:front", "gzip": gzip.compress(b"front", mtime=0), None: b"front"}
    assert answer.body == forms[coding]


def test_a_coding_that_was_not_made_is_not_offered(edge, baked):
    baked.page("/feed.rss", "<rss/>", kind="application/rss+xml")
    (baked.folder / HOST / "feed.rss.br").unlink()

    answer = edge.ask("/feed.rss", Accept_Encoding="br, gzip;q=0.5")

    assert answer["Content-Encoding"] == "gzip"
    assert answer["Content-Type"] == "application/rss+xml"


def test_what_a_reader_has_is_not_sent_again_and_each_coding_has_its_tag(edge, baked):
    baked.page("/", "front")
    tags = {coding: edge.ask("/", Accept_Encoding=coding)["ETag"] for coding in ("br", "gzip", "x")}

    for coding, tag in tags.items():
        for others in tags.values():
            answer = edge.ask("/", Accept_Encoding=coding, If_None_Match=f'"other", W/{others}')

            assert answer.status == (304 if others == tag else 200)
            if answer.status == 304:
                assert (answer.body, answer["ETag"]) == (b"", tag)
                assert answer["Cache-Control"] == CACHE_CONTROL
    assert len(set(tags.values())) == 3
    assert edge.ask("/", If_None_Match="*").status == 304


def test_a_changed_page_is_seen_at_once_and_the_others_stay(edge, baked):
    baked.page("/a/", "one")
    baked.page("/b/", "other")
    before = edge.ask("/a/")["ETag"]
    edge.ask("/b/")
    kept = edge.edge.tree.pages[HOST, "/b/"]

    baked.page("/a/", "two")

    assert edge.ask("/a/", If_None_Match=before).body == b"two"
    assert edge.ask("/b/").body == b"other"
    assert edge.edge.tree.pages[HOST, "/b/"] is kept


def test_a_head_request_tells_all_but_the_page(edge, baked):
    baked.page("/", "front")

    answer = edge.ask("/", method="HEAD")

    assert (answer.status, answer["Content-Length"], answer.body) == (200, "5", b"")


@pytest.mark.parametrize(
    "target",
    [
        "/caf%C3%A9/2026/?utm_source=x",
        "/caf%c3%a9/2026/?fbclid=1&a=b",
        "/c%61f%C3%A9/20%32%36/?p=5",
        "/caf%C3%A9/2026/?%00",
        f"http://{HOST}/caf%C3%A9/2026/",
    ],
)
def test_one_page_stands_at_every_spelling_of_its_address(edge, baked, target):
    baked.page("/café/2026/", "one page")

    assert edge.ask(target).body == b"one page"


def test_an_address_without_its_slash_leads_to_the_page(edge, baked):
    baked.page("/café/", "page")

    answer = edge.ask("/caf%c3%a9?page=2&x=%20")

    assert (answer.status, answer["Location"]) == (301, "/caf%C3%A9/?page=2&x=%20")
    assert answer["Cache-Control"] == CACHE_CONTROL


def test_what_has_moved_or_gone_is_told(edge, baked):
    baked.page("/retracted/", "why", status=410)
    baked.moved("/old/", "/new/")
    baked.moved("/for-now/", "/elsewhere/", status=302)

    assert (edge.ask("/retracted/").status, edge.ask("/retracted/").body) == (410, b"why")
    assert (edge.ask("/old/?x=1").status, edge.ask("/old/")["Location"]) == (301, "/new/")
    assert edge.ask("/for-now/").status == 302


def test_a_page_by_number_and_all_that_is_not_read_go_to_the_application(edge, baked, application):
    baked.page("/", "front")

    for target in ("/?p=123", "/?page_id=7", "/?x&p="):
        assert edge.ask(target).body == b"from the application"
    assert edge.ask("/", method="POST", body=b"x=1").body == b"from the application"
    assert edge.ask("/?q=p").body == b"front"


@pytest.mark.parametrize(
    "target",
    [
        "/../secret/",
        "/a/../secret/",
        "/%2e%2e/secret/",
        "/a/%2e%2e%2fsecret/",
        "/..%5csecret/",
        "//secret/",
        "/a//b/",
        "/./a/",
        "/.index.html.json",
        "/.gone.html",
        "/index.html",
        "/index.html.br",
        "/a%00b/",
        "/a%0d%0ab/",
        "/%ff/",
        "/%252e%252e/secret/",
        "/" + "a" * 5000 + "/",
    ],
)
def test_no_address_leads_out_of_the_tree_or_to_what_is_no_page(edge, baked, application, target):
    baked.page("/", "front")
    baked.page("/retracted/", "why", status=410)
    baked.page("/", "secret", host="secret")

    answer = edge.ask(target)

    assert answer.body == b"from the application"
    assert application.asked[-1].path.replace("//", "/") == target.replace("//", "/")


@pytest.mark.parametrize("host", ["other.example", ".", "..", "a/../b", "LOCALHOST:8000", "[::1"])
def test_only_a_host_that_is_baked_is_looked_for(edge, baked, application, host):
    baked.page("/", "front")

    answer = edge.ask("/", Host=host)

    assert answer.body == (b"front" if host.lower() == HOST else b"from the application")


def test_an_address_that_was_unknown_is_found_when_it_is_baked_and_lost_when_it_is_not(
    edge, baked, application
):
    assert edge.ask("/later/").body == b"from the application"

    baked.page("/later/", "now")
    assert edge.ask("/later/").body == b"now"

    baked.remove("/later/")
    assert edge.ask("/later/").body == b"from the application"


def test_memory_holds_what_is_read_and_no_more_than_it_may(edge, baked):
    edge.do(lambda: setattr(edge.edge.tree, "memory", 100_000))
    baked.page("/read/", "x" * 10_000)
    for number in range(20):
        baked.page(f"/{number}/", "y" * 10_000)
        assert edge.ask("/read/").status == edge.ask(f"/{number}/").status == 200

    tree = edge.edge.tree
    assert tree.held == sum(page.size for page in tree.pages.values()) <= 100_000
    assert (HOST, "/read/") in tree.pages


def test_a_tree_that_was_replaced_is_read_anew(edge, baked):
    baked.page("/", "old")
    assert edge.ask("/").body == b"old"

    baked.folder.rename(baked.folder.with_name("away"))
    baked.generation = 0
    baked.page("/", "new")
    edge.do(edge.edge.tick)

    assert edge.ask("/").body == b"new"


def test_a_counter_that_is_cut_or_gone_makes_no_page_stale(edge, baked):
    baked.page("/", "one")
    assert edge.ask("/").body == b"one"

    (baked.folder / ".generation").write_bytes(b"")
    assert edge.ask("/").body == b"one"
    baked.raise_generation = lambda: None
    baked.page("/", "two")

    assert edge.ask("/").body == b"two"
