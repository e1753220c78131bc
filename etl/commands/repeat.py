"""Verbs that go on for ever: `--every 6h`."""

import re
import time
from collections.abc import Callable
from typing import Any

import click

from etl.ledger.errors import LedgerUnavailable

UNITS_S = {"m": 60, "h": 3600, "d": 86400}


def every_option(least_s: int, example: str, others: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option `--every`: an interval such as 6h, read as seconds, so many at least."""

    def seconds(text: str) -> int:
        read = re.fullmatch(r"(\d{1,4})([mhd])", text)
        found = int(read[1]) * UNITS_S[read[2]] if read else 0
        if found < least_s:
            raise click.BadParameter(f"{text!r} is not an interval of {least_s // 60} minutes or more such as 6h")
        return found

    told = f"go on for ever, with so long a pause ({others})"
    return click.option("--every", type=seconds, metavar=example, help=told)


def repeated(step: Callable[[], None], every: int | None) -> None:
    """Take a step once, or for ever with a pause of so many seconds: then a ledger that can't be reached is told, and may be
    there again the next time. Raises LedgerUnavailable."""
    while True:
        try:
            step()
        except LedgerUnavailable as error:
            if not every:
                raise
            click.echo(f"{error}", err=True)
        if not every:
            return
        time.sleep(every)
