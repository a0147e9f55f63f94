"""One server and one worker for each data folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from masthead.cli import CommandError
from masthead.lib.lock import HeldElsewhereError, hold
from masthead.lib.outage import outage_behind


@contextmanager
def alone(path: Path, doing: str) -> Iterator[int]:
    """Hold the lock at a path, and give its descriptor, which forked processes must close.

    Raises CommandError when another process holds it, or the folder cannot be written.
    """
    try:
        descriptor = hold(path)
    except HeldElsewhereError as error:
        msg = f"process {error.holder} {doing} ({path.parent})"
        raise CommandError(msg) from None
    except OSError as error:
        msg = f"{path.parent}: {outage_behind(error) or error}"
        raise CommandError(msg) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)
