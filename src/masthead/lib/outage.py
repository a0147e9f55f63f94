"""When the machine, not the program, is at fault: disk, permissions, database."""

import errno
from collections.abc import Iterator
from enum import StrEnum

from django.db import DatabaseError, InterfaceError

from masthead.lib.bucket import BucketError


class Outage(StrEnum):
    """What the machine lacks, in words for whoever keeps it up."""

    DISK_FULL = "the disk is full: free some space"
    READ_ONLY = "the data folder cannot be written: check its permissions and its mount"
    BUSY = "the database is busy: another process holds it for too long"
    GONE = "the database does not answer: start it, or check database_url and its disk"
    CACHE_GONE = "the cache does not answer: start Redis, or check cache_url"
    BUCKET_GONE = "the bucket does not answer: check its service, and bucket in the settings"


_BY_ERRNO = {
    errno.ENOSPC: Outage.DISK_FULL,
    errno.EDQUOT: Outage.DISK_FULL,
    errno.EFBIG: Outage.DISK_FULL,
    errno.EROFS: Outage.READ_ONLY,
    errno.EACCES: Outage.READ_ONLY,
}
#: Beginnings of SQLite's result code names (sqlite.org/rescode.html).
_BY_SQLITE_NAME = {
    "SQLITE_FULL": Outage.DISK_FULL,
    "SQLITE_READONLY": Outage.READ_ONLY,
    "SQLITE_BUSY": Outage.BUSY,
    "SQLITE_LOCKED": Outage.BUSY,
    "SQLITE_IOERR": Outage.GONE,
    "SQLITE_CANTOPEN": Outage.GONE,
}
#: Redis's library is not everywhere: its errors by their names.
REDIS = {"ConnectionError", "TimeoutError", "BusyLoadingError"}
#: Beginnings of PostgreSQL's SQLSTATE codes (its manual, appendix A).
_BY_SQLSTATE = {
    "53100": Outage.DISK_FULL,
    "53": Outage.BUSY,
    "25006": Outage.READ_ONLY,
    "55P03": Outage.BUSY,
    "40P01": Outage.BUSY,
    "57P": Outage.GONE,
    "08": Outage.GONE,
}


def outage_behind(error: BaseException) -> Outage | None:
    """Return what the machine lacks when that is why something failed, else None."""
    for each in _chain(error):
        found = _by_number(each) or _by_driver(each)
        if found:
            return found
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _by_number(error: BaseException) -> Outage | None:
    return _BY_ERRNO.get(error.errno or 0) if isinstance(error, OSError) else None


def _by_driver(error: BaseException) -> Outage | None:
    kind = type(error)
    if kind.__module__ == "redis.exceptions" and kind.__name__ in REDIS:
        return Outage.CACHE_GONE
    if isinstance(error, BucketError):
        return Outage.BUCKET_GONE
    if name := getattr(error, "sqlite_errorname", None):
        return _by_beginning(name, _BY_SQLITE_NAME)
    if hasattr(error, "sqlstate"):
        # A connection that could not be made, or broke, carries no code.
        is_connection = type(error).__name__ in {"OperationalError", "ConnectionTimeout"}
        return (
            _by_beginning(error.sqlstate, _BY_SQLSTATE)
            if error.sqlstate
            else (Outage.GONE if is_connection else None)
        )
    is_closed = isinstance(error, InterfaceError) and not isinstance(error, DatabaseError)
    return Outage.GONE if is_closed else None


def _by_beginning(code: str, table: dict[str, Outage]) -> Outage | None:
    return next((found for start, found in table.items() if code.startswith(start)), None)
