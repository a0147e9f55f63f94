"""The baked tree: plain files, with their compressed forms beside them."""

import gzip
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import brotli

from masthead.bake.source import Baked

INDEX = "index.html"
#: What an address that is gone says: no server may take it for a page.
GONE = ".gone.html"
#: Bytes of one step of an address, so that a file system takes it with what stands around it.
LONGEST_STEP = 200
#: Of the files with a body: as it is, by brotli, by gzip.
SUFFIXES = ("", ".br", ".gz")
GENERATION = ".generation"
HEADERS = ".headers.json"
#: Bytes below which nothing is gained by compressing.
SMALL = 256
#: Bytes above which brotli's better search takes too long.
LARGE = 64 * 1024


@dataclass(frozen=True)
class Files:
    """The files of one address, written beside those that they replace, the last one last."""

    new: list[tuple[Path, Path]]
    left: list[Path]

    def swap(self) -> None:
        """Put them in place, each whole, and take away what the address needs no more."""
        *bodies, about = self.new
        for new, path in bodies:
            new.replace(path)
        for path in self.left:
            path.unlink(missing_ok=True)
        about[0].replace(about[1])


class Tree:
    """A folder with one folder a host."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def can_hold(self, place: str) -> bool:
        """Return whether a file can stand for an address, inside the tree and seen by the edge."""
        *folders, last = place.split("/")
        steps = [*folders, last or INDEX]
        return bool(folders) and all(
            step and step[0] != "." and len(step.encode()) <= LONGEST_STEP for step in steps
        )

    def holds(self, baked: Baked) -> bool:
        """Return whether all files of an address stand there, with the same bytes."""
        folder, about = self._where(baked.place)
        body, record = _record(baked, about)
        if _read(folder / f".{about}.json") != record:
            return False
        if not body:
            return True
        if _read(folder / body) != baked.content:
            return False
        return all(
            _plain(folder / f"{body}{suffix}", suffix) == baked.content
            for suffix in _suffixes(baked)
        )

    def write(self, baked: Baked) -> Files:
        """Write the files of an address beside those that stand there, to be swapped."""
        folder, about = self._where(baked.place)
        body, record = _record(baked, about)
        folder.mkdir(parents=True, exist_ok=True)
        contents = {"": baked.content, **compressed(baked)} if body else {}
        new = [_write(folder / f"{body}{suffix}", content) for suffix, content in contents.items()]
        kept = {path for _new, path in new}
        possible = [folder / f"{name}{suffix}" for name in (about, GONE) for suffix in SUFFIXES]
        left = [path for path in possible if path not in kept]
        return Files([*new, _write(folder / f".{about}.json", record)], left)

    def remove(self, place: str) -> None:
        """Take an address away, with the folders that are empty afterwards."""
        folder, about = self._where(place)
        (folder / f".{about}.json").unlink(missing_ok=True)
        _remove(folder, about)
        _remove(folder, GONE)
        while folder != self.root and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

    def places(self) -> Iterator[str]:
        """Yield every address that is baked."""
        for path in self.root.rglob(".*.json"):
            if path.name == HEADERS:
                continue
            name = path.name[1:-5]
            where = path.parent.relative_to(self.root).as_posix()
            yield f"{where}/" if name == INDEX else f"{where}/{name}"

    def raise_generation(self) -> None:
        """Tell the edge that something was swapped."""
        self.root.mkdir(parents=True, exist_ok=True)
        # The time, so that two bakers never raise it to the same number; written in place.
        counter = os.open(self.root / GENERATION, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            os.pwrite(counter, time.time_ns().to_bytes(8, "little"), 0)
        finally:
            os.close(counter)

    def put_headers(self, headers: dict[str, str]) -> None:
        """Write the headers that every answer of a public page carries."""
        content = json.dumps(headers, sort_keys=True).encode()
        if _read(self.root / HEADERS) != content:
            self.root.mkdir(parents=True, exist_ok=True)
            new, path = _write(self.root / HEADERS, content)
            new.replace(path)

    def _where(self, place: str) -> tuple[Path, str]:
        """Return the folder of an address and the name of its file there."""
        steps = place.split("/")
        *folders, last = steps
        return self.root.joinpath(*folders), last or INDEX


def compressed(baked: Baked) -> dict[str, bytes]:
    """Return the content's compressed forms by their suffixes."""
    if len(baked.content) < SMALL:
        return {}
    # A small window finds as much in a small page, ten times quicker.
    how = {"quality": 9, "lgwin": 16} if len(baked.content) <= LARGE else {"quality": 5}
    return {
        ".br": brotli.compress(baked.content, **how),
        ".gz": gzip.compress(baked.content, compresslevel=6, mtime=0),
    }


def _suffixes(baked: Baked) -> tuple[str, ...]:
    return () if len(baked.content) < SMALL else (".br", ".gz")


def _plain(path: Path, suffix: str) -> bytes | None:
    content = _read(path)
    try:
        if content is None:
            return None
        return brotli.decompress(content) if suffix == ".br" else gzip.decompress(content)
    except (brotli.error, OSError, EOFError):
        return None


def _record(baked: Baked, about: str) -> tuple[str, bytes]:
    """Return the name of the file with the body, if there is one, and what is said about it."""
    if baked.location:
        said: dict[str, object] = {"status": baked.status, "location": baked.location}
        return "", json.dumps(said).encode()
    body = about if baked.status == 200 else GONE
    said = {
        "status": baked.status,
        "type": baked.content_type,
        "body": body,
        "key": baked.key,
    }
    if baked.cache_control:
        said["cache_control"] = baked.cache_control
    return body, json.dumps(said).encode()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes) -> tuple[Path, Path]:
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    new.write_bytes(content)
    return new, path


def _remove(folder: Path, name: str) -> None:
    for suffix in SUFFIXES:
        (folder / f"{name}{suffix}").unlink(missing_ok=True)
