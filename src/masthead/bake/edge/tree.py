"""The baked tree, read from the disk and kept in memory as long as it is current.

``HOME/baked/<host>/<path>`` holds the pages, each with its codings beside it and, written last, a
JSON file that says what stands there. A counter in ``.generation`` is raised after each change:
while it stands still, nothing else is asked of the disk.
"""

import json
import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from masthead.bake.edge.negotiation import SUFFIXES
from masthead.bake.edge.page import (
    CACHE_CONTROL,
    Form,
    Headers,
    Page,
    Signature,
    form,
    redirect,
    tag_of,
)

logger = logging.getLogger("masthead.edge")
COUNTER_BYTES = 8
TRIES = 3


class Tree:
    """Baked pages by host and path; what has not been asked for lately is forgotten first."""

    def __init__(self, folder: Path, memory: int) -> None:
        self.folder = str(folder)
        self.memory = memory
        self.held = 0
        self.pages: dict[tuple[str, str], Page] = {}
        self.headers: Headers = ()
        self._headers_signature: Signature | None = None
        self._counter: int | None = None
        self._counter_inode = 0
        self.renew()

    def renew(self) -> None:
        """Open the counter, anew when another file has taken its place; called now and then."""
        path = f"{self.folder}/.generation"
        found = signature(path)
        if found and found[0] == self._counter_inode:
            return
        with suppress(OSError):
            Path(self.folder).mkdir(parents=True, exist_ok=True)
            opened = _opened_counter(path)
            self.close()
            self._counter, self._counter_inode = opened, os.fstat(opened).st_ino
            self.forget_all()

    def generation(self) -> bytes:
        """Return the counter, or nothing when it cannot be read: then no memory counts.

        Read, not mapped: a mapped file that is cut by whoever restores a backup ends the process.
        """
        try:
            return os.pread(self._counter, COUNTER_BYTES, 0) if self._counter is not None else b""
        except OSError:
            return b""

    def close(self) -> None:
        """Let go of the counter."""
        if self._counter is not None:
            os.close(self._counter)
            self._counter = None

    def forget_all(self) -> None:
        """Forget every page."""
        for key in list(self.pages):
            self._forget(*key)

    def find(self, host: str, path: str) -> Page | None:
        """Return what is baked at a path of a host; both come from ``addresses``."""
        generation = self.generation()
        page = self.pages.get((host, path))
        if page and generation and page.generation == generation:
            page.is_wanted = True
            return page
        self._renew_headers()
        return self._look(host, path, page, generation)

    def _look(self, host: str, path: str, page: Page | None, generation: bytes) -> Page | None:
        folder, name = _place(f"{self.folder}/{host}{path}")
        found = signature(f"{folder}/.{name}.json")
        if page and found == page.signature and (host, path) in self.pages:
            page.generation = generation
            page.is_wanted = True
            return page
        self._forget(host, path)
        if found is None:
            return None
        fresh = self._read(folder, name, generation, f"{host}{path}")
        if fresh:
            self._keep(host, path, fresh)
        return fresh

    def _read(self, folder: str, name: str, generation: bytes, place: str) -> Page | None:
        """Read a page; again when it was replaced meanwhile."""
        path = f"{folder}/.{name}.json"
        for _try in range(TRIES):
            before = signature(path)
            try:
                facts = json.loads(Path(path).read_bytes())
                forms = _forms(folder, facts, self.headers)
            except FileNotFoundError:
                continue
            except (OSError, ValueError, KeyError, TypeError) as error:
                logger.error("%s cannot be read: %r", path, error)  # noqa: TRY400 - a fault of the file
                return None
            if before and before == signature(path):
                return Page(before, generation, forms, place if _is_read(facts) else "")
        return None

    def _keep(self, host: str, path: str, page: Page) -> None:
        self.pages[host, path] = page
        self.held += page.size
        while self.held > self.memory and len(self.pages) > 1:
            self._make_room()

    def _make_room(self) -> None:
        """Forget the page that came first, unless it was asked for meanwhile: then it comes last.

        Pages that everybody reads stay, as with a list kept in order at each request, for less.
        """
        key = next(iter(self.pages))
        page = self.pages[key]
        if page.is_wanted:
            page.is_wanted = False
            self.pages[key] = self.pages.pop(key)
        else:
            self._forget(*key)

    def _forget(self, host: str, path: str) -> None:
        if page := self.pages.pop((host, path), None):
            self.held -= page.size
            # Whoever still holds it asks again, and holds no memory by it.
            page.generation = b""
            page.forms = {}

    def _renew_headers(self) -> None:
        """Read the headers that every page carries, when they have changed."""
        path = f"{self.folder}/.headers.json"
        found = signature(path)
        if found == self._headers_signature:
            return
        try:
            self.headers = _headers(json.loads(Path(path).read_bytes())) if found else ()
        except (OSError, ValueError, AttributeError) as error:
            logger.error("%s cannot be read: %r", path, error)  # noqa: TRY400 - a fault of the file
            return
        self._headers_signature = found
        self.forget_all()


def signature(path: str) -> Signature | None:
    """Return what a file is recognised by, or None when there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a Path costs more than the question
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _opened_counter(path: str) -> int:
    """Return the counter's file, made at zero if there is none."""
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if os.fstat(opened).st_size < COUNTER_BYTES:
            os.pwrite(opened, bytes(COUNTER_BYTES), 0)
    except OSError:
        os.close(opened)
        raise
    return opened


def _is_read(facts: Mapping[str, Any]) -> bool:
    """Return whether people read what stands there: a page, not a feed."""
    return int(facts["status"]) == 200 and str(facts.get("type", "")).startswith("text/html")


def _place(path: str) -> tuple[str, str]:
    folder, _slash, name = path.rpartition("/")
    return folder, name or "index.html"


def _headers(found: Mapping[str, str]) -> Headers:
    return tuple((name.lower().encode(), value.encode()) for name, value in found.items())


def _forms(folder: str, facts: Mapping[str, Any], headers: Headers) -> dict[str, Form]:
    status = int(facts["status"])
    if location := facts.get("location"):
        return {"identity": redirect(status, str(location).encode("ascii"), headers)}
    if key := facts.get("key"):
        headers = (*headers, (b"surrogate-key", str(key).encode("ascii")))
    body = f"{folder}/{Path(facts['body']).name}"
    whole = Path(body).read_bytes()
    tag = tag_of(whole)
    kept = (
        str(facts["cache_control"]).encode("ascii") if "cache_control" in facts else CACHE_CONTROL
    )
    forms = {"identity": form(status, facts["type"], "identity", whole, tag, headers, kept)}
    for coding, suffix in SUFFIXES.items():
        with suppress(FileNotFoundError):
            if suffix:
                coded = Path(body + suffix).read_bytes()
                forms[coding] = form(status, facts["type"], coding, coded, tag, headers, kept)
    return forms
