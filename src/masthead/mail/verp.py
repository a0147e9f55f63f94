"""Addresses that tell whose letter came back (variable envelope return paths)."""

import hmac
import re
from base64 import b32encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Self

from django.conf import settings
from django.utils.crypto import salted_hmac

from masthead.mail.models import Campaign

#: What an address is for: a bounce, or a reader who leaves by mail.
BOUNCE, LEAVE = "b", "u"
_KEY_SALT = "masthead.mail.verp"
_IDENTITY = re.compile(r"([0-9a-z]{1,13})-([a-z2-7]{16})")
_MARK_BYTES = 10


@dataclass(frozen=True)
class Returns:
    """Where a campaign's letters come back to."""

    from_address: str
    key: bytes

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        return cls(campaign.from_address, _key())

    @property
    def are_kept(self) -> bool:
        """Whether an address is set for what comes back."""
        return bool(settings.EMAIL_RETURNS)

    def identity(self, pk: int) -> str:
        """Return a recipient's name for the outside world, which nobody can make up."""
        return _identity(pk, self.key)

    def bounce_address(self, pk: int) -> str:
        """Return the envelope's sender for a recipient's letter."""
        if not self.are_kept:
            return self.from_address
        return _address(BOUNCE, self.identity(pk))


def leave_pattern() -> str:
    """Return the address for leaving by mail, with a token for the recipient."""
    return _address(LEAVE, "%%MASTHEAD_IDENTITY%%")


def read(address: str) -> tuple[str, int] | None:
    """Return what an address is for, and the recipient's number; None when it is not ours.

    Upper and lower case are the same: some servers change it.
    """
    local, _at, _domain = address.lower().partition("@")
    _name, plus, rest = local.rpartition("+")
    purpose, _dash, identity = rest.partition("-")
    if not plus or purpose not in {BOUNCE, LEAVE}:
        return None
    found = read_identity(identity)
    return None if found is None else (purpose, found)


def read_identity(identity: str) -> int | None:
    """Return a recipient's number; None when the name was not made here."""
    parts = _IDENTITY.fullmatch(identity)
    if parts is None:
        return None
    pk = int(parts[1], 36)
    return pk if hmac.compare_digest(_identity(pk, _key()), identity) else None


def _address(purpose: str, identity: str) -> str:
    name, _at, domain = settings.EMAIL_RETURNS.partition("@")
    return f"{name}+{purpose}-{identity}@{domain}"


def _key() -> bytes:
    return salted_hmac(_KEY_SALT, "", algorithm="sha256").digest()


@lru_cache(maxsize=4096)  # a letter needs its own several times
def _identity(pk: int, key: bytes) -> str:
    number = _base36(pk)
    mark = hmac.digest(key, number.encode(), sha256().name)[:_MARK_BYTES]
    return f"{number}-{b32encode(mark).decode().lower()}"


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = digits[number % 36]
    while number := number // 36:
        text = digits[number % 36] + text
    return text
