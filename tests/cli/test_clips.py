"""Clips in a newsroom whose processes are killed."""

import os
import re
import signal
import sqlite3
from urllib.parse import urlencode

import pytest

from tests.cli.newsroom import HOST, tree_below
from tests.factories.films import film
from tests.until import until

ADD = "/desk/snippets/media/clip/add/"
UPLOADS = "/desk/clips/uploads/"
PIECE = 4 * 1024 * 1024
SIGN_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from masthead.readers.models import User
user = User.objects.get(email="ada@example.org")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print("session", session.session_key)
"""
CSRF = "c" * 32


def ask(served, method, path, body=b"", cookies="", **headers):
    connection = served.connect()
    given = {"Host": HOST, "Cookie": cookies, "X-CSRFToken": CSRF, "Tus-Resumable": "1.0.0"}
    headers = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    try:
        connection.request(method, path, body, given | {"Referer": f"http://{HOST}/"} | headers)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def rows(newsroom, sql):
    with sqlite3.connect(newsroom.home / "masthead.sqlite3") as database:
        return database.execute(sql).fetchall()


@pytest.fixture
def cookies(newsroom):
    found = newsroom.run("manage", "shell", "-c", SIGN_IN)
    session = re.search(r"session (\w+)", found.stdout)[1]
    return f"session={session}; csrftoken={CSRF}"


@pytest.fixture(scope="module")
def content():
    """A film of more than two pieces."""
    options = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-pix_fmt", "yuv420p")
    found = film(size="1280x720", seconds=6, rate=30, options=options).read_bytes()
    assert len(found) > 2 * PIECE
    return found


def test_an_upload_outlives_a_server_that_is_killed(newsroom, cookies, content):
    length = len(content)
    with newsroom.serve() as served:
        began, _ = ask(served, "POST", UPLOADS, b"", cookies, Upload_Length=length)
        address = began.headers["Location"]
        first, _ = send(served, address, content, 0, cookies)
        assert first.headers["Upload-Offset"] == str(PIECE)
        kill(served)

    with newsroom.serve() as served:
        at, _ = ask(served, "HEAD", address, b"", cookies)
        send_rest(served, address, content, int(at.headers["Upload-Offset"]), cookies)

    assert at.headers["Upload-Offset"] == str(PIECE)
    token = address.split("/")[-2]
    assert (newsroom.home / "uploads" / f"{token}.part").read_bytes() == content


def test_a_preparation_outlives_a_server_that_is_killed(newsroom, cookies, content):
    begun = "SELECT 1 FROM media_preparation WHERE step = 'ladder' AND percent > 0"
    with newsroom.serve() as served:
        began, _ = ask(served, "POST", UPLOADS, b"", cookies, Upload_Length=len(content))
        address = began.headers["Location"]
        send_rest(served, address, content, 0, cookies)
        token = {"film-token": address.split("/")[-2], "csrfmiddlewaretoken": CSRF}
        form = {"title": "Kettle", "description": "x", "credit": "x"} | token
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        ask(served, "POST", ADD, urlencode(form).encode(), cookies, **kind)
        until(lambda: rows(newsroom, begun), within=60)
        kill(served)

    assert rows(newsroom, "SELECT is_over FROM media_preparation") == [(0,)]
    with newsroom.serve():
        over = "SELECT 1 FROM media_preparation WHERE is_over"
        until(lambda: rows(newsroom, over), within=120)

    assert rows(newsroom, "SELECT error, attempts FROM media_preparation") == [("", 0)]
    made = "SELECT height FROM media_rung ORDER BY height"
    assert rows(newsroom, made) == [(360,), (720,)]
    assert not list((newsroom.home / "uploads").iterdir())


def send_rest(served, address, content, start, cookies):
    for place in range(start, len(content), PIECE):
        answer, said = send(served, address, content, place, cookies)
        assert answer.status == 204, said


def send(served, address, content, start, cookies):
    headers = {"Content-Type": "application/offset+octet-stream", "Upload_Offset": start}
    return ask(served, "PATCH", address, content[start : start + PIECE], cookies, **headers)


def kill(served):
    """Kill every process at once, as when the power goes."""
    processes = [*tree_below(served.process.pid), served.process.pid]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    for process in [*tree_below(served.process.pid), *processes]:
        os.kill(process, signal.SIGKILL)
    served.process.wait(20)
