"""What the baker asks of whoever has public pages: what stands at a name, and which there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Name(NamedTuple):
    """The name of a node; those with a lower rank are baked first."""

    text: str
    rank: int


@dataclass(frozen=True)
class Baked:
    """What stands at a public address.

    ``place`` is its host and decoded path, ``news.example/a/b/``. ``needs`` names the nodes that
    it leads to: parts of a long list, feeds, and lists of which it shows a part.
    """

    place: str
    status: int = 200
    content: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    location: str = ""
    key: str = ""
    cache_control: str = ""
    needs: tuple[Name, ...] = ()
    #: Seconds between two bakes while it keeps changing, where that is not the rule for all.
    pause: float | None = None


@dataclass(frozen=True)
class Index:
    """A long list of which pages show a part each: a fingerprint of every part."""

    parts: Mapping[str, str] = field(default_factory=dict)


class Source(Protocol):
    """Where the baker's pages come from. Everything but ``render`` may ask anything."""

    def render(self, name: str) -> Baked | Index | None:
        """Return what stands at a name, or None where nothing does: from rows alone."""

    def names_of(self, document: str, keys: Sequence[str]) -> Iterable[Name]:
        """Return the names at which documents of one kind that changed may stand now."""

    def all_names(self) -> Iterable[Name]:
        """Return all names that are not found through the ``needs`` of others."""

    def build(self) -> str:
        """Return a hash of program, templates and settings: when it changes all is baked anew."""


_source: list[Source] = []


def register(source: Source) -> None:
    """Let the baker bake what a source has; there is one."""
    _source[:] = [source]


def the_source() -> Source:
    """Return the one source of pages."""
    return _source[0]
