"""The name of the request that is being answered, in every line of the log."""

import logging
import secrets
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")


def begin_request(name: str = "") -> str:
    """Give the request that this thread answers a new name, or the one that it has; return it."""
    name = name or secrets.token_hex(8)
    _current.set(name)
    return name


def current_request() -> str:
    """Return the name of the request that this thread answers, or ""."""
    return _current.get()


def end_request() -> None:
    """Forget the name: what is logged from here on belongs to no request."""
    _current.set("")


class RequestIdFilter(logging.Filter):
    """Puts the request's name on log records."""

    def filter(self, record: logging.LogRecord) -> bool:
        if name := _current.get():
            record.request_id = name
        return True
