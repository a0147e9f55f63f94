"""The one setting that names the mailbox into which letters come back."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

EXAMPLE = "imap+ssl://user:password@mail.example:993"
#: Scheme and default port; the one without encryption is for this machine alone.
SCHEMES = {"imap+ssl": 993, "imap": 143}


@dataclass(frozen=True)
class Mailbox:
    """Where what comes back is read; without a host nowhere."""

    host: str = ""
    port: int = 993
    user: str = ""
    password: str = field(default="", repr=False)
    has_tls: bool = True

    @classmethod
    def parse(cls, url: str) -> "Mailbox":
        """Read an address such as ``imap+ssl://user:password@mail.example:993``.

        Raises ValueError, with a sentence for the operator that does not repeat the password, when
        it names no mailbox.
        """
        if not url:
            return cls()
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or SCHEMES.get(parts.scheme, 0)
        except ValueError:
            raise ValueError(_wrong("is not understood")) from None
        if parts.scheme not in SCHEMES or not host or not parts.username or not parts.password:
            raise ValueError(_wrong("names no mailbox"))
        if parts.scheme == "imap" and host not in {"localhost", "127.0.0.1", "::1"}:
            raise ValueError(_wrong("would send the password unencrypted"))
        user, password = unquote(parts.username), unquote(parts.password)
        if not f"{user}{password}".isascii():
            raise ValueError(_wrong("has a user name or password outside ASCII"))
        return cls(host, port, user, password, has_tls=parts.scheme == "imap+ssl")


def _wrong(fault: str) -> str:
    return f"“email_mailbox” {fault}: write it as {EXAMPLE}"
