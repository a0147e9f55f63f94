"""One process at a time: a lock that ends with the process that holds it."""

import errno
import fcntl
import os
from pathlib import Path


class HeldElsewhereError(Exception):
    """Another process holds the lock."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(f"process {holder} holds {path}" if holder else f"{path} is held")
        self.holder = holder


def hold(path: Path) -> int:
    """Take the lock at a path and return its descriptor; the lock ends when that is closed.

    A file left behind by a process that was killed does not count. Raises HeldElsewhereError, or
    OSError when the file cannot be written.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        os.close(descriptor)
        if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
            raise HeldElsewhereError(path, holder) from None
        raise
    return descriptor


def is_held(path: Path) -> bool:
    """Return whether some process holds the lock at a path."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
