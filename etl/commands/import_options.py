"""The options of `python -m etl import`: how a file is read, where its figures come from, and what is decided about them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
import pandas as pd

from etl.files.encodings import ENCODINGS
from etl.files.places import UNKNOWN_PLACE
from etl.files.row_numbers import row_numbers
from etl.importing import proposal
from etl.vocabulary import TRUST_CLASSES

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
DECIMALS = {"point": ".", "comma": ","}


def _pair(what: str) -> Callable[[str], tuple[str, str]]:
    def parsed(text: str) -> tuple[str, str]:
        left, equals, right = text.rpartition("=") if what.startswith("FILE") else text.partition("=")
        if not equals or not left:
            raise click.BadParameter(f"{text!r} is not {what}")
        return left, right

    return parsed


def accepted(text: str) -> tuple[str, str]:
    """What is accepted, by its name, and why it may stand."""
    name, _equals, reason = text.partition("=")
    if not name:
        raise click.BadParameter(f"{text!r} is not NAME=REASON")
    return name, reason.strip()


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
    click.option("--accept", type=accepted, multiple=True, metavar="NAME[=REASON]",
                 help="a doubt or a kind of warning by the name it is told with, and why it may stand"),
    click.option("--outlier", "outliers", type=_pair("NAME=REASON"), multiple=True, metavar="NAME=REASON",
                 help="a value beyond its bounds that is true, by the name it is told with, and why"),
    click.option("--every-warning", is_flag=True, help="tell every warning, not only the first of each kind"),
    click.option("--accept-warnings", is_flag=True, help="all that looks implausible; doubts about the reading stay"),
    click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path),
                 help="take these choices from a file that --save-mapping wrote"),
    click.option("--save-mapping", type=click.Path(dir_okay=False, path_type=Path), help="write these choices to a file"),
)  # fmt: skip
