"""The one setting that names the mail server."""

from dataclasses import dataclass, field
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

EXAMPLE = "smtp+tls://user:password@mail.example:587"
#: Scheme and default port: plain, STARTTLS, TLS from the first byte.
SCHEMES = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


@dataclass(frozen=True)
class MailServer:
    """Where mail goes; without a host it stays in the outbox."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    has_starttls: bool = False
    has_tls: bool = False

    @classmethod
    def parse(cls, url: str) -> "MailServer":
        """Read an address such as ``smtp+tls://user:password@mail.example:587``.

        Raises ValueError, with a sentence for the operator that does not repeat the password, when
        it names no mail server.
        """
        if not url:
            return cls()
        scheme, found = url.partition("://")[0], _parsed(url)
        return cls(
            host=found["EMAIL_HOST"],
            port=found["EMAIL_PORT"] or SCHEMES[scheme],
            user=found["EMAIL_HOST_USER"] or "",
            password=found["EMAIL_HOST_PASSWORD"] or "",
            has_starttls=scheme == "smtp+tls",
            has_tls=scheme == "smtp+ssl",
        )


def _parsed(url: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = environ.Env.email_url_config(url)
    except (ImproperlyConfigured, ValueError):
        raise ValueError(_wrong("is not understood")) from None
    if url.partition("://")[0] not in SCHEMES:
        raise ValueError(_wrong("must begin with smtp://, smtp+tls:// or smtp+ssl://"))
    if not found["EMAIL_HOST"]:
        raise ValueError(_wrong("names no host"))
    if found["EMAIL_FILE_PATH"] or "OPTIONS" in found:
        raise ValueError(_wrong("says too much after the port"))
    if not f"{found['EMAIL_HOST_USER']}{found['EMAIL_HOST_PASSWORD']}".isascii():
        raise ValueError(_wrong("has a user name or password outside ASCII"))
    return found


def _wrong(fault: str) -> str:
    return f"“email_url” {fault}: write it as {EXAMPLE}"
