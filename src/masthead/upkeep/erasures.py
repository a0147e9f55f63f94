"""Who was erased, kept apart from the database: a backup that is older knows nothing of it.

The file holds a line for each: the keyed hash of the address, and when it was erased. It lies
beside the daily backups, so that whoever copies those away has it with them.
"""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from masthead.readers.actions import erase
from masthead.readers.models import Address, Erased
from masthead.readers.queries import digest_of

FILE_NAME = "erased.txt"
_noted: dict[Path, int] = {}


def path() -> Path:
    """Return where the list is kept."""
    return Path(settings.BACKUP_FOLDER) / FILE_NAME


def note() -> bool:
    """Write down who was erased since the last time; return False: there is never more."""
    latest = Erased.objects.aggregate(latest=Max("pk"))["latest"] or 0
    if _noted.get(path(), 0) == latest:
        return False
    known = read(path())
    missing = Erased.objects.order_by("pk").values_list("digest", "erased_at")
    lines = [f"{digest} {at.isoformat()}\n" for digest, at in missing if (digest, at) not in known]
    _append(lines)
    _noted[path()] = latest
    return False


def _append(lines: list[str]) -> None:
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="ascii") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def read(file: Path) -> set[tuple[str, datetime]]:
    """Return who is in a list; a line that was cut off counts for nothing. Raises OSError."""
    try:
        lines = file.read_text("ascii", "replace").splitlines()
    except FileNotFoundError:
        return set()
    return {found for line in lines if (found := _parsed(line))}


def _parsed(line: str) -> tuple[str, datetime] | None:
    digest, _space, at = line.partition(" ")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (digest, moment) if len(digest) == 64 and moment.tzinfo else None


def erase_again(listed: Iterable[tuple[str, datetime]], since: datetime) -> int:
    """Erase whoever was erased after a moment and is there again; return how many were."""
    digests = {digest for digest, at in listed if at > since}
    erased = 0
    for pk, email in list(Address.objects.values_list("pk", "email")) if digests else ():
        if digest_of(email) in digests:
            erase(address=Address.objects.get(pk=pk))
            erased += 1
    return erased
