"""Logs: one JSON object a line, without personal values.

Lines say what happened by ids, names of definitions and counts. An unexpected error is told by its type and the
places it passed through, never by its text: a library puts the offending value into that.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

LOGGER = "keepwell"
FILE_BYTES = 10 * 1024 * 1024
FILES_KEPT = 5
PLACES_KEPT = 12


class JsonLines(logging.Formatter):
    """A record as one line; what was given as ``extra={"fields": …}`` stands beside its message."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line |= told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def told(error: BaseException) -> dict[str, object]:
    """An unexpected error by its type and the places it passed through."""
    passed = traceback.extract_tb(error.__traceback__)[-PLACES_KEPT:]
    return {
        "error": type(error).__qualname__,
        "places": [f"{Path(place.filename).name}:{place.lineno} {place.name}" for place in passed],
    }


def write_logs(to: Path | TextIO) -> logging.Handler:
    """Write the logs of this process to a file that is rotated, or to a stream; gives what to pass to stop_logs."""
    handler: logging.Handler
    if isinstance(to, Path):
        to.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            to, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", delay=True
        )
    else:
        handler = logging.StreamHandler(to)
    handler.setFormatter(JsonLines())
    for name, level in ((LOGGER, logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False
    return handler


def stop_logs(handler: logging.Handler) -> None:
    """Undo write_logs."""
    for name in (LOGGER, "uvicorn"):
        logger = logging.getLogger(name)
        logger.removeHandler(handler)
        logger.propagate = True
    handler.close()


def log(
    event: str, *, level: int = logging.INFO, error: BaseException | None = None, **fields: object
) -> None:
    """One line: what happened, and the figures and names that go with it. Never a personal value."""
    logging.getLogger(LOGGER).log(level, event, extra={"fields": fields}, exc_info=error)
