"""A newsroom's address, and the pattern that gives every story its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
STORY_PATTERN_TOKENS = frozenset({"year", "month", "day", "slug"})


@dataclass(frozen=True)
class SiteAddress:
    """The scheme, host and port under which readers reach a newsroom."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "SiteAddress":
        """Read an address such as ``https://news.example``.

        Raises ValueError, with a sentence for a person, when it is not an http or https address
        or carries more than host and port.
        """
        parts = urlsplit(text.strip())
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            msg = f"“{text}” is not an address: write it as https://news.example"
            raise ValueError(msg)
        if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username:
            msg = f"“{text}” says too much: only scheme, host and port, as in https://news.example"
            raise ValueError(msg)
        return cls(parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme])

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"

    @property
    def is_loopback(self) -> bool:
        return self.host in {"localhost", "127.0.0.1", "::1"}

    @property
    def mail_domain(self) -> str:
        """The host as mail writes it: ASCII, or in brackets (RFC 5321, section 4.1.3)."""
        try:
            version = ip_address(self.host).version
        except ValueError:
            return self.host.encode("idna").decode("ascii")
        return f"[{self.host}]" if version == 4 else f"[IPv6:{self.host}]"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.port == DEFAULT_PORTS[self.scheme]:
            return f"{self.scheme}://{host}"
        return f"{self.scheme}://{host}:{self.port}"


def check_story_pattern(pattern: str) -> None:
    """Raise ValueError, with a sentence for a person, unless a pattern can name a story.

    A pattern is a path such as ``/<year>/<month>/<slug>/``.
    """
    if not re.fullmatch(r"/(?:(?:[\w-]|<\w+>)+/)+", pattern):
        msg = "A pattern is a path that begins and ends with a slash: /<year>/<month>/<slug>/"
        raise ValueError(msg)
    tokens = re.findall(r"<(\w+)>", pattern)
    if unknown := set(tokens) - STORY_PATTERN_TOKENS:
        msg = f"<{unknown.pop()}> is unknown: use <year>, <month>, <day> and <slug>"
        raise ValueError(msg)
    if tokens.count("slug") != 1 or not pattern.endswith("<slug>/"):
        msg = "A pattern ends in <slug>/, the part that tells stories apart"
        raise ValueError(msg)


def fill_story_pattern(pattern: str, parts: Mapping[str, str]) -> str:
    """Return the path that a pattern gives for year, month, day and slug."""
    return re.sub(r"<(\w+)>", lambda token: parts[token[1]], pattern)
