"""An edge without sockets: what a test writes is what it reads, piece by piece."""

import asyncio
import json
import re

from masthead.bake.edge.application import Answered
from masthead.bake.edge.edge import Edge


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self):
        super().__init__()
        self.written = bytearray()
        self.is_paused = self.is_ended = False

    def write(self, data):
        if not self.is_ended:
            self.written += data

    def writelines(self, pieces):
        self.write(b"".join(pieces))

    def close(self):
        self.is_ended = True

    abort = write_eof = close

    def is_closing(self):
        return self.is_ended

    def can_write_eof(self):
        return True

    def pause_reading(self):
        self.is_paused = True

    def resume_reading(self):
        self.is_paused = False

    def get_write_buffer_size(self):
        return 0

    def get_extra_info(self, name, default=None):
        return ("127.0.0.1", 5) if name == "peername" else default


class Echo:
    """An application that says what it was asked."""

    def __init__(self, edge):
        self.edge = edge

    async def ask(self, asked):
        asked.head()  # what cannot be written is refused
        await asyncio.sleep(0)
        hosts = [value.decode("latin-1") for name, value in asked.headers if name == b"host"]
        body = b"".join(asked.body.pieces()).decode("latin-1")
        answered = Answered(200, body=self.edge.spools.open())
        answered.body.write(echo(asked.method, asked.target, hosts, body))
        return answered


def echo(method, target, hosts, body):
    return json.dumps([method, target.decode("latin-1"), hosts, body]).encode()


class Talk:
    """Talks with one edge, one connection after the other."""

    def __init__(self, settings):
        self.loop = asyncio.new_event_loop()
        self.edge = self.loop.run_until_complete(self._make(settings))

    async def _make(self, settings):
        edge = Edge(settings)
        edge.application = Echo(edge)
        return edge

    def send(self, pieces):
        """Send pieces on a connection; return what it wrote, and whether it closed."""
        return self.loop.run_until_complete(self._send(pieces))

    async def _send(self, pieces):
        wire, connection = Wire(), self.edge.connection()
        connection.connection_made(wire)
        for piece in pieces:
            await self._turns(lambda: not wire.is_paused)
            if wire.is_ended:
                break
            connection.data_received(piece)
        await self._turns(lambda: not self.edge.state.tasks)
        is_closed = wire.is_ended
        connection.connection_lost(None)
        await self._turns(lambda: not self.edge.state.tasks)
        return bytes(wire.written), is_closed

    async def _turns(self, condition):
        for _turn in range(1000):
            if condition():
                return
            await asyncio.sleep(0)


def answers(written, methods):
    """Return status and body of all answers that were written; each must be whole."""
    found = []
    while written:
        head, _end, written = written.partition(b"\r\n\r\n")
        status = int(re.match(rb"HTTP/1\.1 (\d{3}) ", head)[1])
        if status == 100:
            continue
        method = methods[len(found)] if len(found) < len(methods) else "GET"
        length = int(re.search(rb"\r\ncontent-length: (\d+)", head)[1])
        length = 0 if method == "HEAD" and status in {200, 301, 304, 413} else length
        assert len(written) >= length
        found.append((status, written[:length]))
        written = written[length:]
    return found
