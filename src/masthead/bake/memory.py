"""What many renders need is made once, and kept until somebody is told of a change in it.

It is exact like the tape: what was made at one turn holds at the next when none of the keys that
were read for it is among those that the turn told.
"""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from masthead.bake.capture import aside, note

T = TypeVar("T")
#: Pieces that renders share; more would take up too much memory.
MOST = 2_000


class Piece(NamedTuple):
    """What renders share, and the keys that were read for it.

    Unless it ``lasts`` it holds for one turn: a change of it wakes others than those who asked.
    """

    value: Any
    reads: set[str]
    lasts: bool


@dataclass
class Memory:
    """Pieces that renders share, by their names, as of one turn."""

    turn: int = -1
    pieces: dict[str, Piece] = field(default_factory=dict)

    def at(self, turn: int) -> "Memory":
        """Return itself as of a turn: empty if another baker told something since, or if full."""
        if turn != self.turn or len(self.pieces) > MOST:
            self.turn, self.pieces = turn, {}
        return self

    def told(self, turn: int, told: set[str]) -> None:
        """Go on to the turn that followed, with what is known not to have changed in it."""
        if turn != self.turn + 1:
            return
        self.turn = turn
        self.pieces = {
            name: piece
            for name, piece in self.pieces.items()
            if piece.lasts and told.isdisjoint(piece.reads)
        }


_memory: ContextVar[Memory | None] = ContextVar("memory", default=None)


@contextmanager
def sharing(memory: Memory) -> Iterator[None]:
    """Let renders share what ``shared`` computes."""
    token = _memory.set(memory)
    try:
        yield
    finally:
        _memory.reset(token)


def is_sharing() -> bool:
    return _memory.get() is not None


def shared(name: str, compute: Callable[[], T], *, lasts: bool = True) -> T:
    """Return plain data that many renders need, computed once for all of them; see ``Piece``.

    It holds no rows: what is loaded through one of them later would be noted once only.
    """
    memory = _memory.get()
    if memory is None:
        return compute()
    if name not in memory.pieces:
        with aside() as reads:
            memory.pieces[name] = Piece(compute(), reads, lasts)
    found = memory.pieces[name]
    note(*found.reads)
    value: T = found.value
    return value


def shared_row(name: str, find: Callable[[], T]) -> T:
    """Return a row that many renders need: read once, made anew for each of them."""
    if not is_sharing():
        return find()
    row: T = pickle.loads(shared(name, lambda: pickle.dumps(find())))  # noqa: S301 - our own
    return row
