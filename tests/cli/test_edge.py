"""The edge within ``masthead serve``: what goes on when the rest does not."""

import os
import signal
import socket
import stat
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.newsroom import runs, tree_below
from tests.until import until


def sockets_of(process):
    """Return the paths of the sockets that a process has open."""
    opened = {str(each.readlink()) for each in Path(f"/proc/{process}/fd").iterdir()}
    lines = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:]]
    return {Path(line[7]) for line in lines if len(line) > 7 and f"socket:[{line[6]}]" in opened}


def is_deaf(path):
    """Return whether nobody listens on a socket."""
    with socket.socket(socket.AF_UNIX) as caller:
        return caller.connect_ex(str(path)) != 0


@pytest.fixture
def front(served):
    """Return the front page, once it is baked."""
    baked = served.folder / "baked/localhost:8000"
    until((baked / ".index.html.json").exists)
    return (baked / "index.html").read_text("utf-8")


@contextmanager
def without_application(served):
    """End the application, and hold the process that would start it again."""
    web = served.web_server()
    tree, (path,) = [web, *tree_below(web)], sockets_of(web)
    served.process.send_signal(signal.SIGSTOP)
    try:
        for process in tree:
            os.kill(process, signal.SIGKILL)
        # A process that it forked just now listens still, and ends by itself.
        until(lambda: not any(runs(process) for process in tree) and is_deaf(path))
        yield
    finally:
        served.process.send_signal(signal.SIGCONT)


def test_pages_are_read_while_the_application_is_down_and_a_form_says_what_waits(served, front):
    with without_application(served):
        assert served.get("/")[1] == front
        answer, text = served.get("/account/login/", method="POST")

    assert answer.status == 503
    assert "Nothing was saved" in text
    assert "go back" in text
    assert answer.headers["X-Request-ID"]
    assert until(lambda: served.get("/healthz")[0].status == 200)


def test_pages_are_read_while_the_database_is_away(served, front):
    database = served.folder / "masthead.sqlite3"
    database.rename(database.with_suffix(".away"))

    assert served.get("/")[1] == front

    database.with_suffix(".away").rename(database)


@pytest.mark.parametrize("number", [0, 1])
def test_a_killed_edge_is_started_again_and_readers_go_on_meanwhile(served, front, number):
    killed = until(lambda: len(edges := served.edges()) == 2 and edges)[number]

    os.kill(killed, signal.SIGKILL)

    assert served.get("/")[1] == front
    until(lambda: not runs(killed))
    until(lambda: len(served.edges()) == 2)


def test_the_application_listens_where_this_user_alone_may_connect(served):
    (path,) = sockets_of(served.web_server())
    found = path.stat()

    assert stat.S_ISSOCK(found.st_mode)
    assert stat.S_IMODE(found.st_mode) == 0o600


def test_a_form_that_is_too_large_is_told_so_in_words(served):
    connection = served.connect()
    connection.request("POST", "/account/login/", bytes(1_100_000), {"Host": "localhost:8000"})
    answer = connection.getresponse()

    assert answer.status == 413
    assert "more bytes than this address takes" in answer.read().decode()
    connection.close()


def test_a_page_is_not_logged_for_each_reader(served, front):
    answer, _text = served.get("/nowhere/")
    until(
        lambda: [e for e in served.lines() if e.get("request_id") == answer.headers["X-Request-ID"]]
    )

    assert not [each for each in served.lines() if each.get("path") == "/"]
    assert not [each for each in served.lines() if each["logger"].startswith("uvicorn")]
