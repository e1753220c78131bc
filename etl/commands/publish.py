"""Verbs that make a release, and the check that goes before one."""

from pathlib import Path

import click

from etl.commands import author_option, echo_release, progress, verb
from etl.commands.said import said_of, said_options
from etl.contract import ContractViolation
from etl.ledger.ledger import Ledger
from etl.ledger.repair import damage, repair
from etl.ledger.three_way import LEDGER, SEEDS
from etl.load import load as load_seeds
from etl.load import read_seeds


@verb()
@click.option("--if-empty", is_flag=True, help="only when the ledger holds no release yet")
@click.option("--take", type=click.Choice([LEDGER, SEEDS]), help="whose rows to take where people and the seeds differ")
def load(if_empty: bool, take: str | None) -> None:
    """Publish the reviewed seeds, if they changed since they were last loaded; what people changed since stays."""
    ledger = Ledger.open()
    if if_empty and ledger.newest():
        return
    echo_release(load_seeds(ledger, progress=progress("datasets"), take=take))


@verb()
@click.option("--ledger", "whole_ledger", is_flag=True, help="read every release instead, and repair what is damaged")
@click.option(
    "--from", "backups", multiple=True, type=click.Path(path_type=Path), metavar="PATH", help="a backup to repair from"
)
def check(whole_ledger: bool, backups: tuple[Path, ...]) -> None:
    """Hold the seeds against their contracts, or the ledger against what was published; publish nothing."""
    if whole_ledger:
        return _check_ledger(backups)
    frames, problems = read_seeds(progress("datasets"))
    if problems:
        raise ContractViolation(problems)
    click.echo(f"{len(frames)} datasets, {sum(map(len, frames.values())):,} rows: nothing to complain of.")


def _check_ledger(backups: tuple[Path, ...]) -> None:
    ledger = Ledger.open()
    damaged = damage(ledger, progress("releases"))
    left = repair(ledger, damaged, backups)
    for one in damaged:
        state = (
            "damaged, and in no backup given (--from PATH)" if one in left else "was damaged, repaired from a backup"
        )
        click.echo(f"Release {one.release.number}: {one.dataset} {state}", err=one in left)
    bookkeeping = ledger.reader.unreadable_bookkeeping()
    for name in bookkeeping:
        click.echo(f"Beside the datasets: files of {name} are missing or damaged", err=True)
    if left or bookkeeping:
        raise click.exceptions.Exit(1)
    click.echo(f"{ledger.newest()} release(s) can be read whole.")


@verb()
@click.argument("release", type=int, metavar="N")
@click.option("--message", help="why (default: back to release N)")
@said_options
@author_option
def rollback(release: int, message: str | None, author: str, **chosen: str | None) -> None:
    """Make a new release that holds what release N held."""
    message = message or f"Back to release {release}"
    echo_release(Ledger.open().rollback(release, author=author, message=message, extra=said_of(message, chosen)))
