"""What the log of requests must not hold: the one-time codes of a sign-in, which stand in the query of its addresses."""

import logging

from dashboard.streamlit_internals import CALLBACK, LOGIN

ACCESS_LOG = "uvicorn.access"


class WithoutSignInCodes(logging.Filter):
    """Takes the query off the addresses of the sign-in, in every argument of a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always passes the record on."""
        if isinstance(record.args, tuple):
            record.args = tuple(_without_query(argument) for argument in record.args)
        return True


def _without_query(argument: object) -> object:
    path = argument.partition("?")[0] if isinstance(argument, str) else ""
    return path if path.endswith((CALLBACK, LOGIN)) else argument


def keep_codes_out() -> None:
    """For this process; more than once is as good as once."""
    log = logging.getLogger(ACCESS_LOG)
    if not any(isinstance(known, WithoutSignInCodes) for known in log.filters):
        log.addFilter(WithoutSignInCodes())
