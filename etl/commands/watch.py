"""The verb that asks publishers for something new."""

import click

from etl.commands import verb
from etl.commands.repeat import every_option, repeated
from etl.ledger.ledger import Ledger

LEAST_S = 600


@verb()
@every_option(LEAST_S, "6h", "30m, 6h, 1d")
def watch(every: int | None) -> None:
    """Ask publishers for something new; keep and judge what came, make drafts of new figures, publish nothing."""
    repeated(_ask, every)


def _ask() -> None:
    from etl.importing.watch import watch as ask_publishers  # it takes a while, and no other verb needs it

    for entry in ask_publishers(Ledger.open()):
        click.echo(f"{entry.publisher:<15}  {entry.outcome:<9}  {entry.address}  {entry.told.text()}")
