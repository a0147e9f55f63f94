"""The edge reads as httptools reads: the same meaning or a refusal, never a mixed-up answer.

Streams of honest and hostile requests are torn into pieces and sent to one connection of an edge
that has seen the honest ones before, so that it recognises them. What comes back is compared with
what httptools, alone and fed in one piece, reads in the same bytes.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import unquote_to_bytes

import httptools
import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from masthead.bake.edge.settings import Limits, Refusal, Settings
from tests.bake.edge.baked import HOST, Baked
from tests.bake.edge.wire import Talk, answers, echo
from tests.proof import effort

pytestmark = pytest.mark.proof
PAGES = ("/", "/a/", "/a/b/", "/café/")
HOSTS = (HOST, "other.example")
REFUSED = {400, 408, 413, 431, 505}


@dataclass
class Message:
    """A request as httptools alone reads it."""

    method: str = ""
    target: bytes = b""
    headers: list = field(default_factory=list)
    body: bytes = b""
    is_complete: bool = False

    def expected(self):
        """Return status and body of the answer that such a request must have."""
        hosts = [value.decode("latin-1") for name, value in self.headers if name.lower() == b"host"]
        target = self.target
        if not target.startswith(b"/"):
            _scheme, _empty, authority, *rest = target.split(b"/", 3)
            assert authority.decode() == hosts[0].lower()
            target = b"/" + b"".join(rest)
        path, _mark, query = target.partition(b"?")
        with suppress(UnicodeDecodeError):
            path = unquote_to_bytes(path).decode()
            if (
                self.method in {"GET", "HEAD"}
                and hosts[0].lower() in HOSTS
                and not query.startswith(b"p=")
            ):
                if path in PAGES:
                    return 200, self._sent(f"{hosts[0].lower()} {path}".encode())
                if f"{path}/" in PAGES:
                    return 301, b""
        return 200, self._sent(echo(self.method, target, hosts, self.body.decode("latin-1")))

    def _sent(self, body):
        return b"" if self.method == "HEAD" else body


class Reader:
    """Collects what httptools reads; what stands behind a body is no header."""

    def __init__(self, data):
        self.messages = []
        self.parser = httptools.HttpRequestParser(self)
        with suppress(httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.parser.feed_data(data)

    def on_message_begin(self):
        self.messages.append(Message())

    def on_url(self, url):
        self.messages[-1].target += url

    def on_header(self, name, value):
        if not self.messages[-1].method:
            self.messages[-1].headers.append((name, value))

    def on_headers_complete(self):
        self.messages[-1].method = self.parser.get_method().decode()

    def on_body(self, body):
        self.messages[-1].body += body

    def on_message_complete(self):
        self.messages[-1].is_complete = True


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    home = tmp_path_factory.mktemp("edge")
    baked = Baked(home / "baked")
    for host in HOSTS:
        for path in PAGES:
            baked.page(path, f"{host} {path}", host=host)
    limits = Limits(head_bytes=2000, headers=20, body_bytes=3000)
    talking = Talk(
        Settings(
            baked=baked.folder,
            static=home / "static",
            media=home / "media",
            spool=home,
            reads=home / "reads",
            application=home / "none",
            pages=dict.fromkeys(Refusal, b"refused"),
            limits=limits,
        )
    )
    for reader in READERS:
        for target in TARGETS:
            talking.send([b"GET %s HTTP/1.1\r\n%s\r\n" % (target, reader)])
    assert talking.edge.recognition.readers
    yield talking
    talking.loop.close()


TARGETS = [
    b"/",
    b"/a/",
    b"/a/b/",
    b"/caf%C3%A9/",
    b"/caf%c3%a9/?utm_source=x",
    b"/%61/",
    b"/a",
    b"/a/b?x=1",
    b"/?p=5",
    b"/unknown/",
]
READERS = [
    b"Host: %s\r\n" % HOST.encode(),
    b"Host: other.example\r\nAccept: text/html\r\nCookie: a=b\r\n",
    b"Accept-Encoding: identity\r\nhost: LOCALHOST:8000\r\n",
]
HONEST = st.builds(
    lambda method, target, reader: b"%s %s HTTP/1.1\r\n%s\r\n" % (method, target, reader),
    st.sampled_from([b"GET", b"GET", b"GET", b"HEAD"]),
    st.sampled_from(TARGETS),
    st.sampled_from(READERS),
) | st.builds(
    lambda reader, body: (
        b"POST /x/ HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s" % (reader, len(body), body)
    ),
    st.sampled_from(READERS),
    st.binary(max_size=50) | st.just(b"GET /a/ HTTP/1.1\r\nHost: localhost:8000\r\n\r\n"),
)
HOSTILE_TARGETS = [
    b"http://localhost:8000/a/",
    b"http://other.example/a/",
    b"http://localhost:8000",
    b"https://localhost:8000/a/",
    b"//other.example/a/",
    b"/../a/",
    b"/%2e%2e/a/",
    b"/a/%2e%2e/",
    b"/a%2fb/",
    b"/%2561/",
    b"/a/%00",
    b"/a/\x00",
    b"/caf\xc3\xa9/",
    b"/%ff/",
    b"/a/#x",
    b"*",
    b"localhost:8000",
    b"a/",
    b"",
    b" /a/",
    b"/a/ /b/",
    b"/a/\t",
    b"/" + b"a" * 3000,
]
HOSTILE_LINES = [
    b"Host: other.example\r\n",
    b"Host: localhost:8000\r\n",
    b"Host : localhost:8000\r\n",
    b"Host:\r\n localhost:8000\r\n",
    b" Host: other.example\r\n",
    b"X: a\r\n folded\r\n",
    b"X: a\r\n\tfolded\r\n",
    b"X: a\n",
    b"X: a\r",
    b"X\x00: a\r\n",
    b"X: a\x00b\r\n",
    b"X: \xff\r\n",
    b": a\r\n",
    b"X\r\n",
    b"X: " + b"a" * 2500 + b"\r\n",
    b"X: a\r\n" * 25,
    b"Content-Length: 5\r\n",
    b"Content-Length: 5\r\nContent-Length: 5\r\n",
    b"Content-Length: 5, 5\r\n",
    b"Content-Length: +5\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"Content-Length: 9999\r\n",
    b"Content-Length: 0\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: xchunked\r\n",
    b"Transfer-Encoding: chunked, identity\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n",
    b"Transfer-Encoding:\x0bchunked\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    b"Connection: close\r\n",
    b"Connection: keep-alive, Host\r\n",
    b"Upgrade: h2c\r\nConnection: Upgrade\r\n",
    b"Expect: 100-continue\r\n",
    b"Range: bytes=0-1\r\n",
    b"X-Masthead-Client: 1.1.1.1 https\r\n",
]
BODIES = [
    b"",
    b"12345",
    b"5\r\n12345\r\n0\r\n\r\n",
    b"5;x=y\r\n12345\r\n0\r\nHost: other.example\r\n\r\n",
    b"5\n12345\n0\n\n",
    b"0\r\n\r\n",
    b"ffffffffffffffff\r\n",
    b"0x5\r\n12345\r\n0\r\n\r\n",
    b"GET /a/ HTTP/1.1\r\nHost: other.example\r\n\r\n",
    b"\r\n\r\n",
    b"\x00",
]
HOSTILE = st.builds(
    lambda method, target, version, lines, end, body: (
        method + b" " + target + version + b"".join(lines) + end + body
    ),
    st.sampled_from([b"GET", b"GET", b"GET", b"HEAD", b"POST", b"get", b"CONNECT", b"OPTIONS"]),
    st.sampled_from(TARGETS + HOSTILE_TARGETS),
    st.sampled_from(
        [b" HTTP/1.1\r\n"] * 5
        + [b" HTTP/1.0\r\n", b" HTTP/2.0\r\n", b" HTTP/1.1\n", b"\r\n", b"  HTTP/1.1\r\n"]
    ),
    st.lists(st.sampled_from(READERS + HOSTILE_LINES), min_size=1, max_size=4),
    st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b"\r\n\r\n", b""]),
    st.sampled_from(BODIES),
)
CHUNKED = b"POST /x/ HTTP/1.1\r\nHost: localhost:8000\r\nTransfer-Encoding: chunked\r\n\r\n"
CUTS = st.lists(st.integers(0, 400), max_size=6) | st.just(range(400))


def torn(stream, cuts):
    """Yield a stream in pieces."""
    edges = sorted({min(cut, len(stream)) for cut in cuts} | {0, len(stream)})
    return [stream[start:end] for start, end in pairwise(edges)]


@given(st.lists(HONEST, min_size=1, max_size=4), CUTS)
@effort(150)
def test_every_honest_request_is_answered_in_its_turn_however_it_arrives(talk, requests, cuts):
    stream = b"".join(requests)
    messages = Reader(stream).messages

    written, is_closed = talk.send(torn(stream, cuts))

    expected = [message.expected() for message in messages]
    assert answers(written, [message.method for message in messages]) == expected
    assert len(expected) == len(requests)
    assert not is_closed


@given(st.lists(HONEST | HOSTILE, min_size=1, max_size=4), CUTS)
@example([b"GET /a/ HTTP/1.1\r\nHost: localhost:8000\r\n\r\n" * 2], [])
@example([b"GET http://other.example/a/ HTTP/1.1\r\nHost: localhost:8000\r\n\r\n"], [])
@example([CHUNKED + b"1\r\nx\r\n0\r\nHost: other.example\r\n\r\n"], [])
@effort(600)
def test_a_request_means_what_httptools_reads_or_is_refused(talk, requests, cuts):
    stream = b"".join(requests)
    messages = Reader(stream).messages

    written, is_closed = talk.send(torn(stream, cuts))

    found = answers(written, [message.method for message in messages])
    for number, (status, body) in enumerate(found):
        if status in REFUSED:
            event("refused")
            assert number == len(found) - 1
            break
        event("answered")
        assert messages[number].is_complete
        assert (status, body) == messages[number].expected()
    if found and found[-1][0] in REFUSED - {413}:
        assert is_closed


@given(HONEST, st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=3)), max_size=3), CUTS)
@effort(300)
def test_a_request_with_a_few_bytes_changed_is_read_as_httptools_reads_it(
    talk, request_, changes, cuts
):
    stream = bytearray(request_)
    for at, put in changes:
        stream[at : at + len(put)] = put
    messages = Reader(bytes(stream)).messages

    written, _is_closed = talk.send(torn(bytes(stream), cuts))

    for number, (status, body) in enumerate(answers(written, [each.method for each in messages])):
        if status not in REFUSED:
            assert messages[number].is_complete
            assert (status, body) == messages[number].expected()
