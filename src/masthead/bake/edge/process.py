"""The edge as a process: it listens, and when it is told to stop it answers whom it has heard."""

import asyncio
import os
import resource
import select
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import uvloop

from masthead.bake.edge.edge import Edge
from masthead.bake.edge.settings import Settings

#: Seconds that requests in flight are given when the process stops.
GRACE = 30
#: Seconds that clients which were let in just now have left to ask.
GREETING = 1
#: Files that are open besides connections, and how many each connection may need.
OTHER_FILES = 200
FILES_EACH = 3
READERS_OF_FILES = 4
STOP = (signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP)


def serve_edge(settings: Settings, listener: socket.socket, *, parent: int) -> int:
    """Answer until told to stop (SIGTERM), or until the parent process is gone."""
    room = (allow_many_files() - OTHER_FILES) // FILES_EACH
    limits = replace(settings.limits, connections=max(100, min(settings.limits.connections, room)))
    uvloop.run(Process(replace(settings, limits=limits), listener, parent).run())
    return 0


def allow_many_files() -> int:
    """Raise the number of files that this process may open as far as it may; return it."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Process:
    """One edge process."""

    def __init__(self, settings: Settings, listener: socket.socket, parent: int) -> None:
        self.settings = settings
        self.listener = listener
        self.parent = parent

    async def run(self) -> None:
        """Serve, then stop in good order."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(READERS_OF_FILES, "files"))
        told = asyncio.Event()
        for number in STOP:
            loop.add_signal_handler(number, told.set)
        edge = Edge(self.settings)
        server = await loop.create_server(edge.connection, sock=self.listener, backlog=1024)
        ticking = loop.create_task(self._tick(edge, told))
        await told.wait()
        edge.is_stopping = True
        await self._empty_queue()
        server.close()
        await _finish(edge)
        edge.write_reads()
        ticking.cancel()

    async def _tick(self, edge: Edge, told: asyncio.Event) -> None:
        while True:
            edge.tick()
            if os.getppid() != self.parent:
                told.set()
            await asyncio.sleep(1)

    async def _empty_queue(self) -> None:
        """Let in everybody who is connected: closing the listener would cut them off."""
        deadline = asyncio.get_running_loop().time() + GREETING
        while select.select([self.listener], [], [], 0)[0]:
            if asyncio.get_running_loop().time() > deadline:
                return
            await asyncio.sleep(0)


async def _finish(edge: Edge) -> None:
    """Answer what was asked; close what rests, after a moment in which it may ask."""
    now = asyncio.get_running_loop().time
    began = now()
    while edge.doors.inside and now() < began + GRACE:
        for guest in list(edge.doors.inside):
            guest.stop(is_late=now() > began + GREETING)
        await asyncio.sleep(0.05)
    for guest in list(edge.doors.inside):
        guest.transport.abort()
