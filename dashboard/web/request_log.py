"""Logs: requests by their path alone, because an address may hold what people ask or the code of a sign-in; as text or as JSON."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

from dashboard.streamlit_internals import set_log_formatter

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The name of the request that is answered, also in the threads that work for it."""


class PathOnly(logging.Filter):
    """Takes the query off the addresses of a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(part.partition("?")[0] if isinstance(part, str) else part for part in record.args)
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line an event: time (UTC), level, logger, message, request_id, what a request came to, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": REQUEST_ID.get(),
            **getattr(record, "event", {}),
        }
        if record.exc_info:
            event["traceback"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in event.items() if value != ""}, ensure_ascii=False)


_PATH_ONLY = PathOnly()


def set_up_logs(form: str) -> None:
    """On the server's own loggers: Streamlit gives them handlers and a level again, whatever the server was told."""
    logging.getLogger("uvicorn.access").addFilter(_PATH_ONLY)
    if form != "json":
        return
    lines = JsonLines()
    own = logging.StreamHandler()
    logging.basicConfig(handlers=[own], level=logging.WARNING)
    logging.getLogger("ledger.request").setLevel(logging.INFO)
    logging.getLogger("uvicorn.access").disabled = True  # each request is told once, with its name
    for logger in (logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))):
        for handler in logger.handlers:
            handler.setFormatter(lines)
    set_log_formatter(lines)
