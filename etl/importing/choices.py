"""Choices of a person that match nothing in the file or the dataset: each is refused, none is passed over."""

from collections.abc import Iterator

import pandas as pd

from etl.contract import Dataset, Problem
from etl.files.mapping import YEAR_PREFIX, ColumnMap
from etl.files.table import Understood
from etl.importing.request import Request
from etl.message import N_

LEAVE_OUT = N_("Leave that choice out.")


def reading_choice_problems(request: Request, understood: Understood) -> Iterator[Problem]:
    """Choices how to read a table of rows that this file has no place for."""
    name = understood.name
    if request.sheet is not None and request.sheet not in understood.cells:
        sheets = ", ".join(understood.sheets)
        rule = N_("has no sheet of that name.") if sheets else N_("is text: it has no sheets.")
        remedy = N_("Its sheets: {sheets}.") if sheets else LEAVE_OUT
        yield Problem(name, rule, value=request.sheet, params={"sheets": sheets}, remedy=remedy, code="sheet")
    elif request.header_row is not None:
        rows = len(understood.cells[understood.sheet if request.sheet is None else request.sheet].rows)
        if request.header_row >= rows:
            rule = N_("can not be the row that names the columns: the last row is {last}.")
            yield Problem(name, rule, request.header_row, params={"last": rows}, remedy=N_("Choose an earlier row."))
    if understood.kind != "csv" and (request.encoding or request.delimiter):
        rule = N_("is no divided text: it has no encoding and no delimiter to choose.")
        yield Problem(name, rule, value=request.encoding or request.delimiter, remedy=LEAVE_OUT)
    if request.edition is not None or request.published_on is not None:
        rule = N_("is no publisher's own file that we know: it is not read as one edition.")
        remedy = N_("Leave that choice out; a table has its edition in a column, or as one value for all rows.")
        yield Problem(name, rule, value=request.edition or f"{request.published_on:%Y-%m-%d}", remedy=remedy)


def official_choice_problems(request: Request) -> Iterator[Problem]:
    """Choices of a table of rows, made for a publisher's own file, which is read as a whole."""
    rows = [*(request.mapping or {}), *request.changes, *request.fixed, *map(str, sorted(request.skip_rows))]
    chosen = [str(one) for one in (request.sheet, request.header_row, request.decimal, *rows) if one is not None]
    if chosen:
        rule = N_(
            "is a publisher's own file and read as a whole: sheet, header, marks, columns and rows are not chosen."
        )
        yield Problem(request.name, rule, value=", ".join(chosen), remedy=LEAVE_OUT)


def source_choice_problems(request: Request, sources: pd.DataFrame) -> Iterator[Problem]:
    """A source that is not held, for rows that would not take it: where they would, the contract refuses it."""
    if isinstance(request.source, str) and request.source not in {*sources["source_id"]}:
        rule = N_("is no source of the ledger, and no row would take it.")
        yield Problem(request.dataset, rule, value=request.source, remedy=LEAVE_OUT, code="source")


def column_choice_problems(
    request: Request, table: Understood, dataset: Dataset, mapping: ColumnMap
) -> Iterator[Problem]:
    """Choices that match nothing in the file or the dataset."""
    chosen = {**(request.mapping or {}), **request.changes}
    for column in chosen:
        if column not in table.columns:
            params = {"columns": ", ".join(table.columns)}
            yield Problem(
                table.name,
                N_("has no column of that name."),
                table.header_row,
                column,
                None,
                params,
                N_("Its columns: {columns}."),
                "columns",
            )
    targets = {target for target in chosen.values() if target and not target.startswith(YEAR_PREFIX)}
    for column in sorted({*targets, *request.fixed} - {*dataset.columns}):
        params = {"columns": ", ".join(dataset.columns)}
        yield Problem(
            dataset.name,
            N_("is not a column of this dataset."),
            None,
            column,
            None,
            params,
            N_("Its columns: {columns}."),
            "columns",
        )
    for column in sorted({*request.fixed} & {*mapping.values()} - {None}):
        yield Problem(
            table.name,
            N_("has this column already: one value for all rows would not be used."),
            None,
            column,
            remedy=N_("Leave the value out, or the column of the file."),
            code="columns",
        )
    lost = sorted(request.skip_rows - {*map(int, table.frame.index)})
    if lost:
        yield Problem(
            table.name,
            N_("has no such row to leave out."),
            lost[0],
            rows=tuple(lost),
            code="rows",
            remedy=N_("Count rows as in the file: the first line is row 1."),
        )
