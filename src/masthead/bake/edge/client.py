"""Who asks, and by which scheme: nothing that a stranger says about it is believed."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

#: What tells where a request comes from: believed of a trusted proxy, never handed on.
CLAIMS = frozenset(
    {
        b"forwarded",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-proto",
        b"x-real-ip",
    }
)
#: The one header in which the application is told, with the name that the request has in the logs;
#: see masthead.conf.middleware.
TOLD = b"x-masthead-client"
Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Client:
    """A network address and the scheme by which it asks."""

    address: str
    scheme: str = "http"

    def __bytes__(self) -> bytes:
        return f"{self.address} {self.scheme}".encode("ascii")


class Proxies:
    """The proxies whose word is taken: addresses or networks such as ``10.0.0.0/8``."""

    def __init__(self, trusted: Iterable[str]) -> None:
        self.networks = [ip_network(each) for each in trusted]
        self.include = lru_cache(maxsize=1024)(self._include)

    def _include(self, address: str) -> bool:
        """Return whether an address is a trusted proxy's."""
        found = parse(address)
        return found is not None and any(found in network for network in self.networks)

    def client(self, peer: str, headers: Headers) -> Client:
        """Return who asks: the peer, or whom a trusted proxy names."""
        known = parse(peer)
        address = str(known) if known else ""
        if not self.networks or not self.include(address):
            return Client(address)
        said = {name: value.decode("latin-1") for name, value in headers if name in CLAIMS}
        scheme = "https" if said.get(b"x-forwarded-proto") == "https" else "http"
        chain = ",".join(
            value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"
        )
        return Client(self._last_stranger(chain) or address, scheme)

    def _last_stranger(self, forwarded_for: str) -> str:
        """Return the last address that no trusted proxy has, or "" when none is named."""
        for hop in reversed(forwarded_for.split(",")):
            found = parse(hop.strip())
            if found is None:
                return ""
            if not self.include(str(found)):
                return str(found)
        return ""


def parse(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address, an IPv4 one as such even in IPv6's clothes, or None if it is none."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def household(address: str) -> str:
    """Return what one subscriber has: an IPv4 address, or a /64 of IPv6."""
    found = parse(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return address
