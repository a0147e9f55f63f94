"""What a sender does, noted byte by byte, so that a killed one leaves no doubt but the real one.

A journal belongs to one claim: some rows that one process took to send. It is a small file in the
data folder, mapped into memory: a note costs a fraction of a microsecond and outlives the process
in the kernel's page cache. It does not outlive the machine: after a start of the machine only what
says “answered” is believed. The process that writes a journal holds a lock on it.
"""

import fcntl
import mmap
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Self

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NUMBER_BYTES = 8
#: Written last: a journal without it names no rows yet.
_MAGIC = b"masthead-journal-1\n"
SUFFIX = ".journal"


class Note(IntEnum):
    """How far one recipient's letter has come."""

    UNTOUCHED = 0
    IN_FLIGHT = 1
    TAKEN = 2
    REFUSED = 3
    PUT_OFF = 4


class Journal:
    """The journal of one claim, while its owner lives."""

    def __init__(self, folder: Path, claim: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / f"{claim}{SUFFIX}"
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._notes: mmap.mmap | None = None
        self._start = 0

    def name_rows(self, numbers: Sequence[int]) -> None:
        """Write down which rows were taken; none of them may be touched before that."""
        head = b"".join(
            number.to_bytes(_NUMBER_BYTES, "big") for number in (len(numbers), *numbers)
        )
        self._start = len(_MAGIC) + len(head)
        size = self._start + len(numbers)
        # The whole space is taken now: a full disk is noticed here and not at the first note.
        os.posix_fallocate(self._file, 0, size)
        os.pwrite(self._file, head, len(_MAGIC))
        os.pwrite(self._file, _MAGIC, 0)
        self._notes = mmap.mmap(self._file, size)

    def note(self, place: int, note: Note) -> None:
        """Note how far the row at a place (counted from 0) has come."""
        assert self._notes is not None
        self._notes[self._start + place] = note

    def close(self) -> None:
        """Delete the journal: what it says is in the database now."""
        self.path.unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Let go of the journal and leave it for whoever clears up."""
        if self._notes is not None:
            self._notes.close()
        os.close(self._file)


@dataclass(frozen=True)
class Left:
    """What a journal says whose owner is gone."""

    claim: str
    notes: dict[int, Note]
    is_of_this_start: bool


class Found:
    """A journal that nobody holds any more; it is locked while it is looked at."""

    def __init__(self, path: Path, file: int) -> None:
        self.path = path
        self._file = file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def read(self) -> Left:
        """Return what it says."""
        claim = self.path.name.removesuffix(SUFFIX)
        data = os.pread(self._file, os.fstat(self._file).st_size, 0)
        notes = _read(data[len(_MAGIC) :]) if data.startswith(_MAGIC) else {}
        return Left(claim, notes, is_of_this_start=claim.startswith(this_start()))

    def delete(self) -> None:
        """Delete it: what it says is in the database now."""
        self.path.unlink(missing_ok=True)


def _read(data: bytes) -> dict[int, Note]:
    numbers = [
        int.from_bytes(data[at : at + _NUMBER_BYTES], "big")
        for at in range(0, (1 + int.from_bytes(data[:_NUMBER_BYTES], "big")) * _NUMBER_BYTES, 8)
    ]
    notes = data[len(numbers) * _NUMBER_BYTES :]
    return {number: Note(note) for number, note in zip(numbers[1:], notes, strict=True)}


def found(folder: Path) -> Iterator[Found]:
    """Yield each journal whose owner is gone."""
    for path in sorted(folder.glob(f"*{SUFFIX}")) if folder.exists() else ():
        try:
            file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # another process has just settled it
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            continue
        if path.exists():
            yield Found(path, file)
        else:
            os.close(file)


def new_claim() -> str:
    """Return a name for a claim: it says in which start of which machine it was made."""
    return this_start() + secrets.token_hex(8)


def this_start() -> str:
    """Return 16 characters that no other start of this machine has."""
    try:
        return _BOOT.read_text().replace("-", "")[:16]
    except OSError:  # not Linux: nothing is believed but what was answered
        return secrets.token_hex(8)
