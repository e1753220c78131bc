"""`python -m etl import`: every question the Update page asks is an option here, and may stand in a saved mapping file."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
import pandas as pd

from etl.check import BOUNDS
from etl.commands import author_option, echo_release, verb
from etl.contract import ContractViolation, Problem
from etl.datasets import all_datasets
from etl.fetch import fetch, is_address
from etl.files.doubts import READINGS
from etl.files.encodings import ENCODINGS
from etl.files.mapping import LEFT_OUT
from etl.files.places import UNKNOWN_PLACE
from etl.files.row_numbers import row_numbers
from etl.importing import proposal
from etl.importing.official import EDITION
from etl.importing.proposal import NewSource, Proposal, Request
from etl.ledger.ledger import Ledger
from etl.vocabulary import TRUST_CLASSES

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
DECIMALS = {"point": ".", "comma": ","}
# What answers a problem or a doubt with this code.
ANSWERS = {
    "columns": "--map 'FILE COLUMN=DATASET COLUMN' or --drop 'FILE COLUMN'",
    "missing": "--set COLUMN=VALUE or --map",
    "source": "--source, or --source with --source-title and --source-publisher",
    UNKNOWN_PLACE: f"--leave-out {UNKNOWN_PLACE}",
    EDITION: "--edition YYYY-MM, or --published-on YYYY-MM-DD",
    "sheet": "--sheet NAME",
    "decimal": "--decimal point|comma",
    "encoding": "--encoding NAME",
    "encoded-twice": "--encoding utf-8-twice",
    "delimiter": "--delimiter NAME",
    BOUNDS: "--outlier 'NAME=REASON'",
}
SAVED = ("dataset", "mode", "sheet", "header_row", "encoding", "delimiter", "decimal", "renamed", "dropped", "fixed",
         "leave_out", "source", "accept")  # fmt: skip


def _pair(what: str) -> Callable[[str], tuple[str, str]]:
    def parsed(text: str) -> tuple[str, str]:
        left, equals, right = text.rpartition("=") if what.startswith("FILE") else text.partition("=")
        if not equals or not left:
            raise click.BadParameter(f"{text!r} is not {what}")
        return left, right

    return parsed


def _day(text: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(date.fromisoformat(text))
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a day such as 2026-08-27") from None


def _rows(text: str) -> frozenset[int]:
    try:
        return row_numbers(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} are not rows such as 12,14-20") from None


def _options(*options: Callable) -> Callable[[Callable], Callable]:
    def decorated(function: Callable) -> Callable:
        for option in reversed(options):
            function = option(function)
        return function

    return decorated


READING = _options(
    click.option("--sheet", help="which sheet of a workbook; a hidden one is read only when it is named"),
    click.option("--header-row", type=click.IntRange(1), help="the row that names the columns"),
    click.option("--encoding", type=click.Choice(ENCODINGS), help="of a text file"),
    click.option("--delimiter", type=click.Choice(list(DELIMITERS)), help="of a text file"),
    click.option("--decimal", type=click.Choice(list(DECIMALS)), help="the decimal mark"),
    click.option("--map", "renamed", type=_pair("FILE COLUMN=DATASET COLUMN"), multiple=True,
                 metavar="FILE COLUMN=DATASET COLUMN", help="which column of the dataset a column of the file is"),
    click.option("--drop", "dropped", multiple=True, metavar="FILE COLUMN", help="a column of the file to leave out"),
    click.option("--set", "fixed", type=_pair("COLUMN=VALUE"), multiple=True, metavar="COLUMN=VALUE",
                 help="one value for a column the file lacks"),
    click.option("--leave-out", type=click.Choice([UNKNOWN_PLACE]), multiple=True,
                 help="rows of countries and aggregates that the dataset can not hold"),
    click.option("--skip-rows", type=_rows, default="", metavar="12,14-20", help="rows to leave out"),
)  # fmt: skip
SOURCE = _options(
    click.option("--source", metavar="S", help="source_id of the publication, for rows that name none"),
    click.option("--source-title", help="makes --source a new source"),
    click.option("--source-publisher", default="", help="who published the new source"),
    click.option("--source-url", help="where the new source stands"),
    click.option("--source-date", type=_day, metavar="YYYY-MM-DD", help="day the new source was published"),
    click.option("--source-credit", help="credit line the new source asks for"),
    click.option("--source-trust", type=click.Choice(list(TRUST_CLASSES)), default="government_page"),
)
DECIDING = _options(
    click.option("--mode", type=click.Choice(proposal.MODES), default=proposal.MODES[0],
                 help="add and change rows, replace an edition, or replace all"),
    click.option("--new-edition", is_flag=True, help="add editions that are not known yet"),
    click.option("--edition", metavar="YYYY-MM", help="of an official workbook"),
    click.option("--published-on", type=_day, metavar="YYYY-MM-DD", help="day an official workbook was published"),
    click.option("--accept", multiple=True, metavar="NAME",
                 help="a doubt or a kind of warning by the name it is told with"),
    click.option("--outlier", "outliers", type=_pair("NAME=REASON"), multiple=True, metavar="NAME=REASON",
                 help="a value beyond its bounds that is true, by the name it is told with, and why"),
    click.option("--accept-warnings", is_flag=True, help="all that looks implausible; doubts about the reading stay"),
    click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path),
                 help="take these choices from a file that --save-mapping wrote"),
    click.option("--save-mapping", type=click.Path(dir_okay=False, path_type=Path), help="write these choices to a file"),
)  # fmt: skip


@verb("import")
@click.argument("file", metavar="FILE")
@click.option(
    "--dataset",
    default="spending",
    type=click.Choice(list(all_datasets())),
    metavar="D",
    help="which dataset the rows belong to (default: spending)",
)
@READING
@SOURCE
@DECIDING
@click.option("--message", required=True, help="why")
@author_option
@click.pass_context
def import_file(context: click.Context, *, file: str, message: str, author: str, **chosen: Any) -> None:
    """Publish FILE (a path, or the https address of a publisher's file): a table, or an official NATO or SIPRI workbook."""
    if chosen["mapping"]:
        chosen |= _from_file(context, chosen["mapping"])
    if chosen["save_mapping"]:
        chosen["save_mapping"].write_text(json.dumps({name: chosen[name] for name in SAVED}, indent=2, default=list))
    ledger = Ledger.open()
    proposed = _proposed(ledger, *_read(file), chosen)
    _tell(proposed)
    if proposed.problems:
        raise ContractViolation(list(proposed.problems))
    _check_accepted(proposed, set(chosen["accept"]), chosen["accept_warnings"])
    echo_release(proposal.publish(ledger, proposed, author=author, message=message))


def _from_file(context: click.Context, path: Path) -> dict[str, Any]:
    """The choices saved, where the command line says nothing else."""
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        unknown = sorted(set(saved) - set(SAVED))
    except (ValueError, TypeError):
        raise click.BadParameter(f"{path} is no mapping file") from None
    if unknown:
        raise click.BadParameter(f"{path} holds what no option is called: {', '.join(unknown)}")
    given = {name for name in saved if context.get_parameter_source(name) != click.core.ParameterSource.DEFAULT}
    return {name: value for name, value in saved.items() if name not in given}


def _proposed(ledger: Ledger, content: bytes, name: str, chosen: Mapping[str, Any]) -> Proposal:
    request = Request(
        content,
        name,
        chosen["dataset"],
        source=_source(chosen),
        mode=chosen["mode"],
        sheet=chosen["sheet"],
        header_row=chosen["header_row"],
        encoding=chosen["encoding"],
        delimiter=DELIMITERS.get(chosen["delimiter"] or ""),
        decimal=DECIMALS.get(chosen["decimal"] or ""),
        fixed=dict(chosen["fixed"]),
        new_edition=chosen["new_edition"],
        edition=chosen["edition"],
        published_on=chosen["published_on"],
        leave_out=frozenset(chosen["leave_out"]),
        skip_rows=frozenset(chosen["skip_rows"]),
        outliers=dict(chosen["outliers"]),
        changes=dict(chosen["renamed"]) | dict.fromkeys(chosen["dropped"], LEFT_OUT),
    )
    return proposal.propose(ledger, request)


def _tell(proposed: Proposal) -> None:
    """What was read and how, what would change, and what looks implausible."""
    read = proposed.understood
    for note in read.notes if read else ():
        click.echo(note.text())
    if read and read.encoding:
        click.echo(f"Read as {read.encoding}, divided by {read.delimiter!r}, decimal mark {read.decimal!r}.")
    for repair in proposed.notes:
        click.echo(repair.sentence())
    for changed, counts in proposed.counts().items():
        click.echo(f"{changed}: " + ", ".join(f"{count} {change}" for change, count in counts.items()))
    for warning in proposed.warnings:
        click.echo(f"warning: {warning.sentence()} [--accept {warning.code}]", err=True)
    if proposed.unknown_editions:
        click.echo("A new edition is added with --new-edition.", err=True)
    for code in dict.fromkeys(one.code for one in proposed.problems if one.code in ANSWERS):
        click.echo(f"Can be answered with {ANSWERS[code]}.", err=True)


def _check_accepted(proposed: Proposal, accepted: set[str], all_warnings: bool) -> None:
    """Refuse while something is neither answered nor accepted, and when a name accepts nothing."""
    codes = dict.fromkeys(one.code for one in proposed.warnings)
    asked = {*READINGS, EDITION, BOUNDS}
    left = [code for code in codes if code not in accepted and not (all_warnings and code not in asked)]
    problems = []
    if left:
        answers = "".join(f" {code}: {ANSWERS[code]}." for code in left if code in ANSWERS)
        remedy = f"Look at the warnings; --accept {' --accept '.join(left)} publishes all the same.{answers}"
        if not asked & set(left):
            remedy += " --accept-warnings accepts them all."
        problems.append(Problem(proposed.request.dataset, "looks implausible or doubtful.", remedy=remedy))
    if proposed.difference:
        for name in sorted(accepted - set(codes)):
            problems.append(Problem(name, "is accepted, but nothing of that name is told.", remedy="Leave it out."))
    if problems:
        raise ContractViolation(problems)


def _read(file: str) -> tuple[bytes, str]:
    """The bytes and the name of a file given by its path or its address."""
    if is_address(file):
        fetched = fetch(file)
        return fetched.content, fetched.name
    return Path(file).read_bytes(), Path(file).name


def _source(chosen: Mapping[str, Any]) -> str | NewSource | None:
    """The source named: one that is in the ledger, or a new one when a title is given with it."""
    if not chosen["source_title"]:
        return chosen["source"]
    if not chosen["source"]:
        raise click.UsageError("--source-title makes a new source: give its short name with --source")
    return NewSource(
        chosen["source"],
        chosen["source_title"],
        chosen["source_publisher"],
        chosen["source_url"] or None,
        chosen["source_date"],
        credit=chosen["source_credit"],
        trust=chosen["source_trust"],
    )
