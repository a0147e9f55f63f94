"""One request that takes more than a glance: a file, or something for the application."""

import asyncio
import logging
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import h11

from masthead.bake.edge import files
from masthead.bake.edge.addresses import path_of
from masthead.bake.edge.application import Answered, Asked, CutOffError, DownError
from masthead.bake.edge.settings import KILOBYTE, Refusal
from masthead.bake.edge.spool import NoRoomError, Spool
from masthead.lib.request_id import begin_request

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from masthead.bake.edge.edge import Edge

logger = logging.getLogger("masthead.edge")
SAFE = frozenset({"GET", "HEAD"})
#: Who tells the application who it is, or wants a part, gets an answer of its own.
PERSONAL = (b"cookie", b"authorization", b"range")
RETRY_AFTER = 5
#: A slow reader of a clip holds two of these: one on its way, one that waits.
FILE_PIECE = 128 * KILOBYTE
Headers = list[tuple[bytes, bytes]]


class TooLargeError(Exception):
    """A request has more bytes than its address takes."""


class GoneError(Exception):
    """The client has gone before all of its request was there."""


class Exchange:
    """One request and its answer."""

    def __init__(self, edge: "Edge", cycle: "RequestResponseCycle") -> None:
        self.edge = edge
        self.cycle = cycle
        scope = cycle.scope
        self.method = scope["method"]
        self.target: bytes = scope["state"]["target"]
        self.path = path_of(self.target) or ""
        self.headers = tuple(scope["headers"])
        self.asked = _joined(self.headers)
        #: Under this name it stands in the logs, of the edge and of the application.
        self.name = begin_request()
        self.answered_by = "edge"
        self.client = edge.proxies.client((scope["client"] or ("", 0))[0], self.headers)

    async def answer(self) -> None:
        """Answer the request, once all of it is here."""
        body = self.edge.spools.open()
        try:
            await self._take_in(body)
        except GoneError:
            return
        except TooLargeError:
            await self._refuse(413, Refusal.TOO_LARGE, "too large")
        except (NoRoomError, OSError) as error:
            await self._refuse(503, Refusal.NO_ROOM, repr(error))
        else:
            await self._answer(body)
        finally:
            body.close()

    async def _answer(self, body: Spool) -> None:
        glance = self.edge.glance(self.target, self.asked) if self.method in SAFE else None
        if glance:
            self.answered_by = "memory"
            found = glance.answer
            await self._send(found.status, list(found.headers), [found.body])
        elif self.method in SAFE and (part := self._file()):
            self.answered_by = "disk"
            await self._send_part(part)
        else:
            await self._hand_over(body)

    # Files

    def _file(self) -> files.Part | None:
        settings = self.edge.settings
        if self.path.startswith("/static/"):
            return files.static(settings.static, self.path.removeprefix("/static/"), self.asked)
        if self.path.startswith("/media/"):
            return files.media(settings.media, self.path.removeprefix("/media/"), self.asked)
        return None

    async def _send_part(self, part: files.Part) -> None:
        loop = asyncio.get_running_loop()
        with part:
            await self._start(
                part.status, [(k.encode(), v.encode()) for k, v in part.headers.items()]
            )
            sent = part.sent if self.method == "GET" else range(0)
            for at in range(sent.start, sent.stop, FILE_PIECE):
                size = min(FILE_PIECE, sent.stop - at)
                piece = await loop.run_in_executor(None, os.pread, part.file, size, at)
                if len(piece) < size or self._client_has_gone():
                    self.cycle.transport.abort()  # the file was cut meanwhile: so is the answer
                    return
                await self._piece(piece)
            await self._end()

    # The application

    async def _take_in(self, body: Spool) -> None:
        """Take the body in whole, before the application hears of the request.

        Raises TooLargeError, GoneError, NoRoomError, and OSError when the disk fails.
        """
        limit = self._limit()
        if int(self.asked.get(b"content-length", b"0")) > limit:
            raise TooLargeError
        more = True
        while more:
            message: Any = await self.cycle.receive()
            if message["type"] == "http.disconnect":
                raise GoneError
            body.write(message["body"])
            if body.size > limit:
                raise TooLargeError
            more = message["more_body"]

    def _limit(self) -> int:
        """Return how many bytes this address takes; many only from who seems to be signed in."""
        limits = self.edge.settings.limits
        is_large = self.path.startswith(self.edge.settings.large_paths)
        return (
            limits.large_body_bytes if is_large and self.asked.get(b"cookie") else limits.body_bytes
        )

    async def _hand_over(self, body: Spool) -> None:
        asked = Asked(self.method, self.target, self.headers, self.client, body, self.name)
        try:
            answered = await self._asked(asked)
        except h11.LocalProtocolError as error:
            await self._refuse_plainly(400, f"This request cannot be passed on: {error}.\n")
        except DownError as error:
            unsaved = Refusal.DOWN if self.method in SAFE else Refusal.DOWN_UNSAVED
            await self._refuse(503, unsaved, repr(error))
        except (CutOffError, NoRoomError, OSError) as error:
            unknown = Refusal.DOWN if self.method in SAFE else Refusal.CUT_OFF
            await self._refuse(503, unknown, repr(error))
        else:
            await self._pass_on(answered)

    async def _asked(self, asked: Asked) -> Answered:
        if not self._is_anybodys(asked):
            return await self.edge.application.ask(asked)
        names = (b"host", b"accept-language")
        key = (self.target, self.client.scheme.encode(), *(self.asked.get(n, b"") for n in names))
        return await self.edge.renders.ask(key, lambda: self.edge.application.ask(asked))

    def _is_anybodys(self, asked: Asked) -> bool:
        is_plain = self.method == "GET" and not asked.body.size
        is_private = self.path.startswith(self.edge.settings.private_paths)
        return is_plain and not is_private and not any(name in self.asked for name in PERSONAL)

    async def _pass_on(self, answered: Answered) -> None:
        self.answered_by = "application"
        headers = [pair for pair in answered.headers if pair[0] not in {b"server", b"date"}]
        assert answered.body is not None
        if answered.has_length:
            headers.append((b"content-length", b"%d" % answered.body.size))
        await self._send(answered.status, headers, answered.body.pieces())

    # Answers

    async def _refuse(self, status: int, refusal: Refusal, why: str) -> None:
        logger.error("A request was refused: %s (%s)", refusal, why, extra={"status": status})
        page = self.edge.settings.pages[refusal]
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"x-content-type-options", b"nosniff"),
            (b"x-request-id", self.name.encode()),
        ]
        if status == 503:
            headers.append((b"retry-after", b"%d" % RETRY_AFTER))
        await self._say(status, headers, page)

    async def _refuse_plainly(self, status: int, text: str) -> None:
        await self._say(status, [(b"content-type", b"text/plain; charset=utf-8")], text.encode())

    async def _say(self, status: int, headers: Headers, body: bytes) -> None:
        """Send what is true now only. A body that nobody waits for ends the connection."""
        headers += [(b"cache-control", b"no-store"), (b"content-length", b"%d" % len(body))]
        if self.cycle.waiting_for_100_continue:
            headers.append((b"connection", b"close"))
        await self._send(status, headers, [body])

    async def _send(self, status: int, headers: Headers, pieces: Iterable[bytes]) -> None:
        await self._start(status, headers)
        if self.method != "HEAD":
            for piece in pieces:
                if self._client_has_gone():
                    return
                await self._piece(piece)
        await self._end()

    def _client_has_gone(self) -> bool:
        return self.cycle.disconnected or self.cycle.transport.is_closing()

    async def _start(self, status: int, headers: Headers) -> None:
        self.edge.counts[f"{self.answered_by} {status}"] += 1
        headers = [*headers, (b"date", self.edge.clock.date)]
        await self.cycle.send({"type": "http.response.start", "status": status, "headers": headers})

    async def _piece(self, piece: bytes) -> None:
        await self.cycle.send({"type": "http.response.body", "body": piece, "more_body": True})

    async def _end(self) -> None:
        await self.cycle.send({"type": "http.response.body", "body": b"", "more_body": False})


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return headers by name, those of one name as one list (RFC 9110, section 5.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        found[name] = found[name] + b", " + value if name in found else value
    return found
