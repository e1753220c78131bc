"""Verbs that make a release, and the check that goes before one."""

from datetime import date
from pathlib import Path
from typing import Any

import click
import pandas as pd

from etl.commands import author_option, echo_release, progress, verb
from etl.contract import ContractViolation, Problem
from etl.datasets import all_datasets
from etl.fetch import fetch, is_address
from etl.importing import proposal
from etl.importing.proposal import NewSource
from etl.ledger.ledger import Ledger
from etl.ledger.repair import damage, repair
from etl.ledger.three_way import LEDGER, SEEDS
from etl.load import load as load_seeds
from etl.load import read_seeds
from etl.vocabulary import TRUST_CLASSES


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
@author_option
def rollback(release: int, message: str | None, author: str) -> None:
    """Make a new release that holds what release N held."""
    message = message or f"Back to release {release}"
    echo_release(Ledger.open().rollback(release, author=author, message=message))


def _column_value(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text!r} is not COLUMN=VALUE")
    return column, value


def _day(text: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(date.fromisoformat(text))
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a day such as 2026-08-27") from None


@verb("import")
@click.argument("file", metavar="FILE")
@click.option(
    "--dataset",
    default="spending",
    type=click.Choice(list(all_datasets())),
    metavar="D",
    help="which dataset the rows belong to (default: spending)",
)
@click.option(
    "--source", metavar="S", help="source_id of the publication the figures come from, for rows that name none"
)
@click.option("--source-title", help="makes --source a new source")
@click.option("--source-publisher", default="", help="who published the new source")
@click.option("--source-url", help="where the new source stands")
@click.option("--source-date", type=_day, metavar="YYYY-MM-DD", help="day the new source was published")
@click.option("--source-credit", help="credit line the new source asks for")
@click.option("--source-trust", type=click.Choice(list(TRUST_CLASSES)), default="government_page")
@click.option("--message", required=True, help="why")
@click.option(
    "--mode",
    type=click.Choice(proposal.MODES),
    default=proposal.MODES[0],
    help="add and change rows, replace an edition, or replace all",
)
@click.option(
    "--set",
    "fixed",
    type=_column_value,
    multiple=True,
    metavar="COLUMN=VALUE",
    help="one value for a column the file lacks",
)
@click.option("--new-edition", is_flag=True, help="add editions that are not known yet")
@click.option("--accept-warnings", is_flag=True, help="publish what looks implausible all the same")
@author_option
def import_file(
    *,
    file: str,
    dataset: str,
    message: str,
    mode: str,
    fixed: tuple[tuple[str, str], ...],
    new_edition: bool,
    accept_warnings: bool,
    author: str,
    **source: Any,
) -> None:
    """Publish FILE (a path, or the https address of a publisher's file): CSV, XLSX, or an official NATO or SIPRI workbook."""
    ledger = Ledger.open()
    content, name = _read(file)
    request = proposal.Request(
        content, name, dataset, source=_source(**source), mode=mode, fixed=dict(fixed), new_edition=new_edition
    )
    proposed = proposal.propose(ledger, request)
    if proposed.problems:
        raise ContractViolation(list(proposed.problems))
    for changed, counts in proposed.counts().items():
        click.echo(f"{changed}: " + ", ".join(f"{count} {change}" for change, count in counts.items()))
    for warning in proposed.warnings:
        click.echo(f"warning: {warning.sentence()}", err=True)
    if proposed.warnings and not accept_warnings:
        remedy = "Look at the warnings; --accept-warnings publishes all the same."
        raise ContractViolation([Problem(dataset, "looks implausible.", remedy=remedy)])
    echo_release(proposal.publish(ledger, proposed, author=author, message=message))


def _read(file: str) -> tuple[bytes, str]:
    """The bytes and the name of a file given by its path or its address."""
    if is_address(file):
        fetched = fetch(file)
        return fetched.content, fetched.name
    return Path(file).read_bytes(), Path(file).name


def _source(
    *,
    source: str | None,
    source_title: str | None,
    source_publisher: str,
    source_url: str | None,
    source_date: pd.Timestamp | None,
    source_credit: str | None,
    source_trust: str,
) -> str | NewSource | None:
    """The source named: one that is in the ledger, or a new one when a title is given with it."""
    if not source_title:
        return source
    if not source:
        raise click.UsageError("--source-title makes a new source: give its short name with --source")
    return NewSource(
        source,
        source_title,
        source_publisher,
        source_url or None,
        source_date,
        credit=source_credit,
        trust=source_trust,
    )
