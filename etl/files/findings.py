"""What to say of a table that was found: problems in the way of using it, notes on what was done unasked."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from etl.contract import MISSING, Dataset, Problem, gathered
from etl.files.cells import Cell, Grids, Sheet, is_blank
from etl.files.encodings import REPLACED
from etl.files.header import DIFFERENT, Header, shown
from etl.files.numbers import ESTIMATE_FLAGS, FLAGS, is_missing, parse_number, strip_marks
from etl.files.scan import column_letters
from etl.files.stacked import last_name
from etl.message import N_, Message

_FLAGGED = N_("Numbers with Eurostat's flag {flag} ({meaning}): {count}. The number is read, the flag is not kept.")
_FLAGGED_ESTIMATE = N_("Numbers with Eurostat's flag {flag} ({meaning}): {count}. They are read as estimates.")
GAPS_SHOWN = 4
NAME_OR_QUOTE = N_("Name the column, or put the text in quotation marks if a delimiter in it divided the cell.")
NAME_OR_HEADER = N_("Name the column, or choose another row as the one that names the columns.")
COLUMNS = "columns"  # the code of a column of the file that is not understood
Body = list[tuple[int, list[Cell]]]  # (row in the file, its cells)


def table_problems(name: str, sheet: Sheet, head: Header, body: Body) -> list[Problem]:
    """What stands in the way of using the table, one problem a cause."""
    return gathered(_table_problems(name, sheet, head, body))


def _table_problems(name: str, sheet: Sheet, head: Header, body: Body) -> Iterator[Problem]:
    for rule, first, called in head.problems:
        params = {"called": called, "twice": (first, called)}  # leaving out one of the two answers it
        yield Problem(name, rule, head.row, first, params=params, remedy=DIFFERENT, code=COLUMNS)
    names = dict(zip(head.places, head.names, strict=True))
    if not body:
        yield Problem(
            name,
            N_("has a header and no rows below it."),
            head.row,
            remedy=N_("Add the rows, or choose another sheet."),
        )
    yield from _width_problems(name, sheet, head, body, names)
    yield from _formula_problems(name, sheet, head, names)


def _width_problems(name: str, sheet: Sheet, head: Header, body: Body, names: dict[int, str]) -> Iterator[Problem]:
    """Rows that are wider than the header, and in a text file those that are narrower."""
    for number, row in body:
        beyond = [place for place in range(len(row)) if place not in names and not is_blank(row[place])]
        if beyond:
            yield Problem(
                name,
                N_("has a value in column {letters}, which has no name in the header."),
                number,
                value=shown(row[beyond[0]]),
                params={"letters": column_letters(beyond[0] + 1)},
                remedy=NAME_OR_QUOTE if sheet.name == "" else NAME_OR_HEADER,
            )
        elif sheet.name == "" and len(row) <= head.places[-1]:
            yield Problem(
                name,
                N_("fills {count} of the header's {expected} columns."),
                number,
                params={"count": len(row), "expected": head.places[-1] + 1},
                remedy=N_("Add the missing cells or delimiters."),
            )


def _formula_problems(name: str, sheet: Sheet, head: Header, names: dict[int, str]) -> Iterator[Problem]:
    """Cells of which a workbook keeps no value."""
    for line, column in sheet.uncached:
        if line > head.last_row and column - 1 in names:
            yield Problem(
                name,
                N_("holds a formula without a saved value."),
                line,
                names[column - 1],
                remedy=N_(
                    "Open the file in your spreadsheet programme and save it, or paste the values instead of the formulas."
                ),
            )
    for (line, column), code in sheet.errors.items():
        if line > head.last_row and column - 1 in names:
            yield Problem(
                name,
                N_("is a spreadsheet error, not a value."),
                line,
                names[column - 1],
                code,
                remedy=N_("Correct the formula in that cell."),
            )


def table_notes(
    cells: Grids, sheet: Sheet, head: Header, footers: list[int], read: Mapping[str, Any]
) -> Iterator[Message]:
    if len(cells) > 1:
        yield Message(N_("Sheet read: “{sheet}”."), {"sheet": sheet.name})
    unread = [one.name for one in cells.values() if one.hidden and one.name != sheet.name]
    if unread:
        yield Message(N_("Hidden sheets, not read: {sheets}."), {"sheets": ", ".join(unread)})
    if read["kind"] in ("xls", "xlsb", "ods"):
        yield Message(
            N_(
                "Formulas and percent formats are not seen in this kind of file: 2 % may stand there as 0.02. Compare the figures."
            )
        )
    above = sum(not all(map(is_blank, row)) for row in sheet.rows[: head.row - 1])
    if above:
        yield Message(N_("Rows with text above the header, not read: {count}."), {"count": above})
    for column in filter(last_name, head.names):
        yield Message(N_("Of the codes in column {column}, the last one is read."), {"column": column})
    if head.last_row > head.row:
        yield Message(N_("The header has two rows; their names were joined."))
    if footers:
        yield _footers(footers)
    if read.get("encoding") == "cp1252":
        yield Message(N_("The text is not Unicode; it was read as Windows-1252. Check the accents."))
    if sheet.hidden:
        yield Message(N_("The sheet “{sheet}” is hidden in the workbook."), {"sheet": sheet.name})
    if sheet.hidden_rows:
        yield Message(N_("Rows hidden in the workbook, read like the others: {count}."), {"count": sheet.hidden_rows})
    if sheet.formulas > len(sheet.uncached):
        yield Message(
            N_("Cells with formulas: {count}. Their last saved values are used."),
            {"count": sheet.formulas - len(sheet.uncached)},
        )
    percents = sum(row > head.last_row for row, _ in sheet.percents)
    if percents:
        yield Message(
            N_("Cells shown as percent: {count}. 0.0137 shown as 1.37 % is read as 1.37."), {"count": percents}
        )


def _footers(rows: list[int]) -> Message:
    if len(rows) == 1:
        return Message(N_("A line below the table, not read: row {row}."), {"row": rows[0]})
    return Message(N_("Lines below the table, not read: rows {first} to {last}."), {"first": rows[0], "last": rows[-1]})


def number_notes(texts: Iterable[str], mark: str, certain: bool, mixed: bool) -> Iterator[Message]:
    if mixed:
        yield Message(
            N_("Some numbers have a decimal comma and some a decimal point; the mark is taken to be “{mark}”."),
            {"mark": mark},
        )
    elif not certain:
        yield Message(
            N_("Numbers such as 1,370 could be read in two ways; the decimal mark is taken to be “{mark}”."),
            {"mark": mark},
        )
    texts = list(texts)
    marks = [strip_marks(text)[1] for text in texts if parse_number(text, mark)]
    percents, estimates = sum(one.percent for one in marks), sum(one.estimate and not one.flags for one in marks)
    if percents:
        yield Message(N_("Numbers with a percent sign: {count}. 2.01 % is read as 2.01."), {"count": percents})
    if estimates:
        yield Message(N_("Numbers with the mark e: {count}. They are read as estimates."), {"count": estimates})
    for flag, count in sorted(Counter(flag for one in marks for flag in one.flags).items()):
        rule = _FLAGGED_ESTIMATE if flag in ESTIMATE_FLAGS else _FLAGGED
        yield Message(rule, {"flag": flag, "meaning": Message(FLAGS[flag]), "count": count})


def gap_notes(columns: Iterable[Sequence[Cell]], mark: str) -> Iterator[Message]:
    """Which marks stand for no figure, in columns of numbers alone: a country may be called XXX, a code NA."""
    gaps: list[str] = []
    for column in columns:
        texts = [cell for cell in column if isinstance(cell, str)]
        if any(isinstance(cell, int | float) for cell in column) or any(parse_number(text, mark) for text in texts):
            gaps += [text.strip() for text in texts if is_missing(text)]
    if gaps:
        params = {"marks": " ".join(sorted({*gaps})[:GAPS_SHOWN]), "count": len(gaps)}
        yield Message(N_("Cells that say that there is no figure ({marks}): {count}."), params)


def invisible_problems(cells: pd.Series, dataset: Dataset) -> Iterator[Problem]:
    """Characters one can not see: direction marks, zero-width ones, controls. They make two codes look the same.
    And those that were no text in the file's encoding."""
    for row, text in cells.items():
        if text.isascii() and text.isprintable():
            continue
        if REPLACED in text:
            yield Problem(
                dataset.name,
                N_("holds a byte that is no text in the encoding of the rest of the file."),
                int(row),
                str(cells.name),
                text,
                remedy=N_("Type the cell anew and save as UTF-8, or choose the encoding of the file."),
                code="encoding",
            )
            continue
        hidden = next(
            (one for one in text if unicodedata.category(one) in ("Cf", "Cc", "Co", "Cs") and one not in "\n\r\t"), None
        )
        if hidden:
            yield Problem(
                dataset.name,
                N_("holds an invisible character ({character})."),
                int(row),
                str(cells.name),
                text.replace(hidden, f"[U+{ord(hidden):04X}]"),
                {"character": f"U+{ord(hidden):04X}"},
                N_("Type the cell anew."),
            )


SEVERAL = {
    N_("is no column we know."): N_("are no columns we know."),
    N_("is missing."): N_("are missing."),
    N_("Choose what it is, or leave it out. Not yet assigned: {names}."): N_(
        "Choose what each is, or leave it out. Not yet assigned: {names}."
    ),
}
"""What is said of one column, and of several."""


def one_line_a_cause(problems: Iterable[Problem]) -> list[Problem]:
    """The same problems; what is wrong with several columns alike, in the header or for want of them, is one."""
    causes: dict[tuple[object, ...], list[Problem]] = {}
    for one in problems:
        alike = one.rule in SEVERAL and one.code in (COLUMNS, MISSING)
        key = (one.dataset, one.rule, one.row, one.remedy) if alike else (id(one),)
        causes.setdefault(key, []).append(one)
    return [alike[0] if len(alike) == 1 else _together(alike) for alike in causes.values()]


def _together(alike: list[Problem]) -> Problem:
    rule, remedy = alike[0].rule, alike[0].remedy
    columns = tuple(str(one.column) for one in alike)
    return replace(alike[0], rule=SEVERAL[rule], remedy=SEVERAL.get(remedy, remedy), columns=columns)
