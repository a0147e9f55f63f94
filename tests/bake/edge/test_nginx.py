"""nginx sends the baked tree with the configuration that the documentation gives."""

import os
import re
import socket
import subprocess
from http.client import HTTPConnection
from pathlib import Path

import pytest

from masthead.conf.middleware import PUBLIC_POLICY
from masthead.lib.reads import Read, tallies_of_log
from tests.bake.edge.served import Answer
from tests.machine import NGINX
from tests.postgres import free_port
from tests.until import until

HOST = "news.example"
PAGE = Path(__file__).parents[3] / "docs/how-to/serve-behind-a-proxy.md"
pytestmark = pytest.mark.skipif(
    NGINX.find() is None, reason="nginx is missing: install nginx-light"
)


@pytest.fixture
def nginx(edge, baked, tmp_path):
    """Run nginx in front of the edge; return a function that asks it."""
    baked.page("/a/", "page", host=HOST)
    baked.page("/", "front", host=HOST)
    port, folder = free_port(), tmp_path / "nginx"
    folder.mkdir()
    (folder / "nginx.conf").write_text(configuration(folder, tmp_path, port, edge.port))
    for each in (tmp_path, *tmp_path.parents[:2]):
        each.chmod(0o755)
    command = [NGINX.find(), "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"]
    with subprocess.Popen([*command, "-g", "daemon off;"]) as server:
        until(lambda: answers(port))
        yield lambda path, method="GET", **headers: ask(port, path, method, headers)
        server.terminate()


def configuration(folder, home, port, upstream):
    """Return the documented server, at home in a test."""
    server = re.search(r"```nginx\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[1]
    for documented, here in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("/srv/news", str(home)),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
    ):
        assert documented in server
        server = server.replace(documented, here)
    kinds = "".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
    user = "user root;" if os.geteuid() == 0 else ""
    return (
        f"{user} worker_processes 1; pid {folder}/pid; events {{}}"
        f"http {{ access_log off; include /etc/nginx/mime.types; {kinds} {server} }}"
    )


TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def test_its_log_tells_what_was_read(nginx, tmp_path):
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    for agent in (firefox, "curl/8"):
        nginx("/a/?utm_source=x", **{"User-Agent": agent, "Referer": 'https://hill.example/"q'})

    def lines():
        return (tmp_path / "reads.log").read_text("utf-8").splitlines()

    until(lambda: len(lines()) >= 2)  # it answers first, and writes then
    (tally,) = tallies_of_log(lines())

    assert dict(tally.counts) == {Read(f"{HOST}/a/", "hill.example"): 1}


def ask(port, path, method, headers):
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in {"Host": HOST, **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = Answer(connection.sock, method)
    connection.close()
    return answer


def test_pages_come_from_the_tree_with_their_headers(nginx, edge, application):
    plain, small = nginx("/a/?utm_source=x"), nginx("/a/", Accept_Encoding="gzip, br")

    assert (plain.status, plain.body) == (200, b"page")
    assert small["Content-Encoding"] == "gzip"
    assert plain["Content-Type"] == "text/html; charset=utf-8"
    assert plain["Content-Security-Policy"] == PUBLIC_POLICY
    assert plain["Cache-Control"].endswith("stale-if-error=864000")
    assert plain["Vary"] == "Accept-Encoding"
    assert nginx("/a/", If_None_Match=plain["ETag"]).status == 304
    assert edge.edge.tree.pages == {}
    assert application.asked == []


def test_what_is_no_page_comes_from_masthead(nginx, baked, application):
    baked.page("/retracted/", "why", status=410, host=HOST)
    baked.moved("/old/", "/new/", host=HOST)
    baked.page("/feed.rss", "<rss/>", kind="application/rss+xml", host=HOST)

    assert (nginx("/retracted/").status, nginx("/retracted/").body) == (410, b"why")
    assert (nginx("/old/").status, nginx("/old/")["Location"]) == (301, "/new/")
    assert (nginx("/a").status, nginx("/a")["Location"]) == (301, "/a/")
    assert nginx("/feed.rss").body == b"<rss/>"
    for path in ("/?p=5", "/.headers.json", "/a/.index.html.json", "/a/index.html", "/none/"):
        assert nginx(path).body == b"from the application"
    assert nginx("/a/", method="POST").body == b"from the application"
    assert [asked.method for asked in application.asked][-1] == "POST"
    assert application.asked[-1].headers["Host"] == HOST


def test_styles_and_clips_come_from_their_folders(nginx, edge, application):
    (edge.settings.static / "a.0123456789ab.css").write_text("body{}")
    clip = edge.settings.media / "clip" / ("c" * 22 + ".mp4")
    clip.write_bytes(bytes(range(100)))

    style, part = (
        nginx("/static/a.0123456789ab.css"),
        nginx(f"/media/clip/{clip.name}", Range="bytes=5-9"),
    )

    assert (style.status, style.body) == (200, b"body{}")
    assert (part.status, part.body) == (206, bytes(range(5, 10)))
    assert part["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert application.asked == []
