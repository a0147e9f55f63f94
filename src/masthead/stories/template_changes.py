"""Which of a newsroom's own templates stand for one that has changed since they were written."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.apps import apps
from django.conf import settings

from masthead.stories.own_templates import folder, is_for_pages

FILE_NAME = "templates.json"


def note_own_templates() -> bool:
    """Note for each own template what it stood for when it was written; return False.

    One that was saved since is noted anew: whoever saved it has seen the original.
    """
    known, found = _known(), {}
    for name, path, original in _pairs():
        written = path.stat().st_mtime_ns
        note = known.get(name, {})
        is_same = note.get("written") == written
        found[name] = note if is_same else {"written": written, "original": _digest(original)}
    if found != known:
        _path().write_text(json.dumps(found, indent=1), "utf-8")
    return False


def changed_underneath() -> list[tuple[Path, Path]]:
    """Return own templates whose originals have changed since, each with its original."""
    known = _known()
    return [
        (path, original)
        for name, path, original in _pairs()
        if known.get(name, {}).get("written") == path.stat().st_mtime_ns
        and known[name].get("original") != _digest(original)
    ]


def _pairs() -> Iterator[tuple[str, Path, Path]]:
    for path in sorted(folder().rglob("*")):
        name = path.relative_to(folder()).as_posix()
        original = _original(name) if path.is_file() else None
        if original:
            yield name, path, original


def _original(name: str) -> Path | None:
    kind = "jinja2" if is_for_pages(name) else "templates"
    found = (Path(app.path, kind, name) for app in apps.get_app_configs())
    return next((path for path in found if path.is_file()), None)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _path() -> Path:
    home: Path = settings.HOME
    return home / FILE_NAME


def _known() -> dict[str, dict[str, object]]:
    with suppress(OSError, ValueError):
        found = json.loads(_path().read_text("utf-8"))
        if isinstance(found, dict):
            return {name: note for name, note in found.items() if isinstance(note, dict)}
    return {}
