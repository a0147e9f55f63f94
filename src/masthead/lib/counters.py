"""What processes without a database count, written down where /metrics adds it up."""

import json
import os
from collections import Counter
from contextlib import suppress
from pathlib import Path

SUFFIX = ".counters"


class Counts(Counter[str]):
    """Counts that only grow, by name, of one process."""

    def write(self, folder: Path) -> None:
        """Write all of them into this process's file. Raises OSError."""
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{os.getpid()}{SUFFIX}"
        new = path.with_suffix(".new")
        new.write_text(json.dumps(self), "utf-8")
        new.replace(path)


def sums(folder: Path) -> Counter[str]:
    """Return what all processes counted since the server started, those that ended too."""
    total: Counter[str] = Counter()
    for path in folder.glob(f"*{SUFFIX}"):
        with suppress(OSError, ValueError):
            total.update({str(k): int(v) for k, v in json.loads(path.read_text("utf-8")).items()})
    return total


def begin_anew(folder: Path) -> None:
    """Forget what the processes of an earlier server counted."""
    for path in folder.glob(f"*{SUFFIX}"):
        path.unlink(missing_ok=True)
