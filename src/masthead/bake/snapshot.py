"""One moment of the database, read-only: every render sees all of it and nothing later."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.db import connection, transaction

from masthead.bake.memory import Memory, sharing


@contextmanager
def snapshot(memory: Memory | None = None) -> Iterator[None]:
    """Read the database as it is now; nothing can be written, and no cache hides a read.

    ``memory`` holds what renders share that nobody was told a change between.
    """
    with _no_cache(), _read_only(), sharing(memory or Memory()):
        yield


@contextmanager
def _no_cache() -> Iterator[None]:
    # A cache hides what was read, and may hold what is not so any more.
    before = caches["default"]
    caches["default"] = DummyCache("", {})
    try:
        yield
    finally:
        caches["default"] = before


@contextmanager
def _read_only() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    connection.ensure_connection()
    # Deferred, it waits for no writer, nor a writer for it.
    sqlite: Any = connection
    mode, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"
    try:
        with _query_only(), transaction.atomic():
            yield
    finally:
        sqlite.transaction_mode = mode


@contextmanager
def _query_only() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            cursor.execute("PRAGMA query_only = OFF")
