"""Clients that are slow, many or greedy: they lose their connection, and nobody else notices."""

from dataclasses import replace

import pytest

from tests.bake.edge.baked import HOST
from tests.bake.edge.served import Answer, Served, Stream, all_of
from tests.until import until

GET = f"GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
POST = f"POST /x/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 100000\r\n\r\n".encode()


@pytest.fixture(autouse=True)
def front(baked):
    baked.page("/", "front")


def wait_until_heard(edge, count):
    """Wait until the edge has read so many bytes in all."""
    until(lambda: edge.do(lambda: sum(g.heard for g in edge.edge.doors.inside)) == count)


def wait_until_stuck_again(edge, client):
    """Wait until the edge has sent more and has to wait again, or has sent all of an answer."""

    def is_stuck(guest):
        if guest.client != client.getsockname() or not guest.answering:
            return True
        waiting = guest.transport.get_write_buffer_size()
        return waiting and (guest.resumed, waiting) != guest.seen[1:]

    until(lambda: edge.do(lambda: all(map(is_stuck, edge.edge.doors.inside))))


def is_closed(client):
    try:
        return client.recv(1000) == b""
    except ConnectionResetError:
        return True


def test_a_head_that_does_not_come_in_time_is_refused_however_it_trickles(edge):
    with edge.connect() as client:
        for number, byte in enumerate(GET[:4]):
            client.sendall(bytes([byte]))
            wait_until_heard(edge, number + 1)
            edge.later(6)

        assert Answer(client).status == 408
        assert is_closed(client)


def test_who_says_nothing_is_sent_away(edge):
    with edge.connect() as client:
        until(lambda: edge.do(lambda: len(edge.edge.doors.inside)) == 1)

        edge.later(21)

        assert is_closed(client)


def test_a_reader_may_come_back_on_the_same_connection_for_a_while_after_each_page(edge):
    with edge.connect() as client:
        for _time in range(5):
            client.sendall(GET)
            assert Answer(client).body == b"front"
            edge.later(29)

        edge.later(2)

        assert is_closed(client)


def test_a_body_that_comes_slowly_is_taken_and_one_that_stops_is_not(edge, application):
    with edge.connect() as client:
        client.sendall(POST)
        sent = len(POST)
        for _time in range(5):
            client.sendall(bytes(1100))
            sent += 1100
            wait_until_heard(edge, sent)
            edge.later(21)
        client.sendall(b"x")
        wait_until_heard(edge, sent + 1)
        edge.later(21)

        assert Answer(client).status == 408
    assert application.asked == []


def test_who_does_not_take_an_answer_loses_it_and_who_takes_it_slowly_gets_it(edge):
    clip = edge.settings.media / "clip" / ("c" * 22 + ".mp4")
    with clip.open("wb") as file:
        file.truncate(30_000_000)
    head = f"GET /media/clip/{clip.name} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()

    with edge.connect() as silent, edge.connect() as slow, slow.makefile("rb") as taken:
        silent.sendall(head)
        slow.sendall(head)
        for _time in range(10):
            assert len(taken.read(3_000_000)) == 3_000_000
            wait_until_stuck_again(edge, slow)
            edge.later(21)
        assert len(all_of(silent)) < 30_000_000


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (GET[:-2] + b"X: " + b"y" * 9000 + b"\r\n\r\n", 431),
        (GET[:-2] + b"X: y\r\n" * 101 + b"\r\n", 431),
        (b"GET /" + b"y" * 9000, 431),
        (GET[:-2] + b"X: " + b"y" * 300_000, 431),
        (POST.replace(b"Content-Length: 100000", b"Transfer-Encoding: chunked")
         + b"1;" + b"y" * 300_000, 400),
        (POST.replace(b"Content-Length: 100000", b"Transfer-Encoding: chunked")
         + b"0\r\n" + b"a: b\r\n" * 50_000, 400),
    ],
)  # fmt: skip
def test_who_fills_the_memory_is_refused(edge, application, head, status):
    with edge.connect() as client:
        client.sendall(head)

        assert Answer(client).status == status
    assert application.asked == []


def test_who_asks_too_much_at_once_is_refused_after_the_first_answer(edge, application):
    with edge.connect() as client:
        client.sendall(GET.replace(b" / ", b" /x/ ") * 100)

        assert Answer(client).status == 200
        assert is_closed(client)


def test_a_few_requests_at_once_are_answered_in_their_order(edge, application):
    application.answer = lambda asked: (200, {}, asked.path.encode())
    targets = [b"/1/", b"/", b"/2/", b"/", b"/", b"/3/"]

    with edge.connect() as client:
        client.sendall(b"".join(GET.replace(b" / ", b" %s " % each) for each in targets))
        stream = Stream(client)
        bodies = [Answer(stream).body for _target in targets]

    assert bodies == [b"/1/", b"front", b"/2/", b"front", b"front", b"/3/"]


@pytest.fixture
def narrow(settings_of_the_edge):
    limits = replace(settings_of_the_edge.limits, connections_per_address=3)
    with Served(replace(settings_of_the_edge, limits=limits)).running() as edge:
        yield edge


def test_one_more_from_the_same_address_takes_the_place_of_one_that_rests(narrow):
    clients = [narrow.connect() for _number in range(3)]
    for client in clients:
        client.sendall(GET)
        assert Answer(client).body == b"front"

    clients.append(narrow.connect())
    clients[3].sendall(GET)

    assert Answer(clients[3]).body == b"front"
    assert is_closed(clients[0])
    clients[1].sendall(GET)
    assert Answer(clients[1]).body == b"front"
    for client in clients:
        client.close()


def test_one_more_is_refused_while_all_others_are_busy(narrow):
    clients = [narrow.connect() for _number in range(3)]
    for client in clients:
        client.sendall(GET[:-2])
    wait_until_heard(narrow, 3 * len(GET[:-2]))

    with narrow.connect() as more:
        assert is_closed(more)
    for client in clients:
        client.sendall(b"\r\n")
        assert Answer(client).body == b"front"
    for client in clients:
        client.close()


def test_two_hundred_clients_of_one_byte_a_second_cost_the_others_nothing(edge, application):
    application.answer = lambda asked: (200, {}, asked.body or b"x" * 1_000_000)
    slow = [edge.connect() for _number in range(200)]
    heads = (GET, POST, GET.replace(b" / ", b" /desk/ "))
    sent = 0
    for number, client in enumerate(slow):
        head = heads[number % 3]
        part = head[: len(head) // 2] if number % 3 == 0 else head
        client.sendall(part)
        sent += len(part)
    wait_until_heard(edge, sent)

    for _second in range(10):
        for number, client in enumerate(slow):
            if number % 3 == 2:
                assert len(client.recv(1)) == 1
            else:
                client.sendall(b"x")
        edge.later(1)
        assert edge.ask("/").body == b"front"
        assert edge.ask("/comment/", method="POST", body=b"mine").body == b"mine"
        assert edge.ask("/desk/", Cookie="session=x").status == 200
        assert edge.do(lambda: len(edge.edge.doors.inside)) >= 200
    for client in slow:
        client.close()
