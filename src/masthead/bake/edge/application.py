"""The way to the application and back: over its socket, one connection a request.

No connection is kept, so none can be found closed with a request already on it.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import h11

from masthead.bake.edge.client import CLAIMS, TOLD, Client
from masthead.bake.edge.settings import KILOBYTE, Limits
from masthead.bake.edge.spool import Spool, Spools

#: What concerns one connection only (RFC 9110, section 7.6.1).
HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
#: What the edge says itself.
OURS = frozenset({b"content-length", b"expect", TOLD})
PIECE = 64 * KILOBYTE
#: Seconds between two attempts to reach an application that is just starting.
PAUSE = 0.05
Headers = Sequence[tuple[bytes, bytes]]


class DownError(Exception):
    """The application cannot be reached: nothing was handed over."""


class CutOffError(Exception):
    """The application broke off, or said nothing for too long, after it had the request."""


@dataclass
class Asked:
    """A request, taken in whole."""

    method: str
    target: bytes
    headers: Headers
    client: Client
    body: Spool
    #: What it is called in the logs.
    name: str

    def head(self) -> h11.Request:
        """Return what the application is told. Raises h11.LocalProtocolError."""
        headers = [pair for pair in handed_on(self.headers) if b"_" not in pair[0]]
        told = bytes(self.client) + b" " + self.name.encode("ascii")
        headers += [(TOLD, told), (b"connection", b"close")]
        if self.body.size or self.method not in {"GET", "HEAD"}:
            headers.append((b"content-length", b"%d" % self.body.size))
        return h11.Request(method=self.method, target=self.target, headers=headers)


@dataclass
class Answered:
    """An answer, taken off whole."""

    status: int
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: Spool | None = None

    @property
    def has_length(self) -> bool:
        """Return whether an answer of this status tells how long it is."""
        return self.status >= 200 and self.status not in {204, 304}


def handed_on(headers: Headers) -> Iterator[tuple[bytes, bytes]]:
    """Yield the headers that go past us, in either direction."""
    named = {
        name.strip().lower()
        for key, value in headers
        if key == b"connection"
        for name in value.split(b",")
    }
    kept_back = HOP_BY_HOP | CLAIMS | OURS | (named - {b"host"})
    return ((name, value) for name, value in headers if name not in kept_back)


class Application:
    """Asks the application, so many requests at a time; the others wait here, in turn."""

    def __init__(self, path: Path, limits: Limits, spools: Spools) -> None:
        self.path = str(path)
        self.limits = limits
        self.spools = spools
        self.turns = asyncio.Semaphore(limits.forwarded)

    async def ask(self, asked: Asked) -> Answered:
        """Return the whole answer.

        Raises DownError, CutOffError, h11.LocalProtocolError when the request cannot be written,
        and NoRoomError or OSError when the answer cannot be kept.
        """
        head = asked.head()
        async with self.turns:
            reader, writer = await self._reach()
            sending = asyncio.create_task(_send(head, asked, writer))
            try:
                async with asyncio.timeout(self.limits.answer_seconds):
                    return await self._receive(head, reader)
            except (TimeoutError, ConnectionError, h11.RemoteProtocolError) as error:
                raise CutOffError(repr(error)) from error
            finally:
                sending.cancel()
                writer.transport.abort()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect; for a moment, to an application that is about to start, too."""
        deadline = asyncio.get_running_loop().time() + self.limits.reach_seconds
        while True:
            try:
                return await asyncio.open_unix_connection(self.path, limit=2 * PIECE)
            except OSError as error:
                if asyncio.get_running_loop().time() >= deadline:
                    raise DownError(repr(error)) from error
            await asyncio.sleep(PAUSE)

    async def _receive(self, head: h11.Request, reader: asyncio.StreamReader) -> Answered:
        connection = h11.Connection(h11.CLIENT)
        connection.send(head)  # so that it knows what is answered; ``_send`` does the sending
        answered = Answered(0, body=self.spools.open())
        while True:
            match connection.next_event():
                case h11.NEED_DATA:
                    connection.receive_data(await reader.read(PIECE))
                case h11.Response() as response:
                    answered.status = response.status_code
                    answered.headers = list(handed_on(list(response.headers)))
                case h11.Data(data=data):
                    assert answered.body is not None
                    answered.body.write(bytes(data))
                case h11.EndOfMessage():
                    return answered
                case h11.ConnectionClosed():
                    msg = "closed without an answer"
                    raise h11.RemoteProtocolError(msg)


async def _send(head: h11.Request, asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Send a request; an application that has heard enough may answer before its end."""
    connection = h11.Connection(h11.CLIENT)
    with suppress(OSError):
        writer.write(connection.send(head) or b"")
        for piece in asked.body.pieces():
            writer.write(connection.send(h11.Data(data=piece)) or b"")
            await writer.drain()
        connection.send(h11.EndOfMessage())
        await writer.drain()
