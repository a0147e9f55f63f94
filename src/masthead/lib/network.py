"""What is kept of a network address: a keyed hash of the network that it stands in."""

import hmac
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings

#: Bits of an address that name a household or a company, not one machine in it.
IPV4_BITS = 24
IPV6_BITS = 48


def network_hash(address: str) -> str:
    """Return 22 characters that are the same for all addresses of one /24 (IPv6: one /48).

    Without the installation's secret nobody finds the network again by trying all of them. What
    is no address, such as the peer of a socket, has one hash of its own.
    """
    return _hash(_network_of(address), settings.SECRET_KEY)


@lru_cache(maxsize=1024)
def _hash(network: str, secret: str) -> str:
    key = sha256(b"masthead.network" + secret.encode()).digest()
    return hmac.new(key, network.encode(), sha256).hexdigest()[:22]


def _network_of(address: str) -> str:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    bits = IPV6_BITS if isinstance(found, IPv6Address) else IPV4_BITS
    return str(ip_network((found, bits), strict=False))
