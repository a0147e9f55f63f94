"""The request's name in every statement that it makes, and slow ones in the log under it."""

import logging
import time
from collections.abc import Callable
from typing import Any

from masthead.lib.request_id import current_request

logger = logging.getLogger("masthead.database")
#: Seconds that a person notices.
SLOW = 0.5
LONGEST = 500


def named(
    execute: Callable[..., Any], sql: str, params: Any, many: Any, context: dict[str, Any]
) -> Any:
    """Execute a statement with the name of the request behind it, as a comment.

    So PostgreSQL's own log, and ``pg_stat_activity``, say which request it is. A wrapper for
    Django's ``connection.execute_wrapper``.
    """
    name = current_request()
    told = f"{sql} /* request {name} */" if name.isalnum() else sql
    begun = time.monotonic()
    try:
        return execute(told, params, many, context)
    finally:
        seconds = time.monotonic() - begun
        if seconds >= SLOW:
            # Without its values: those are people's words and addresses.
            logger.warning("A statement took %.0f ms: %s", seconds * 1000, sql[:LONGEST])
