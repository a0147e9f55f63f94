"""From the address of something on another site to the player that shows it after a click."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from masthead.stories.blocks import EMBED_PROVIDERS

_PATHS = {
    "www.youtube.com": r"/(?:embed|shorts|live)/([\w-]+)",
    "youtu.be": r"/([\w-]+)",
    "vimeo.com": r"/(\d+)",
    "archive.org": r"/(?:details|embed)/([\w.-]+)",
}
_PLAYERS = {"YouTube": "/embed/", "Vimeo": "/video/", "Internet Archive": "/embed/"}


@dataclass(frozen=True)
class Embed:
    """Who shows it, and the player's address; none when the address names nothing to play."""

    provider: str
    player: str


def embed(url: str) -> Embed:
    """Return the provider and the player for an address that a reader may open."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    provider, origin = EMBED_PROVIDERS.get(host, (host, ""))
    found = re.match(_PATHS[host], parts.path) if host in _PATHS else None
    key = found[1] if found else _watched(parts.query)
    if not origin or not key:
        return Embed(provider, "")
    return Embed(provider, f"{origin}{_PLAYERS[provider]}{key}")


def _watched(query: str) -> str:
    key = parse_qs(query).get("v", [""])[0]
    return key if re.fullmatch(r"[\w-]+", key) else ""
