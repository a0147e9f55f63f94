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
    """Execute a statement; a wrapper for Django's ``connection.execute_wrapper``.

    PostgreSQL is told the name of the request behind it, in a comment, so that its own log and
    ``pg_stat_activity`` say it. SQLite tells nobody, and would prepare each statement anew.
    """
    name = current_request()
    is_told = name.isalnum() and context["connection"].vendor == "postgresql"
    told = f"{sql} /* request {name} */" if is_told else sql
    begun = time.monotonic()
    try:
        return execute(told, params, many, context)
    finally:
        seconds = time.monotonic() - begun
        if seconds >= SLOW:
            # Without its values: those are people's words and addresses.
            logger.warning("A statement took %.0f ms: %s", seconds * 1000, sql[:LONGEST])
