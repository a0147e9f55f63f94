"""Whom to tell of a security hole (RFC 9116)."""

from collections.abc import Iterable
from datetime import datetime


def security_txt(
    *, contact: str, expires_at: datetime, languages: Iterable[str], address: str
) -> str:
    """Return a security.txt that stands at an address.

    ``contact`` is a mail address or an https address; ``expires_at`` says from when on nobody
    should rely on it.
    """
    lines = [
        f"Contact: {contact if '://' in contact else f'mailto:{contact}'}",
        f"Expires: {expires_at:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages)}",
    ]
    # Section 2.5.2: an address here begins with https.
    if address.startswith("https://"):
        lines.append(f"Canonical: {address}")
    return "\n".join(lines) + "\n"
