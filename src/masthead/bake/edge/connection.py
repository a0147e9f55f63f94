"""One connection: httptools reads it, with limits on what and how slowly a client may send."""

import http
import logging
from collections import deque
from typing import TYPE_CHECKING, Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from masthead.bake.edge.client import household
from masthead.bake.edge.exchange import Exchange
from masthead.bake.edge.heads import RefusedError, origin_form

if TYPE_CHECKING:
    from masthead.bake.edge.edge import Edge, Glance

logger = logging.getLogger("masthead.edge")
#: Seconds for which a client that was refused is listened to, so that it hears why.
LINGER = 2
#: Bytes of framing that are read for each byte of a body, and to begin with.
FRAMING = 8
#: A request with one of these needs more than a glance.
UNUSUAL = frozenset({b"content-length", b"transfer-encoding", b"upgrade", b"expect", b"range"})
SAFE = frozenset({b"GET", b"HEAD"})


class Connection(HttpToolsProtocol):
    """Reads requests, answers baked pages at once and leaves the rest to tasks."""

    transport: Any  # uvloop's, asyncio's in tests

    def __init__(self, edge: "Edge") -> None:
        super().__init__(edge.config, edge.state, {})
        self.access_log = False  # readers are not logged one by one
        self.edge = edge
        self.limits = edge.settings.limits
        #: Whether it is between two requests, with nothing of the next one read.
        self.is_resting = True
        self.is_refused = False
        self.in_message = self.in_head = False
        self.answering: RequestResponseCycle | None = None
        self.glance: Glance | None = None
        #: Bytes read of a head or body that is not complete; of the body alone; messages.
        self.unread = self.body_bytes = self.messages = 0
        self.heard = self.resumed = 0
        self.seen = (0, 0, 0)
        self.deadline = edge.clock.now + self.limits.head_seconds

    # The transport's calls

    def connection_made(self, transport: Any) -> None:
        """Let the connection in, unless there are too many from its address."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        counted = "" if self.edge.proxies.include(address) else household(address)
        if not self.edge.doors.enter(self, counted):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the connection go."""
        super().connection_lost(exc)
        self.edge.doors.left(self)
        self.pipeline.clear()

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn closes always
        """Go on answering a client that only has nothing more to ask."""
        if self.answering and not self.answering.response_complete and not self.in_message:
            self.answering.keep_alive = False
            return True
        return False

    def resume_writing(self) -> None:
        """Go on writing: the client takes what it is sent."""
        self.resumed += 1
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Answer a request that is recognised; read all others."""
        if self.is_resting and not self.flow.write_paused and not self.edge.is_stopping:
            answer = self.edge.recognition.answer(data)
            if answer:
                self.edge.from_memory[answer.status] += 1
                self.transport.writelines((answer.head, self.edge.clock.end_of_head, answer.body))
                self.heard += len(data)
                self.deadline = self.edge.clock.now + self.limits.idle_seconds
                return
        self._read(data)

    def _read(self, data: bytes) -> None:
        if self.is_refused or self.parser is None:
            return
        is_first = self.is_resting
        if is_first:
            self.is_resting = False
            self.deadline = self.edge.clock.now + self.limits.head_seconds
        self.heard += len(data)
        self.unread += len(data)
        self.messages = 0
        try:
            self.parser.feed_data(data)
            self._check_size()
        except httptools.HttpParserUpgrade:
            pass  # answered as if it had not been asked for, and the last on this connection
        except (httptools.HttpParserError, RefusedError) as error:
            self._refuse(_reason(error))
            return
        if is_first and self.messages == 1 and not self.in_message and self.glance:
            self.glance.learn(self.edge.recognition, data)
        self._rest()

    def _check_size(self) -> None:
        """Bound what is read without becoming a header or a body."""
        if self.in_head and self.unread > self.limits.head_bytes:
            raise RefusedError(431, "The head is too long")
        if self.in_message and not self.in_head:
            allowed = self.limits.head_bytes + FRAMING * self.body_bytes
            if self.unread - self.body_bytes > allowed:
                raise RefusedError(400, "More framing than content")

    # The parser's calls

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self.in_message = self.in_head = True
        self.body_bytes = 0
        self.glance = None

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what stands behind a body is no part of the head."""
        if self.in_head:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Answer at once, or begin a task."""
        self.in_head = False
        self.unread = 0
        self.deadline = self.edge.clock.now + self.limits.progress_seconds
        self._check_head()
        self.url = origin_form(self.url, self.parser.get_http_version(), self.headers)
        headers = dict(self.headers)
        if self._is_plain(headers):
            self.glance = self.edge.glance(self.url, headers)
        if self.glance is None:
            self.expect_100_continue = headers.get(b"expect", b"").lower() == b"100-continue"
            self.scope["state"]["target"] = self.url
            super().on_headers_complete()
            if self.parser.should_upgrade() or self.edge.is_stopping:
                self.cycle.keep_alive = False

    def _check_head(self) -> None:
        size = sum(len(name) + len(value) for name, value in self.headers)
        if len(self.headers) > self.limits.headers or size > self.limits.head_bytes:
            raise RefusedError(431, "The head is too long")
        if len(self.pipeline) >= self.limits.pipelined:
            raise RefusedError(400, "Too many requests at once")
        if self.parser.should_upgrade() and self.parser.get_method() not in SAFE:
            raise RefusedError(400, "An upgrade of a request with a body")

    def _is_plain(self, headers: dict[bytes, bytes]) -> bool:
        is_free = not self.answering and not self.flow.write_paused and not self.edge.is_stopping
        return (
            is_free
            and self.parser.get_method() in SAFE
            and self.parser.get_http_version() == "1.1"
            and self.parser.should_keep_alive()
            and UNUSUAL.isdisjoint(headers)
        )

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        self.body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Send the answer that is ready."""
        self.in_message = False
        self.unread = 0
        self.messages += 1
        if self.glance is None:
            super().on_message_complete()
            return
        answer, page = self.glance.answer, self.glance.page
        is_head = self.parser.get_method() == b"HEAD"
        if page and not is_head:
            self.edge.recognition.count(page, self.glance.reader)
        body = b"" if is_head else answer.body
        self.edge.from_memory[answer.status] += 1
        self.transport.writelines((answer.head, self.edge.clock.end_of_head, body))

    # Answers by tasks

    def _start_asgi_task(self, cycle: RequestResponseCycle, _app: Any) -> None:
        self.answering = cycle

        async def exchange(_scope: Any, _receive: Any, _send: Any) -> None:
            await Exchange(self.edge, cycle).answer()

        super()._start_asgi_task(cycle, exchange)

    def on_response_complete(self) -> None:
        """Begin the next task, or wait for the next request."""
        self.answering = None
        self.deadline = self.edge.clock.now + self.limits.progress_seconds
        super().on_response_complete()
        self._unset_keepalive_if_required()  # ``look`` keeps that time
        self._rest()

    def _rest(self) -> None:
        if not self.in_message and not self.answering and not self.is_refused:
            self.is_resting = True
            self.deadline = self.edge.clock.now + self.limits.idle_seconds

    def stop(self, *, is_late: bool) -> None:
        """Close the connection once it rests; at first only if it has been answered before."""
        if self.is_resting and (is_late or self.heard):
            self.leave()
        elif self.answering:
            self.answering.keep_alive = False

    def leave(self) -> None:
        """Close the connection after what is being sent."""
        self.is_resting = False
        self.transport.close()

    def _refuse(self, error: RefusedError) -> None:
        """Say why, unless an earlier request is still being answered; then close."""
        logger.warning("Invalid request refused: %s", error, extra={"status": error.status})
        self.edge.counts[f"edge {error.status}"] += 1
        self.is_refused = True
        self.is_resting = False
        self.pipeline = deque()
        self.deadline = self.edge.clock.now + LINGER
        current = self.answering
        if current and not (current is self.cycle and current.more_body):
            current.keep_alive = False
            self.deadline = self.edge.clock.now + self.limits.answer_seconds
            return
        if current:
            current.disconnected = True
            current.message_event.set()
            if current.response_started:
                self.transport.abort()
                return
        self._say(error)

    def _say(self, error: RefusedError) -> None:
        text = f"{error}.\n".encode()
        line = f"HTTP/1.1 {error.status} {http.HTTPStatus(error.status).phrase}\r\n".encode()
        self.transport.write(
            b"%scontent-type: text/plain\r\ncontent-length: %d\r\nconnection: close\r\n%s%s"
            % (line, len(text), self.edge.clock.end_of_head, text)
        )
        if self.transport.can_write_eof():
            self.transport.write_eof()

    # Time

    def look(self) -> None:
        """Judge a client whose time is over; called once a second at most."""
        now, was = self.edge.clock.now, self.seen
        waiting = self.transport.get_write_buffer_size()
        self.seen = (self.heard, self.resumed, waiting)
        if self.is_refused:
            self.transport.abort()
        elif waiting:
            self._extend_if(self.seen[1:] != was[1:], now)
        elif self.answering and self.answering.more_body and not self.flow.read_paused:
            self._extend_if(self.heard - was[0] >= self.limits.progress_bytes, now)
        elif self.answering:
            self.deadline = now + self.limits.progress_seconds
        elif self.in_head:
            self._refuse(RefusedError(408, "The request did not come in time"))
        else:
            self.transport.close()

    def _extend_if(self, moves: bool, now: float) -> None:  # noqa: FBT001 - a private question
        if moves:
            self.deadline = now + self.limits.progress_seconds
        elif self.answering and self.answering.more_body:
            self._refuse(RefusedError(408, "The request did not come in time"))
        else:
            self.transport.abort()


def _reason(error: Exception) -> RefusedError:
    """Return why a request is refused: httptools wraps what our own checks raise."""
    for each in (error, error.__context__):
        if isinstance(each, RefusedError):
            return each
    return RefusedError(400, "Invalid request")
