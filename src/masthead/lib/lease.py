"""Work that one process of all machines does at a time: an advisory lock of PostgreSQL.

The database gives the lock up with the connection that holds it, so when a machine dies another
takes its place within seconds, and nothing of our own has to decide between them. It saves double
work only: what must never happen twice is kept by leased rows.
"""

import logging
import time
from contextlib import suppress
from hashlib import sha256

from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger("masthead.lease")
#: Seconds between two looks at whether it is ours, still or by now.
LOOK = 1.0
#: A machine whose power went says nothing: PostgreSQL asks whether it lives, and gives up (ms).
ASK_WHETHER_IT_LIVES = (
    "SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2; "
    "SET tcp_keepalives_count = 3; SET tcp_user_timeout = 10000"
)


class Lease:
    """One kind of work, which is ours or another machine's.

    ``taken`` counts how often it came to us. On SQLite there is one machine, so it is ours.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.taken = 0
        self._key = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
        self._is_ours = False
        self._looked_at = -LOOK
        self._connection: BaseDatabaseWrapper | None = None

    def is_ours(self) -> bool:
        """Return whether this process is to do the work, taking it over when nobody does it."""
        if time.monotonic() - self._looked_at >= LOOK:
            self._looked_at = time.monotonic()
            self._note(is_ours=connection.vendor != "postgresql" or self._look())
        return self._is_ours

    def let_go(self) -> None:
        """Let another process take over."""
        if self._connection:
            with suppress(Error):
                self._connection.close()
        self._connection, self._is_ours, self._looked_at = None, False, -LOOK

    def _note(self, *, is_ours: bool) -> None:
        if is_ours and not self._is_ours:
            self.taken += 1
        if is_ours != self._is_ours and connection.vendor == "postgresql":
            words = (
                "This machine does the work of the %s" if is_ours else "Lost: the work of the %s"
            )
            logger.info(words, self.name)
        self._is_ours = is_ours

    def _look(self) -> bool:
        """Ask over a connection of our own, which nothing else closes."""
        try:
            if self._connection is None:
                self._connection = connection.copy()
                self._ask(ASK_WHETHER_IT_LIVES)
            if self._is_ours:
                self._ask("SELECT 1")
                return True
            return bool(self._ask("SELECT pg_try_advisory_lock(%s)", self._key))
        except Error:
            self.let_go()
            return False

    def _ask(self, statement: str, *values: int) -> object:
        assert self._connection is not None
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchone()[0] if cursor.description else None
