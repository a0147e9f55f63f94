"""DKIM: the signature by which a receiver knows that a mail is the newsroom's (RFC 6376).

RSA-2048 with SHA-256, relaxed on both sides: what all large receivers verify. A key is a file in
the data folder, its name the selector; the newest signs, so a new key replaces an old one.
"""

import os
import re
import time
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from django.conf import settings

KEY_BITS = 2048
#: Seconds after which a new key's record is known everywhere; until then the old one signs.
KNOWN_AFTER = 24 * 3600
#: What is signed, in this order, if it is there. Those that are named twice can be there only once:
#: whoever adds a second From under way breaks the signature (RFC 6376, section 8.15).
SIGNED = (
    *("from", "from", "to", "to", "subject", "subject", "date", "message-id", "reply-to", "cc"),
    *("mime-version", "content-type", "content-transfer-encoding"),
    *("list-id", "list-unsubscribe", "list-unsubscribe-post", "list-archive", "feedback-id"),
    *("auto-submitted", "in-reply-to", "references"),
)
_BLANK = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")


@dataclass(frozen=True)
class Signer:
    """A key and the name under which its other half is published."""

    domain: str
    selector: str
    key: rsa.RSAPrivateKey

    @classmethod
    def read(cls, path: Path, domain: str) -> Self:
        """Read the key at a path. Raises OSError or ValueError when there is none."""
        key = serialization.load_pem_private_key(path.read_bytes(), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            msg = f"{path} is no RSA key"
            raise ValueError(msg)  # noqa: TRY004 - a bad file, not a wrong call
        return cls(domain, path.stem, key)

    @property
    def name(self) -> str:
        """Where its public half stands in the DNS (RFC 6376, section 3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def identity(self) -> str:
        """A name that no other key has."""
        return f"{self.name} {sha256(self._public()).hexdigest()[:16]}"

    @property
    def record(self) -> str:
        """The DNS record's text (RFC 6376, section 3.6.1)."""
        return f"v=DKIM1; k=rsa; p={b64encode(self._public()).decode()}"

    def sign(self, digest: bytes) -> bytes:
        """Return the signature of a SHA-256 digest: 256 bytes."""
        return self.key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))

    def _public(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )


class SignatureField:
    """The DKIM-Signature field of mails that have the same header names, without what differs."""

    def __init__(self, signer: Signer, names: Sequence[str], at: int) -> None:
        start = (
            f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={signer.domain}; s={signer.selector};\r\n"
            f" t={at}; h={_folded(names)};\r\n bh="
        ).encode()
        self._written = b"DKIM-Signature: " + start
        self._canonical = b"dkim-signature:" + relaxed_value(start)

    def to_sign(self, body_hash: bytes) -> bytes:
        """Return what is hashed after the headers (RFC 6376, section 3.7)."""
        return self._canonical + b64encode(body_hash) + b"; b="

    def written(self, body_hash: bytes, signature: bytes) -> bytes:
        """Return the whole field, ready for the top of a message."""
        text = b64encode(signature)
        lines = b"\r\n ".join(text[start : start + 72] for start in range(0, len(text), 72))
        return self._written + b64encode(body_hash) + b";\r\n b=" + lines + b"\r\n"


def signed(message: bytes, signer: Signer | None, *, at: int) -> bytes:
    """Return a message with a signature on top; without a key, the message as it is.

    The message is in the form of RFC 5322, ``at`` are seconds since 1970.
    """
    if signer is None:
        return message
    head, _blank, body = message.partition(b"\r\n\r\n")
    fields = _fields(head)
    names = names_to_sign([name for name, _canonical in fields])
    body_hash = sha256(relaxed_body(body)).digest()
    field = SignatureField(signer, names, at)
    data = _chosen(fields, names) + field.to_sign(body_hash)
    return field.written(body_hash, signer.sign(sha256(data).digest())) + message


def names_to_sign(present: Sequence[str]) -> list[str]:
    """Return the names that a signature covers, for a message with these headers."""
    held = {name.lower() for name in present}
    return [name for name in SIGNED if name in held]


def relaxed_field(name: str, value: bytes) -> bytes:
    """Return a header field in its canonical form (RFC 6376, section 3.4.2)."""
    return name.lower().encode() + b":" + relaxed_value(value).strip() + b"\r\n"


def relaxed_value(value: bytes) -> bytes:
    return _BLANK.sub(b" ", _FOLD.sub(b"", value))


def relaxed_body(body: bytes) -> bytes:
    """Return a body in its canonical form (RFC 6376, section 3.4.4)."""
    lines = [_BLANK.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"\r\n".join(lines) + b"\r\n" if lines else b""


def signer_for(address: str) -> Signer | None:
    """Return the key that signs mail from an address; None when it has no key here.

    Raises ValueError or OSError when there is a key that cannot be read.
    """
    domain = parseaddr(address)[1].rpartition("@")[2].lower()
    path = signing_key()
    if path is None or domain != sending_domain():
        return None
    return _read(path, domain, path.stat().st_mtime_ns)


def sending_domain() -> str:
    """Return the domain that the newsroom's mail comes from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()


def keys() -> list[Path]:
    """Return the files of all keys, the oldest first."""
    return sorted(settings.DKIM_FOLDER.glob("*.pem"))


def signing_key() -> Path | None:
    """Return the file of the key that signs; None when none was made."""
    found = keys()
    if len(found) > 1 and time.time() - found[-1].stat().st_mtime < KNOWN_AFTER:
        return found[-2]
    return found[-1] if found else None


def make_key(*, now: datetime | None = None) -> Path:
    """Make a key that nobody else can read, and return its file; its name is the selector.

    Raises FileExistsError when one was made in the same second.
    """
    made = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    folder: Path = settings.DKIM_FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"masthead{now or datetime.now(UTC):%Y%m%d%H%M%S}.pem"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(
            made.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return path


@lru_cache(maxsize=4)
def _read(path: Path, domain: str, _changed_at: int) -> Signer:
    return Signer.read(path, domain)


def _folded(names: Sequence[str]) -> str:
    lines = [":".join(names[start : start + 5]) for start in range(0, len(names), 5)]
    return ":\r\n ".join(lines)


def _fields(head: bytes) -> list[tuple[str, bytes]]:
    lines = _FOLD.sub(b"", head).split(b"\r\n")
    pairs = [line.partition(b":") for line in lines if line]
    return [
        (
            name.decode("ascii", "replace").strip().lower(),
            relaxed_field(name.decode("ascii", "replace").strip(), value),
        )
        for name, _colon, value in pairs
    ]


def _chosen(fields: list[tuple[str, bytes]], names: Sequence[str]) -> bytes:
    # Of fields with the same name the last is signed first; a name beyond them stands for nothing.
    left: dict[str, list[bytes]] = {}
    for name, canonical in fields:
        left.setdefault(name, []).append(canonical)
    return b"".join(left[name].pop() for name in names if left.get(name))
