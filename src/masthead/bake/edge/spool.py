"""Bytes on their way: in memory while they are few, in a file without a name when they are many."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from masthead.bake.edge.settings import KILOBYTE

IN_MEMORY = 64 * KILOBYTE
PIECE = 256 * KILOBYTE


class NoRoomError(Exception):
    """What is on its way holds all the disk that it may."""


class Spools:
    """All spools of a process, which together hold no more bytes on the disk than allowed."""

    def __init__(self, folder: Path, room: int) -> None:
        self.folder = folder
        self.room = room

    def open(self) -> "Spool":
        """Return an empty spool."""
        return Spool(self)


class Spool:
    """Takes bytes in, then gives them back as often as wanted; its file goes with it."""

    def __init__(self, spools: Spools) -> None:
        self.spools = spools
        self.size = 0
        self.memory = bytearray()
        self.file: int | None = None
        self.on_disk = 0

    def write(self, data: bytes) -> None:
        """Take bytes in. Raises NoRoomError, or OSError when the disk fails."""
        self.size += len(data)
        if self.file is None and self.size <= IN_MEMORY:
            self.memory += data
            return
        if self.file is None:
            self.file = _file_without_name(self.spools.folder)
            data = bytes(self.memory) + data
            self.memory.clear()
        self._reserve(len(data))
        view = memoryview(data)
        while view:
            view = view[os.write(self.file, view) :]

    def _reserve(self, size: int) -> None:
        if size > self.spools.room:
            raise NoRoomError
        self.spools.room -= size
        self.on_disk += size

    def pieces(self) -> Iterator[bytes]:
        """Yield what was taken in; several may read at once."""
        if self.file is None:
            if self.memory:
                yield bytes(self.memory)
            return
        at = 0
        while piece := os.pread(self.file, PIECE, at):
            at += len(piece)
            yield piece

    def close(self) -> None:
        """Give memory and disk back; until then they are given back with the last reference."""
        self.memory.clear()
        self.spools.room += self.on_disk
        self.on_disk = 0
        if self.file is not None:
            os.close(self.file)
            self.file = None

    __del__ = close


def _file_without_name(folder: Path) -> int:
    descriptor, name = tempfile.mkstemp(prefix=".on-its-way-", dir=folder)
    os.unlink(name)  # noqa: PTH108 - a name as mkstemp gives it
    return descriptor
