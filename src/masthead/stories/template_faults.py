"""What is wrong with a newsroom's own templates: what cannot be read, and what failed when used."""

import json
import logging
import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings

logger = logging.getLogger("masthead.templates")
FILE_NAME = "template_faults.json"
#: The faults of so many templates are kept.
MOST = 50


def tell(path: str, line: int, what: str) -> None:
    """Write into the log what is wrong with a template, and keep it for doctor and desk."""
    logger.error("%s, line %d: %s The original is shown instead.", path, line, what)
    found = {"line": line, "what": what, "written": _written(path)}
    known = _known()
    # A page that is asked for again and again is no reason to write again.
    if known.get(path) != found:
        with suppress(OSError):
            _keep(dict([*(known | {path: found}).items()][-MOST:]))


def failed() -> list[str]:
    """Return what failed when it was used and was not saved since, each with file and line."""
    return [
        f"{path}, line {fault['line']}: {fault['what']}"
        for path, fault in _known().items()
        if fault["written"] and fault["written"] == _written(path)
    ]


def _written(path: str) -> int:
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return 0


def _path() -> Path:
    home: Path = settings.HOME
    return home / FILE_NAME


def _known() -> dict[str, dict[str, object]]:
    with suppress(OSError, ValueError):
        found = json.loads(_path().read_text("utf-8"))
        if isinstance(found, dict):
            return found
    return {}


def _keep(faults: dict[str, dict[str, object]]) -> None:
    """Write whole or not at all: other processes read and write it too."""
    new = _path().with_suffix(f".{os.getpid()}")
    new.write_text(json.dumps(faults, indent=1), "utf-8")
    new.replace(_path())
