"""One file that holds many: a tar in which each file is proved by its SHA-256.

It begins with ``about.json`` and ends with ``SHA256SUMS``, in the form that ``sha256sum -c`` takes:
a file that was cut off lacks it. Whatever reads an archive takes it for hostile.
"""

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

ABOUT = "about.json"
SUMS = "SHA256SUMS"
CHUNK = 1024 * 1024
#: The longest piece that a reader asks for at once: names and sums of half a million files.
LONGEST_READ = 64 * 1024 * 1024
LONGEST_NAME = 1000

Told = Callable[[int], object]


class ArchiveError(Exception):
    """An archive cannot be believed; its message is one line for a person."""


@dataclass(frozen=True)
class Entry:
    """A file that goes into an archive, under a name with “/” between its parts."""

    name: str
    path: Path


@dataclass(frozen=True)
class Written:
    """What was written: how many bytes, and the SHA-256 of the whole file."""

    size: int
    digest: str


class _Hashed(io.RawIOBase):
    """Passes on what is written, and keeps its sum."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self.sum = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._file.write(data)
        self.sum.update(data)
        self.size += len(data)
        return len(data)


class _Guarded:
    """Reads a file; no header can make it read more at once than there is room for."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= LONGEST_READ:
            msg = "it asks for more memory than any backup needs"
            raise ArchiveError(msg)
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def write_archive(
    target: Path, about: Mapping[str, Any], entries: Iterable[Entry], told: Told
) -> Written:
    """Write an archive that only its owner can read; it stands there whole or not at all.

    ``told`` is told how many bytes went in. Raises FileExistsError when the target is there, and
    OSError when it cannot be written.
    """
    if target.exists():
        raise FileExistsError(target)
    building = target.with_name(target.name + ".part")
    try:
        descriptor = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            hashed = _Hashed(file)
            with tarfile.open(fileobj=hashed, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                _write_members(tar, about, entries, told)
            file.flush()
            os.fsync(file.fileno())
        os.link(building, target)  # unlike a renaming, it replaces nothing
        _sync_folder(target.parent)
    finally:
        building.unlink(missing_ok=True)
    return Written(hashed.size, hashed.sum.hexdigest())


def _write_members(
    tar: tarfile.TarFile, about: Mapping[str, Any], entries: Iterable[Entry], told: Told
) -> None:
    sums = [(_add(tar, ABOUT, io.BytesIO(json.dumps(about, indent=1).encode())), ABOUT)]
    for entry in entries:
        with entry.path.open("rb") as file:
            sums.append((_add(tar, entry.name, file, told), entry.name))
    lines = "".join(f"{digest}  {name}\n" for digest, name in sums)
    _add(tar, SUMS, io.BytesIO(lines.encode()))


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes], told: Told | None = None) -> str:
    """Add one file as long as it is now, and return its sum."""
    member = tarfile.TarInfo(name)
    member.size = file.seek(0, os.SEEK_END)
    member.mode = 0o600
    file.seek(0)
    summed = _Summed(file, told)
    tar.addfile(member, summed)
    return summed.sum.hexdigest()


class _Summed:
    """Reads a file, and keeps the sum of what was read."""

    def __init__(self, file: IO[bytes], told: Told | None) -> None:
        self._file = file
        self._told = told
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.sum.update(data)
        if self._told:
            self._told(len(data))
        return data


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_about(source: Path) -> dict[str, Any]:
    """Return what an archive says of itself. Raises ArchiveError when it is none, and OSError."""
    with source.open("rb") as file, _readable(file) as tar:
        member = tar.next()
        if member is None or member.name != ABOUT:
            msg = "it is no backup of Masthead"
            raise ArchiveError(msg)
        return _about(_content(tar, member))


def unpack(source: Path, folder: Path, is_wanted: Callable[[str], bool], told: Told) -> None:
    """Unpack an archive into an empty folder; what stands there is proved by its sums.

    ``is_wanted`` says which names may be in it. Raises ArchiveError at the first thing that no
    backup holds: a path that leads elsewhere, a link, a name twice, a sum that is wrong, an end
    that is missing. What was unpacked until then is the caller's to remove.
    """
    found: dict[str, str] = {}
    with source.open("rb") as file, _readable(file) as tar:
        while member := tar.next():
            _check(member, found, is_wanted)
            if member.name == SUMS:
                return _compare(_content(tar, member), found)
            path = folder / member.name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            found[member.name] = _take_out(tar, member, path, told)
    msg = "it is cut off: its end is missing"
    raise ArchiveError(msg)


class _readable:  # noqa: N801 - used as a function
    """Opens a tar; whatever is wrong with its form is told as one kind of error."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __enter__(self) -> tarfile.TarFile:
        try:
            return tarfile.open(fileobj=_Guarded(self._file), mode="r:")  # type: ignore[call-overload, no-any-return]
        except (tarfile.TarError, ValueError) as error:
            msg = "it is no backup of Masthead"
            raise ArchiveError(msg) from error

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, (tarfile.TarError, EOFError, ValueError, OverflowError)):
            msg = f"it is damaged or cut off ({error})"
            raise ArchiveError(msg) from error


def _check(
    member: tarfile.TarInfo, found: Mapping[str, str], wanted: Callable[[str], bool]
) -> None:
    name = member.name
    parts = PurePosixPath(name).parts
    is_plain = re.fullmatch(r"[^\x00-\x1f\x7f\\]+", name) and len(name) <= LONGEST_NAME
    leads_below = name == "/".join(parts) and not name.startswith("/") and ".." not in parts
    if not is_plain or not leads_below:
        msg = f"it holds a path that leads elsewhere: {name!r}"
    elif member.type not in {tarfile.REGTYPE, tarfile.AREGTYPE} or member.sparse is not None:
        msg = f"it holds what is no file: {name!r}"
    elif name in found:
        msg = f"it holds {name!r} twice"
    elif not found and name != ABOUT:
        msg = "it is no backup of Masthead"
    elif name not in {ABOUT, SUMS} and not wanted(name):
        msg = f"it holds what belongs to no backup: {name!r}"
    else:
        return
    raise ArchiveError(msg)


def _take_out(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path, told: Told) -> str:
    """Write one file, private, and return its sum. What is cut off ends early, and is noticed."""
    digest, left = hashlib.sha256(), member.size
    content = tar.extractfile(member)
    assert content is not None  # it is a file: _check
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while left and (data := content.read(min(CHUNK, left))):
            digest.update(data)
            left -= file.write(data)
            told(len(data))
    return digest.hexdigest()


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > LONGEST_READ or member.type not in {tarfile.REGTYPE, tarfile.AREGTYPE}:
        msg = f"its {member.name} is no such file"
        raise ArchiveError(msg)
    content = tar.extractfile(member)
    assert content is not None
    return content.read(member.size)


def _about(text: bytes) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        found = json.loads(text)
        if isinstance(found, dict):
            return found
    msg = "it is no backup of Masthead"
    raise ArchiveError(msg)


def _compare(text: bytes, found: Mapping[str, str]) -> None:
    lines = text.decode("utf-8", "replace").splitlines()
    told = {name: digest for digest, _space, name in (line.partition("  ") for line in lines)}
    if missing := sorted(told.keys() - found.keys()):
        msg = f"{missing[0]!r} is missing in it"
    elif wrong := sorted(name for name, digest in found.items() if told.get(name) != digest):
        msg = f"{wrong[0]!r} in it is damaged: its sum is another"
    else:
        return
    raise ArchiveError(msg)
