"""All that one edge process knows, and the answers that it has at hand."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from masthead.bake.edge.addresses import host_of, location, names_by_number, path_of
from masthead.bake.edge.application import Application
from masthead.bake.edge.client import Proxies
from masthead.bake.edge.clock import Clock
from masthead.bake.edge.connection import Connection
from masthead.bake.edge.doors import Doors
from masthead.bake.edge.negotiation import codings
from masthead.bake.edge.page import Answer, Page, redirect
from masthead.bake.edge.recognition import Reader, Recognition
from masthead.bake.edge.settings import Settings
from masthead.bake.edge.sharing import Renders
from masthead.bake.edge.spool import Spools
from masthead.bake.edge.tree import Tree
from masthead.lib.counters import Counts
from masthead.lib.reads import Tally, is_robot, site_of

logger = logging.getLogger("masthead.edge")
#: Seconds.
BETWEEN_WRITINGS = 10


async def _no_application(_scope: Any, _receive: Any, _send: Any) -> None:
    raise AssertionError


@dataclass(slots=True)
class Glance:
    """An answer at hand, and what was read in the request to find it."""

    answer: Answer
    host: str
    reader: Reader
    #: None for an address that has only lost its slash.
    page: Page | None = None

    def learn(self, recognition: Recognition, data: bytes) -> None:
        """Let the same bytes be recognised."""
        if self.page:
            recognition.learn(data, self.host, self.page, self.reader)


def _site(headers: Mapping[bytes, bytes], host: str) -> str | None:
    purpose = headers.get(b"sec-purpose", headers.get(b"purpose", b""))
    if b"prefetch" in purpose or is_robot(headers.get(b"user-agent", b"")):
        return None
    return site_of(headers.get(b"referer", b""), host)


class Edge:
    """What the connections of one process share."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.is_stopping = False
        self.clock = Clock()
        self._written_at = self.clock.now
        self.tree = Tree(settings.baked, settings.limits.cached_bytes)
        self.tally = Tally()
        #: Answers by who gave them and their status; those from memory by status, until written.
        self.counts = Counts()
        self.from_memory: defaultdict[int, int] = defaultdict(int)
        self.recognition = Recognition(self.tree, self.tally)
        self.proxies = Proxies(settings.trusted_proxies)
        self.doors = Doors(settings.limits)
        self.spools = Spools(settings.spool, settings.limits.spooled_bytes)
        self.application = Application(settings.application, settings.limits, self.spools)
        self.renders = Renders()
        self.state = ServerState()
        self.config = Config(
            _no_application,  # each connection makes an exchange of each request
            interface="asgi3",
            lifespan="off",
            ws="none",
            loop="none",
            log_config=None,
            access_log=False,
            proxy_headers=False,
        )

    def connection(self) -> Connection:
        """Return the protocol for a new connection."""
        return Connection(self)

    def glance(self, target: bytes, headers: Mapping[bytes, bytes]) -> Glance | None:
        """Return the answer to a GET for a baked page, or None when nothing baked stands there."""
        host, path = host_of(headers.get(b"host", b"")), path_of(target)
        if host is None or path is None or names_by_number(target):
            return None
        reader = Reader(
            codings(headers.get(b"accept-encoding", b"")),
            headers.get(b"if-none-match", b""),
            _site(headers, host),
        )
        if page := self.tree.find(host, path):
            found = page.answer(reader.codings, reader.if_none_match)
            return Glance(found, host, reader, page)
        if not path.endswith("/") and self.tree.find(host, f"{path}/"):
            where = location(f"{path}/", target)
            return Glance(redirect(301, where, self.tree.headers).whole, host, reader)
        return None

    def tick(self) -> None:
        """Do what is due once a second."""
        self.clock.tick()
        self.tree.renew()
        self.look_around()
        if self.clock.now - self._written_at >= BETWEEN_WRITINGS:
            self.write_reads()

    def write_reads(self) -> None:
        """Write down what was read since the last time."""
        self._written_at = self.clock.now
        for status, count in self.from_memory.items():
            self.counts[f"memory {status}"] += count
        self.from_memory.clear()
        try:
            self.tally.write(self.settings.reads)
            self.counts.write(self.settings.reads)
        except OSError as error:
            logger.error("Reads cannot be written down: %s", error)  # noqa: TRY400 - a fault of the disk

    def look_around(self) -> None:
        """Judge whose time is over."""
        for guest in list(self.doors.inside):
            if guest.deadline < self.clock.now:
                guest.look()
