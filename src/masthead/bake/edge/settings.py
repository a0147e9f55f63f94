"""What the edge is told when it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE


class Refusal(StrEnum):
    """What the edge has to say by itself, each a whole page in the site's words."""

    DOWN = "down"
    DOWN_UNSAVED = "down, and what was sent was not saved"
    CUT_OFF = "the application broke off, and nobody knows what was saved"
    TOO_LARGE = "too large"
    NO_ROOM = "no room to take it in"


@dataclass(frozen=True)
class Limits:
    """Bytes, seconds and counts that no client goes beyond."""

    head_bytes: int = 32 * KILOBYTE
    headers: int = 100
    pipelined: int = 16
    #: Bytes of a request that are taken in; more is for ``large_paths``.
    body_bytes: int = MEGABYTE
    large_body_bytes: int = MEGABYTE
    #: Bytes that all requests and answers on their way may hold on the disk.
    spooled_bytes: int = 2048 * MEGABYTE
    #: Bytes of baked pages that are kept in memory.
    cached_bytes: int = 64 * MEGABYTE
    #: Seconds for a whole head, between two requests, and within which a body must make progress.
    head_seconds: float = 20
    idle_seconds: float = 30
    progress_seconds: float = 20
    #: Bytes that a client must send in that time.
    progress_bytes: int = KILOBYTE
    #: Seconds until an application that cannot be reached counts as down.
    reach_seconds: float = 5
    #: Seconds until an application that has not answered counts as broken.
    answer_seconds: float = 300
    connections: int = 20_000
    #: Connections of one address (IPv6: one /64); hundreds of readers may share it.
    connections_per_address: int = 512
    #: Requests that wait for the application at a time; the others wait here.
    forwarded: int = 64


@dataclass(frozen=True)
class Settings:
    """Where the edge finds what it sends, and whom it believes."""

    baked: Path
    static: Path
    media: Path
    #: Where what is too large for memory lies on its way.
    spool: Path
    #: Where it is written down how often pages were read.
    reads: Path
    #: The application's socket.
    application: Path
    pages: Mapping[Refusal, bytes]
    trusted_proxies: tuple[str, ...] = ()
    #: Addresses whose requests may be large, and those whose answers are nobody else's.
    large_paths: tuple[str, ...] = ()
    private_paths: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
