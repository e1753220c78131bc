"""Requests stand in the log by their path alone: an address may hold what people ask, or the code of a sign-in."""

import logging


class PathOnly(logging.Filter):
    """Takes the query off the addresses of a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(part.partition("?")[0] if isinstance(part, str) else part for part in record.args)
        return True


_PATH_ONLY = PathOnly()


def log_paths_only() -> None:
    """On the server's own logger: Streamlit gives it handlers and a level again, whatever the server was told."""
    logging.getLogger("uvicorn.access").addFilter(_PATH_ONLY)
