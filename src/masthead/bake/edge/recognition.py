"""Requests that are recognised, byte by byte, as ones whose meaning is known already.

Reading a request costs more than answering it. So the reader's half of it, from the version to
the empty line, is remembered with what httptools read in it, and so is each target. When both come
again, in one piece and with nothing behind, the answer follows without reading: there is no second
parser that could understand a request otherwise than the first.
"""

from dataclasses import dataclass, field
from typing import Any

from masthead.bake.edge.page import Answer, Page
from masthead.bake.edge.settings import KILOBYTE
from masthead.bake.edge.tree import Tree
from masthead.lib.reads import Read, Tally

BEGINNING = b"GET "
VERSION = b" HTTP/1.1\r\n"
END = b"\r\n\r\n"
#: How much is remembered: beyond that what came first goes first.
READERS = 2048
LONGEST_READER = KILOBYTE + KILOBYTE // 2
TARGETS = 8192
LONGEST_TARGET = 256


@dataclass(slots=True)
class Reader:
    """What the second half of a request says."""

    codings: tuple[str, ...]
    if_none_match: bytes
    #: The site that led here, or "" for none; None if it reads for nobody, and is not counted.
    site: str | None
    #: The pages of the host that it names, by target: the same for all readers of that host.
    pages: dict[bytes, Page] = field(default_factory=dict)


class Recognition:
    """Remembers plain requests for baked pages."""

    def __init__(self, tree: Tree, tally: Tally) -> None:
        self.tree = tree
        self.tally = tally
        self.readers: dict[bytes, Reader] = {}
        self.pages: dict[str, dict[bytes, Page]] = {}

    def answer(self, data: bytes) -> Answer | None:
        """Return the answer to a request that is known to the last byte."""
        end = data.find(b" ", len(BEGINNING))
        reader = self.readers.get(data[end:])
        if reader is None or not data.startswith(BEGINNING):
            return None
        page = reader.pages.get(data[len(BEGINNING) : end])
        if page is None or not page.generation or page.generation != self.tree.generation():
            return None
        page.is_wanted = True
        self.count(page, reader)
        return page.answer(reader.codings, reader.if_none_match)

    def count(self, page: Page, reader: Reader) -> None:
        """Count a page as read, if people read it and this is somebody."""
        if page.place and reader.site is not None:
            self.tally.add(Read(page.place, reader.site))

    def learn(self, data: bytes, host: str, page: Page, reader: Reader) -> None:
        """Remember what a request meant that httptools read as one, whole and without a body."""
        end = data.find(b" ", len(BEGINNING))
        target, rest = data[len(BEGINNING) : end], data[end:]
        is_plain = rest.startswith(VERSION) and data.find(END) == len(data) - len(END)
        fits = len(target) <= LONGEST_TARGET and len(rest) <= LONGEST_READER
        if not (is_plain and fits and data.startswith(BEGINNING)):
            return
        reader.pages = self.pages.setdefault(host, {})
        _remember(self.readers, rest, reader, READERS)
        _remember(reader.pages, target, page, TARGETS)


def _remember(memory: dict[bytes, Any], key: bytes, value: object, most: int) -> None:
    memory.pop(key, None)
    memory[key] = value
    if len(memory) > most:
        del memory[next(iter(memory))]
