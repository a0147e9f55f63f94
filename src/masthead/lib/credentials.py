"""What the content credentials (C2PA) of a file say, judged in a process of its own.

Nothing is ever fetched: neither credentials that lie elsewhere, nor whether a certificate was
revoked, nor a list of whom to trust.
"""

import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cryptography import x509

logger = logging.getLogger(__name__)
#: Seconds for which a file may be read; the reader has bounds of its own besides.
LONGEST = 300


class Verdict(StrEnum):
    """What became of the credentials of a file."""

    TRUSTED = "trusted"
    UNKNOWN = "unknown"
    CHANGED = "changed"
    UNSOUND = "unsound"
    NONE = "none"


@dataclass(frozen=True)
class Credentials:
    """A verdict and, for the desk alone, what the credentials say; empty where they do not."""

    verdict: Verdict
    signer: str = ""
    signed_at: str = ""
    program: str = ""
    #: What was done, by the names of C2PA: “c2pa.cropped”.
    actions: tuple[str, ...] = ()


def can_be_read() -> bool:
    """Return whether the library that reads them is installed."""
    return find_spec("c2pa") is not None


def read_credentials(path: Path, *, anchors: Path) -> Credentials:
    """Return what a file's credentials say; ``anchors`` holds the certificates that we trust.

    A file on which the reader fails, whatever is in it, is unsound.
    """
    asked = [sys.executable, "-I", "-m", "masthead.lib.credentials_reader", str(os.getpid())]
    trusted = str(anchors) if trusted_certificates(anchors) else ""
    try:
        done = subprocess.run(  # noqa: S603 - arguments of ours, no shell
            [*asked, str(path), trusted],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            timeout=LONGEST,
            check=True,
        )
        return _understood(json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError) as error:
        logger.warning("The credentials of %s cannot be read: %s", path.name, error)
        return Credentials(Verdict.UNSOUND)


def trusted_certificates(anchors: Path) -> int:
    """Return how many certificates a file holds; none when it is not there or is broken."""
    try:
        return len(x509.load_pem_x509_certificates(anchors.read_bytes()))
    except (OSError, ValueError):
        return 0


def _understood(said: dict[str, Any]) -> Credentials:
    return Credentials(
        verdict=Verdict(said["verdict"]),
        signer=_text(said.get("signer")),
        signed_at=_moment(said.get("signed_at")),
        program=_text(said.get("program")),
        actions=tuple(_text(action) for action in said.get("actions", ())[:20]),
    )


def _text(value: object) -> str:
    """Return a short line of text, whatever a stranger wrote into their credentials."""
    kept = "".join(letter for letter in str(value or "") if letter.isprintable())
    return kept.strip()[:120]


def _moment(value: object) -> str:
    try:
        return datetime.fromisoformat(str(value)).isoformat()
    except ValueError:
        return ""
