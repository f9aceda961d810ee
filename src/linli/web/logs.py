"""Logs as JSON lines: one object a line, with the request's number, so that a complaint can be followed.

No password, cookie, form field or query text is ever logged.
"""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from linli.web.config import Site

__all__ = ["JsonFormatter", "logging_settings", "request_number"]

request_number: ContextVar[str] = ContextVar("request_number", default="")
"""The number of the request at hand; empty outside one."""

_FIELDS = ("method", "path", "status", "seconds", "user", "job", "address")


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_number.get():
            line["request"] = request_number.get()
        line.update({name: getattr(record, name) for name in _FIELDS if hasattr(record, name)})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def logging_settings(site: Site, part: str = "serve") -> dict[str, Any]:
    """Return Django's ``LOGGING``: to standard error, and to a file a day where the site has a folder.

    Parameters
    ----------
    site
        The site.
    part
        Which process it is (``serve``, ``worker``, ``tool``): each writes its own file.

    Returns
    -------
    dict
        For `logging.config.dictConfig`.
    """
    handlers: dict[str, dict[str, Any]] = {
        "errors": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "level": "WARNING" if part == "tool" else "INFO",
        }
    }
    if site.saved and site.logs.is_dir():
        handlers["file"] = {
            "class": "logging.handlers.TimedRotatingFileHandler",
            "filename": str(site.logs / f"{part}.jsonl"),
            "when": "midnight",
            "backupCount": site.config.log_days,
            "encoding": "utf-8",
            "delay": True,
            "formatter": "json",
        }
    quiet = {"level": "WARNING", "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "linli.web.logs.JsonFormatter"}},
        "handlers": handlers,
        "root": {"handlers": sorted(handlers), "level": "INFO" if site.saved else "WARNING"},
        "loggers": {
            "django": quiet,
            "django.request": {"level": "ERROR", "propagate": True},
            "waitress": quiet,
            "allauth": quiet,
            "django_tasks": quiet,
            "django_tasks_db": quiet,
        },
    }
