"""`python -m etl import`: every question the Update page asks is an option here, and may stand in a saved mapping file."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from etl.commands import author_option, echo_release, verb
from etl.commands.import_options import DECIDING, DECIMALS, DELIMITERS, READING, SOURCE
from etl.commands.said import said_of, said_options
from etl.contract import MISSING, ContractViolation, Problem
from etl.contract.check import BOUNDS
from etl.datasets import all_datasets
from etl.fetch import fetch, is_address
from etl.files.doubts import READINGS
from etl.files.encodings import ENCODING_NAMES
from etl.files.findings import COLUMNS
from etl.files.mapping import LEFT_OUT
from etl.files.places import UNKNOWN_PLACE
from etl.importing import proposal
from etl.importing.merge import EDITION_KEY
from etl.importing.official import EDITION
from etl.importing.proposal import NewSource, Proposal, Request
from etl.ledger.ledger import Ledger
from etl.publishers import all_readers

NEW = "new edition"
TOLD_OF_A_KIND = 3
# What answers a problem or a doubt with this code.
ANSWERS = {
    COLUMNS: "--map 'FILE COLUMN=DATASET COLUMN' or --drop 'FILE COLUMN'",
    MISSING: "--map 'FILE COLUMN=DATASET COLUMN' or --set COLUMN=VALUE",
    "source": "--source NAME, for a new one with --source-title and --source-publisher",
    NEW: "--new-edition",
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
@said_options
@author_option
@click.pass_context
def import_file(context: click.Context, *, file: str, message: str, author: str, **chosen: Any) -> None:
    """Publish FILE (a path, or the https address of a publisher's file): a table, or an official NATO or SIPRI workbook."""
    if chosen["mapping"]:
        chosen |= _from_file(context, chosen["mapping"])
    if chosen["save_mapping"]:
        chosen["save_mapping"].write_text(json.dumps({name: chosen[name] for name in SAVED}, indent=2, default=list))
    said, ledger = said_of(message, chosen), Ledger.open()
    proposed = _proposed(ledger, *_read(file), chosen)
    _tell(proposed, chosen["every_warning"])
    if proposed.problems:
        raise ContractViolation(_answered(proposed))
    reasons = dict(chosen["accept"])
    _check_accepted(proposed, set(reasons), chosen["accept_warnings"])
    if ledger.needs_review():
        _check_reasons(proposed, reasons)
    echo_release(proposal.publish(ledger, proposed, author=author, message=message, said=said, reasons=reasons))


def _from_file(context: click.Context, path: Path) -> dict[str, Any]:
    """The choices saved, where the command line says nothing else."""
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        saved = None
    if not isinstance(saved, dict):
        raise click.BadParameter(f"{path} is no mapping file")
    if unknown := sorted(set(saved) - set(SAVED)):
        raise click.BadParameter(f"{path} holds what no option is called: {', '.join(unknown)}")
    given = {name for name in saved if context.get_parameter_source(name) != click.core.ParameterSource.DEFAULT}
    return {name: _checked(context, path, name, value) for name, value in saved.items() if name not in given}


def _checked(context: click.Context, path: Path, name: str, value: Any) -> Any:
    """A saved choice as its option would take it on the command line: the file may have been edited since."""
    (option,) = [one for one in context.command.params if one.name == name]
    try:
        if value is not None and getattr(option, "multiple", False) != isinstance(value, list):
            raise TypeError  # a text would be taken letter by letter
        texts = ["=".join(one) if isinstance(one, list) else one for one in value] if isinstance(value, list) else value
        return option.type_cast_value(context, texts)
    except (click.BadParameter, TypeError):
        told = json.dumps(value, ensure_ascii=False)
        raise click.BadParameter(f"{path}: {told} is not what {option.opts[0]} takes") from None


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


def _tell(proposed: Proposal, every: bool) -> None:
    """What was read and how, what would change, and what looks implausible."""
    read = proposed.understood
    if proposed.publisher:
        name = all_readers()[proposed.publisher].NAME
        click.echo(f"A file of its publisher, {name}: it is read as a whole, value by value.")
    elif read:
        for note in read.notes:
            click.echo(note.text())
        if read.encoding:
            named = {mark: name for name, mark in DELIMITERS.items()}.get(read.delimiter or "", read.delimiter)
            encoding = ENCODING_NAMES.get(read.encoding, read.encoding)
            click.echo(f"Read as {encoding}, divided by {named}, decimal mark “{read.decimal}”.")
    for repair in proposed.notes:
        click.echo(repair.sentence())
    for changed, counts in proposed.counts().items():
        click.echo(f"{changed}: " + ", ".join(f"{count} {change}" for change, count in counts.items()))
    kinds: dict[tuple[str, str], list[Problem]] = {}
    for warning in proposed.warnings:
        kinds.setdefault((warning.code, warning.rule), []).append(warning)
    for (code, _rule), alike in kinds.items():
        answer = f", or {ANSWERS[code]}" if code in ANSWERS else ""
        for warning in alike if every else alike[:TOLD_OF_A_KIND]:
            click.echo(f"warning: {warning.sentence()} [--accept {code}{answer}]", err=True)
        if not every and len(alike) > TOLD_OF_A_KIND:
            more = len(alike) - TOLD_OF_A_KIND
            click.echo(f"warning: and {more} more like it [--every-warning tells them all]", err=True)


def _answered(proposed: Proposal) -> list[Problem]:
    """The problems, each with the option that answers it."""
    unknown = ", ".join(EDITION_KEY) if proposed.unknown_editions else None
    codes = [NEW if unknown and one.column == unknown else one.code for one in proposed.problems]
    return [
        replace(one, remedy=f"{one.remedy} [{ANSWERS[code]}]".strip()) if code in ANSWERS else one
        for one, code in zip(proposed.problems, codes, strict=True)
    ]


def _check_accepted(proposed: Proposal, accepted: set[str], all_warnings: bool) -> None:
    """Refuse while something is neither answered nor accepted, and when a name accepts nothing."""
    codes = dict.fromkeys(one.code for one in proposed.warnings)
    asked = {*READINGS, EDITION}
    left = [code for code in codes if code not in accepted and not (all_warnings and code not in asked)]
    problems = []
    if left:
        remedy = f"Look at the warnings; --accept {' --accept '.join(left)} publishes all the same."
        if not asked & set(left):
            remedy += " --accept-warnings accepts them all."
        problems.append(Problem(proposed.request.dataset, "looks implausible or doubtful.", remedy=remedy))
    if proposed.difference:
        for name in sorted(accepted - set(codes)):
            problems.append(Problem(name, "is accepted, but nothing of that name is told.", remedy="Leave it out."))
    if problems:
        raise ContractViolation(problems)


def _check_reasons(proposed: Proposal, reasons: Mapping[str, str]) -> None:
    """Refuse where another person is to approve what nobody gave a reason for."""
    codes = dict.fromkeys(one.code for one in proposed.warnings)
    rule, remedy = "needs a reason: another editor approves it.", "--accept '{code}=REASON' gives it."
    lacking = [Problem(code, rule, remedy=remedy, params={"code": code}) for code in codes if not reasons.get(code)]
    if lacking:
        raise ContractViolation(lacking)


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
