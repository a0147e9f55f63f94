"""Where what may be forgotten is kept: limits of sign-in and mail, and what was looked up."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

TABLE = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "shared_cache",
    "OPTIONS": {"MAX_ENTRIES": 10_000},
}
#: Redis's own schemes; Valkey speaks the same.
SCHEMES = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss"}


def cache(url: str) -> dict[str, Any]:
    """Return Django's settings of the cache: a table, or Redis or Valkey at an address.

    Raises ValueError when the address is none, or the library is missing.
    """
    if not url:
        return TABLE
    scheme, _colon, rest = url.partition(":")
    if scheme not in SCHEMES or not urlsplit(url).hostname:
        msg = "“cache_url” must be written as redis://host:6379/0"
        raise ValueError(msg)
    if not find_spec("redis"):
        msg = "“cache_url” needs Redis's library: pip install 'masthead[redis]'"
        raise ValueError(msg)
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": f"{SCHEMES[scheme]}:{rest}",
        "KEY_PREFIX": "masthead",
        # Whoever waits for it waits in a reader's request.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
