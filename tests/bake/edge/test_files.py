"""Styles, scripts, pictures and clips, sent without the application."""

import gzip
import os
import tracemalloc

import pytest

from masthead.bake.edge.spool import PIECE
from tests.bake.edge.baked import HOST
from tests.bake.edge.served import all_of

CLIP = "clip/" + "c" * 22 + ".mp4"
CONTENT = bytes(range(256)) * 40


@pytest.fixture
def clip(settings_of_the_edge):
    path = settings_of_the_edge.media / CLIP
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-0", 206, slice(0, 1)),
        ("bytes=0-", 206, slice(0, None)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-100", 206, slice(-100, None)),
        ("bytes=10000-999999", 206, slice(10_000, None)),
        ("Bytes = 5 - 9", 206, slice(5, 10)),
        ("bytes=10240-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=0-1,4-5", 200, slice(0, None)),
        ("lines=1-2", 200, slice(0, None)),
        ("", 200, slice(0, None)),
    ],
)
def test_a_player_gets_the_part_that_it_asks_for(edge, clip, wanted, status, part):
    answer = edge.ask(f"/media/{CLIP}", Range=wanted)

    assert answer.status == status
    assert answer.body == (b"" if part is None else CONTENT[part])
    assert answer["Accept-Ranges"] == "bytes"
    if part is None:
        assert answer["Content-Range"] == "bytes */10240"
    if status == 206:
        first, _last, _step = part.indices(len(CONTENT))
        last = first + len(CONTENT[part]) - 1
        assert answer["Content-Range"] == f"bytes {first}-{last}/10240"


def test_a_part_of_another_version_is_not_mixed_in(edge, clip):
    tag = edge.ask(f"/media/{CLIP}", method="HEAD")["ETag"]

    assert edge.ask(f"/media/{CLIP}", Range="bytes=5-9", If_Range='"old"').body == CONTENT
    assert edge.ask(f"/media/{CLIP}", Range="bytes=5-9", If_Range=tag).body == CONTENT[5:10]


def test_a_file_that_the_browser_has_is_not_sent_again(edge, clip):
    first = edge.ask(f"/media/{CLIP}", method="HEAD")

    for headers in (
        {"If_None_Match": f'W/"x", {first["ETag"]}'},
        {"If_Modified_Since": first["Last-Modified"]},
    ):
        answer = edge.ask(f"/media/{CLIP}", **headers)
        assert (answer.status, answer.body) == (304, b"")
        assert "immutable" in answer["Cache-Control"]
    assert edge.ask(f"/media/{CLIP}", If_Modified_Since="nonsense").status == 200


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [(".mp4", "video/mp4"), (".vtt", "text/vtt; charset=utf-8"), (".webp", "image/webp")],
)
def test_a_file_is_what_we_say_and_runs_nothing(edge, clip, suffix, kind):
    clip.with_suffix(suffix).write_bytes(b"<script>")

    answer = edge.ask(f"/media/{CLIP.removesuffix('.mp4')}{suffix}")

    assert answer["Content-Type"] == kind
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "path",
    [
        "/media/../masthead.toml",
        "/media/..%2fmasthead.toml",
        "/media/%2e%2e/masthead.toml",
        "/media/%2fetc%2fpasswd",
        "/media/clip/%00.mp4",
        "/media/clip/",
        "/media/",
        "/media/clip/" + "a" * 22 + ".html",
        "/media/clip/" + "p" * 22 + ".mp4",
        "/media/clip/" + "l" * 22 + ".mp4",
        "/media/clip/" + "z" * 22 + ".mp4",
        "/static/../masthead.toml",
        "/static/%2e%2e/masthead.toml",
        "/static//etc/passwd",
        "/static/",
        "/static/.hidden",
        "/static/nothing.css",
    ],
)
def test_nothing_else_in_the_folders_or_out_of_them_is_sent(edge, clip, application, path):
    (edge.settings.media.parent / "masthead.toml").write_text("secret")
    (edge.settings.static / ".hidden").write_text("secret")
    clip.with_name("l" * 22 + ".mp4").symlink_to("/etc/passwd")
    os.mkfifo(clip.with_name("p" * 22 + ".mp4"))

    assert edge.ask(path).body == b"from the application"


@pytest.mark.parametrize(
    ("accepted", "coding", "body"),
    [
        ("br", "br", b"brotli"),
        ("gzip", "gzip", gzip.compress(b"body{}", mtime=0)),
        ("", None, b"body{}"),
    ],
)
def test_styles_come_in_the_smallest_form_and_last(edge, accepted, coding, body):
    style = edge.settings.static / "a" / "style.0123456789ab.css"
    style.parent.mkdir()
    style.write_bytes(b"body{}")
    style.with_name(style.name + ".br").write_bytes(b"brotli")
    style.with_name(style.name + ".gz").write_bytes(gzip.compress(b"body{}", mtime=0))

    answer = edge.ask("/static/a/style.0123456789ab.css", Accept_Encoding=accepted)

    assert (answer["Content-Encoding"], answer.body) == (coding, body)
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Vary"] == "Accept-Encoding"
    assert "immutable" in answer["Cache-Control"]


def test_a_style_whose_name_stays_is_asked_for_again(edge):
    (edge.settings.static / "plain.js").write_bytes(b"1")

    answer = edge.ask("/static/plain.js")

    assert answer["Cache-Control"] == "public, max-age=60"
    assert answer["Content-Type"].endswith("javascript; charset=utf-8")


def test_a_long_clip_takes_little_memory_however_slowly_it_is_fetched(edge, clip):
    with clip.open("r+b") as file:
        file.truncate(200_000_000)
    tracemalloc.start()
    with edge.connect() as client:
        client.sendall(f"GET /media/{CLIP} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 200")

        taken = 0
        while taken < 50_000_000:
            taken += len(client.recv(1_000_000))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert edge.ask(f"/media/{CLIP}", method="HEAD").status == 200
        assert most < 20 * PIECE


def test_a_file_that_is_cut_while_it_is_sent_ends_the_connection(edge, clip):
    with clip.open("r+b") as file:
        file.truncate(50_000_000)
    with edge.connect() as client:
        client.sendall(f"GET /media/{CLIP} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 200")
        os.truncate(clip, 0)

        assert len(all_of(client)) < 50_000_000
