"""What the edge hands to the application, and what becomes of the answer."""

import re
import threading
from dataclasses import replace

import pytest

from masthead.bake.edge.settings import Refusal
from tests.bake.edge.baked import HOST
from tests.bake.edge.served import Answer, Application, Served
from tests.until import until


def told(asked):
    """Return who asks, as the application was told, without the request's name."""
    found = [each.rsplit(" ", 1) for each in asked.headers.get_all("X-Masthead-Client")]
    assert all(re.fullmatch("[0-9a-f]{16}", name) for _client, name in found)
    return [client for client, _name in found]


def test_a_request_arrives_as_it_was_sent_with_who_asked(edge, application):
    edge.ask("/account/login/?next=%2Fdesk%2F", method="POST", body=b"code=1", Cookie="a=b; c=d")

    asked = application.asked[0]
    assert (asked.method, asked.path) == ("POST", "/account/login/?next=%2Fdesk%2F")
    assert (asked.headers["Host"], asked.headers["Cookie"]) == (HOST, "a=b; c=d")
    assert told(asked) == ["127.0.0.1 http"]
    assert asked.body == b"code=1"


@pytest.mark.parametrize("size", [0, 1, 64 * 1024, 64 * 1024 + 1, 1_999_999])
def test_bodies_arrive_whole_both_ways_however_large(edge, application, size):
    content = bytes(range(256)) * (size // 256 + 1)
    application.answer = lambda asked: (200, {}, asked.body[::-1])

    answer = edge.ask("/desk/x/", method="POST", body=content[:size], Cookie="session=x")

    assert application.asked[0].body == content[:size]
    assert answer.body == content[:size][::-1]
    assert edge.do(lambda: edge.edge.spools.room) == edge.settings.limits.spooled_bytes
    assert list(edge.settings.spool.iterdir()) == []


def test_a_chunked_body_arrives_whole_and_nothing_behind_it_counts_as_a_header(edge, application):
    with edge.connect() as client:
        client.sendall(
            f"POST /x/ HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
            + b"3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nHost: evil\r\nX-Masthead-Client: 1.1.1.1 x\r\n\r\n"
        )
        assert Answer(client).status == 200

    asked = application.asked[0]
    assert (asked.body, asked.headers["Content-Length"]) == (b"abcde", "5")
    assert asked.headers.get_all("Host") == [HOST]
    assert told(asked) == ["127.0.0.1 http"]
    assert "Transfer-Encoding" not in asked.headers


def test_what_concerns_one_connection_is_not_handed_on(edge, application):
    application.answer = lambda _asked: (
        200,
        {"Connection": "x-secret", "X-Secret": "1", "Keep-Alive": "timeout=5", "X-Kept": "2"},
        b"",
    )

    answer = edge.ask(
        "/x/", Connection="keep-alive, X-Own", X_Own="1", TE="trailers", Proxy_Authorization="x"
    )

    headers = application.asked[0].headers
    assert not {"X-Own", "TE", "Proxy-Authorization"} & set(headers)
    assert headers["Connection"] == "close"
    assert (answer["X-Kept"], answer["X-Secret"], answer["Keep-Alive"]) == ("2", None, None)
    assert answer["Server"] is None
    assert len(answer.headers.get_all("Date")) == 1


CLAIMS = """Forwarded: for=1.1.1.1
X-Forwarded-For: 1.1.1.1
x-forwarded-proto: https
X-Forwarded-Host: 1.1.1.1
X-Real-IP: 1.1.1.1
X-Masthead-Client: 1.1.1.1 https
X_Masthead_Client: 1.1.1.1 https
X_Forwarded_For: 1.1.1.1
"""


def test_nothing_that_a_stranger_claims_about_itself_is_handed_on(edge, application):
    head = f"GET /x/ HTTP/1.1\nHost: {HOST}\n{CLAIMS}\n".replace("\n", "\r\n")

    with edge.connect() as client:
        client.sendall(head.encode())
        assert Answer(client).status == 200

    assert "1.1.1.1" not in str(application.asked[0].headers)
    assert "https" not in str(application.asked[0].headers)
    assert told(application.asked[0]) == ["127.0.0.1 http"]


def test_a_trusted_proxy_says_who_asks(settings_of_the_edge, application):
    trusting = replace(settings_of_the_edge, trusted_proxies=("127.0.0.0/8",))
    with Served(trusting).running() as edge:
        edge.ask("/x/", X_Forwarded_For="1.1.1.1, 203.0.113.9", X_Forwarded_Proto="https")

    assert told(application.asked[0]) == ["203.0.113.9 https"]
    assert "X-Forwarded-For" not in application.asked[0].headers


@pytest.mark.parametrize(("status", "method"), [(204, "GET"), (304, "GET"), (200, "HEAD")])
def test_an_answer_without_a_body_ends_where_it_should(edge, application, status, method):
    application.answer = lambda _asked: (status, {"ETag": '"x"'}, b"")

    with edge.connect() as client:
        for _time in range(2):
            client.sendall(f"{method} /x/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            answer = Answer(client, method)
            assert (answer.status, answer["ETag"], answer.body) == (status, '"x"', b"")


def test_while_the_application_is_down_pages_are_read_and_nothing_is_lost_unsaid(edge, baked):
    baked.page("/", "front")

    shown, sent = edge.ask("/unbaked/"), edge.ask("/x/", method="POST", body=b"my text")

    assert edge.ask("/").body == b"front"
    assert (shown.status, shown.body.decode()) == (503, f"<p>{Refusal.DOWN}</p>")
    assert (sent.status, sent.body.decode()) == (503, f"<p>{Refusal.DOWN_UNSAVED}</p>")
    for answer in (shown, sent):
        assert int(answer["Retry-After"]) > 0
        assert answer["X-Request-ID"]
        assert answer["Cache-Control"] == "no-store"


def test_an_application_that_breaks_off_is_not_said_to_have_saved_nothing(edge, application):
    application.answer = lambda _asked: None

    assert edge.ask("/x/").body.decode() == f"<p>{Refusal.DOWN}</p>"
    sent = edge.ask("/x/", method="POST", body=b"text")
    assert (sent.status, sent.body.decode()) == (503, f"<p>{Refusal.CUT_OFF}</p>")


def test_an_application_that_starts_is_waited_for(settings_of_the_edge):
    limits = replace(settings_of_the_edge.limits, reach_seconds=20)
    served = Served(replace(settings_of_the_edge, limits=limits))
    with served.running() as edge, edge.connect() as client:
        client.sendall(f"POST /x/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 0\r\n\r\n".encode())
        until(lambda: edge.do(lambda: any(g.answering for g in edge.edge.doors.inside)))
        with Application(settings_of_the_edge.application).running():
            assert Answer(client).body == b"from the application"


@pytest.mark.parametrize(
    ("place", "size", "is_taken"),
    [
        (("/x/", ""), 200_000, True),
        (("/x/", "session=x"), 200_001, False),
        (("/desk/x/", "session=x"), 2_000_000, True),
        (("/desk/x/", "session=x"), 2_000_001, False),
        (("/desk/x/", ""), 200_001, False),
        (("/desk/../x/", "session=x"), 200_001, False),
    ],
)
@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_is_no_larger_than_its_address_takes(
    edge, application, place, size, is_taken, is_chunked
):
    path, cookie = place
    length = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {size}"
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\n{length}\r\n\r\n".encode()
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (size, bytes(size)) if is_chunked else bytes(size)

    with edge.connect() as client:
        client.sendall(head + body)
        answer = Answer(client)

        assert answer.status == (200 if is_taken else 413)
        assert len(application.asked) == is_taken
        if not is_taken:
            assert answer.body.decode() == f"<p>{Refusal.TOO_LARGE}</p>"
        client.sendall(f"GET /x/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        assert Answer(client).status == 200


def test_a_client_that_asks_first_is_not_asked_for_what_is_too_large(edge, application):
    head = f"POST /x/ HTTP/1.1\r\nHost: {HOST}\r\nExpect: 100-continue\r\nContent-Length: "

    with edge.connect() as client:
        client.sendall(f"{head}9999999\r\n\r\n".encode())
        assert Answer(client).status == 413
        assert client.recv(1) == b""
    with edge.connect() as client:
        client.sendall(f"{head}3\r\n\r\n".encode())
        assert client.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        assert Answer(client).status == 200
    assert [asked.body for asked in application.asked] == [b"abc"]


def test_what_is_on_its_way_never_fills_the_disk(settings_of_the_edge, application):
    limits = replace(settings_of_the_edge.limits, spooled_bytes=1_000_000)
    with Served(replace(settings_of_the_edge, limits=limits)).running() as edge:
        answer = edge.ask("/desk/x/", method="POST", body=bytes(1_500_000), Cookie="session=x")

        assert (answer.status, answer.body.decode()) == (503, f"<p>{Refusal.NO_ROOM}</p>")
        assert application.asked == []
        assert until(lambda: edge.do(lambda: edge.edge.spools.room) == 1_000_000)


class Crowd:
    """Clients that ask for one page at the same time, of an application that waits for a sign."""

    def __init__(self, edge, application, answer):
        self.edge, self.go_on = edge, threading.Event()

        def slow(asked):
            self.go_on.wait(20)
            return answer

        application.answer = slow

    def ask(self, count, head=""):
        clients = [self.edge.connect() for _ in range(count)]
        for client in clients:
            client.sendall(f"GET /new/ HTTP/1.1\r\nHost: {HOST}\r\n{head}\r\n".encode())
        until(lambda: self.edge.do(self.answering) == count)
        self.go_on.set()
        found = []
        for client in clients:
            with client:
                found.append(Answer(client))
        return found

    def answering(self):
        return sum(bool(guest.answering) for guest in self.edge.edge.doors.inside)


PUBLIC = {"Cache-Control": "max-age=0, public"}


@pytest.mark.parametrize(
    ("headers", "head", "times"),
    [
        (PUBLIC, "", 1),
        ({}, "", 20),
        ({"Cache-Control": "private"}, "", 20),
        (PUBLIC | {"Set-Cookie": "a=b"}, "", 20),
        (PUBLIC, "Cookie: session=x\r\n", 20),
        (PUBLIC, "Authorization: x\r\n", 20),
    ],
)
def test_a_page_that_is_not_baked_is_rendered_once_for_all_who_wait(
    edge, application, headers, head, times
):
    answers = Crowd(edge, application, (200, headers, b"x" * 100_000)).ask(20, head)

    assert {(each.status, each.body) for each in answers} == {(200, b"x" * 100_000)}
    assert len(application.asked) == times
    assert edge.do(lambda: edge.edge.renders.running) == {}
    assert edge.do(lambda: edge.edge.spools.room) == edge.settings.limits.spooled_bytes
