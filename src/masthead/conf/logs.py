"""Logs: one JSON object a line for machines, one plain line for a person at a terminal."""

from typing import Any


def logging_settings(*, is_terminal: bool) -> dict[str, Any]:
    """Return Django's LOGGING; all of it goes to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "masthead.lib.request_id.RequestIdFilter"}},
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "{levelname}{name}{message}",
                "style": "{",
                "timestamp": "time",
                "rename_fields": {"levelname": "level", "name": "logger"},
            },
            "plain": {"format": "{asctime} {message}", "datefmt": "%H:%M:%S", "style": "{"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "plain" if is_terminal else "json",
                "filters": ["request_id"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": _loggers(),
    }


def _loggers() -> dict[str, Any]:
    return {
        # Django writes warnings and errors to handlers of its own unless these are taken away.
        "django": {"level": "INFO", "handlers": []},
        # The request log tells every 4xx; what is left here are faults.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django_tasks": {"level": "WARNING"},
        "gunicorn.error": {"level": "WARNING"},
    }
