"""The verb that asks publishers for something new."""

import re
import time
from collections.abc import Callable

import click

from etl.commands import verb
from etl.importing.watch import watch as ask_publishers
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.ledger import Ledger

UNITS_S = {"m": 60, "h": 3600, "d": 86400}
LEAST_S = 600


def interval(least_s: int) -> Callable[[str], int]:
    """Reads an interval such as 6h as seconds, so many at least."""

    def seconds(text: str) -> int:
        read = re.fullmatch(r"(\d{1,4})([mhd])", text)
        found = int(read[1]) * UNITS_S[read[2]] if read else 0
        if found < least_s:
            raise click.BadParameter(f"{text!r} is not an interval of {least_s // 60} minutes or more such as 6h")
        return found

    return seconds


@verb()
@click.option(
    "--every", type=interval(LEAST_S), metavar="6h", help="go on for ever, with so long a pause (30m, 6h, 1d)"
)
def watch(every: int | None) -> None:
    """Ask publishers for something new; keep and judge what came, make drafts of new figures, publish nothing."""
    while True:
        try:
            for entry in ask_publishers(Ledger.open()):
                click.echo(f"{entry.publisher:<15}  {entry.outcome:<9}  {entry.address}  {entry.told.text()}")
        except LedgerUnavailable as error:
            if not every:
                raise
            click.echo(f"{error}", err=True)  # it may be there again the next time
        if not every:
            return
        time.sleep(every)
