"""Choices between two readings of a file that change a value: each is told, and asked where nobody has chosen yet."""

from collections.abc import Iterable, Iterator, Mapping

from etl.contract import Dataset, Problem, column_type, gathered
from etl.files.encodings import looks_twice
from etl.files.mapping import YEAR_PREFIX, suggest
from etl.files.numbers import decimal_mark, parse_number
from etl.files.stacked import last_name
from etl.files.table import Understood
from etl.message import N_

SHEET, DECIMAL, ENCODING, TWICE, DELIMITER = "sheet", "decimal", "encoding", "encoded-twice", "delimiter"
FLAGS = "flags"
READINGS = (SHEET, DECIMAL, ENCODING, TWICE, DELIMITER, FLAGS)
"""The codes of these doubts: an unattended import stops on each until it is accepted by name or answered."""

_TEXT = {
    ENCODING: (
        N_("is not Unicode; it was read as Windows-1252, which gives characters unusual in English and French."),
        N_("Look at the accents, or choose the encoding."),
    ),
    TWICE: (
        N_("seems to be encoded twice: it holds texts such as “DÃ©fense”."),
        N_("Choose the encoding “UTF-8, encoded twice”, or accept the texts as they stand."),
    ),
    DELIMITER: (
        N_("could be divided by another mark as well; it was divided by “{mark}”."),
        N_("Look at the columns, or choose the delimiter."),
    ),
}


def best_sheet(understood: Understood, dataset: Dataset) -> tuple[Understood, list[str]]:
    """The file understood on the visible sheet whose columns fit the dataset best, and other sheets that fit as well."""
    names = [name for name in understood.visible if name != understood.sheet]
    readings = [understood, *(understood.again(sheet=name) for name in names)]
    fits = [(len({target for target in suggest(one.columns, dataset).values() if target}), one) for one in readings]
    most = max(fit for fit, _one in fits)
    best = next(one for fit, one in fits if fit == most)
    rivals = [one.sheet for fit, one in fits if fit == most > 0 and one is not best and one.rows]
    return best, rivals


def doubts_of(
    table: Understood,
    dataset: Dataset,
    mapping: Mapping[str, str | None],
    rivals: Iterable[str],
    *,
    decimal_chosen: bool,
) -> list[Problem]:
    """What could have been read otherwise and was not chosen by a person."""
    decimal = () if decimal_chosen else _decimal(table, dataset, mapping)
    return [*_sheet(table, list(rivals)), *_text(table), *decimal, *_flags(table, dataset, mapping)]


def _sheet(table: Understood, rivals: list[str]) -> Iterator[Problem]:
    if rivals:
        yield Problem(
            table.name,
            N_("has several sheets that fit equally well; “{sheet}” was read, not: {others}."),
            params={"sheet": table.sheet, "others": ", ".join(rivals)},
            remedy=N_("Choose the sheet."),
            code=SHEET,
        )


def _text(table: Understood) -> Iterator[Problem]:
    if table.encoding is None and any(
        looks_twice(text) for name in table.columns for text in table.frame[name].unique()
    ):
        rule, remedy = _TEXT[TWICE]
        remedy = N_(
            "Open the CSV it comes from as UTF-8 and save the workbook again, or accept the texts as they stand."
        )
        yield Problem(table.name, rule, remedy=remedy, code=TWICE)
    for code in table.doubts:
        rule, remedy = _TEXT[code]
        params = {"mark": {"\t": "TAB"}.get(table.delimiter or "", table.delimiter)} if code == DELIMITER else {}
        yield Problem(table.name, rule, params=params, remedy=remedy, code=code)


def _number_columns(table: Understood, dataset: Dataset, mapping: Mapping[str, str | None]) -> Iterator[str]:
    for column in table.columns:
        target = mapping.get(column) or ""
        target = "value" if target.startswith(YEAR_PREFIX) else target
        if target in dataset.columns and column_type(dataset, target) == "float64":
            yield column


def _flags(table: Understood, dataset: Dataset, mapping: Mapping[str, str | None]) -> Iterator[Problem]:
    """Letters after numbers are flags in Eurostat's own tables; elsewhere `12 b` may as well be twelve billions."""
    if any(map(last_name, table.columns)):
        return
    found = [
        Problem(
            table.name,
            N_("ends with a letter that is taken for one of Eurostat's flags, not for a part of the number."),
            int(row),
            column,
            text.strip(),
            remedy=N_("If the letter says billions or the like, write the whole number."),
            code=FLAGS,
        )
        for column in _number_columns(table, dataset, mapping)
        for row, text in table.frame[column].items()
        if (number := parse_number(text, table.decimal)) and number.flags
    ]
    yield from gathered(found)


def _decimal(table: Understood, dataset: Dataset, mapping: Mapping[str, str | None]) -> Iterator[Problem]:
    """Only where it matters: cells of number columns that both marks can read, and no other cell there decides."""
    for column in _number_columns(table, dataset, mapping):
        cells = table.frame[column]
        _mark, certain, mixed = decimal_mark(cells)
        rows = [row for row, text in cells.items() if _two_ways(text)] if mixed or not certain else []
        if rows:
            yield Problem(
                table.name,
                N_("could be read in two ways; the decimal mark is taken to be “{mark}”."),
                int(rows[0]),
                column,
                cells.loc[rows[0]],
                {"mark": table.decimal},
                N_("Choose the decimal mark."),
                DECIMAL,
                tuple(map(int, rows)),
                tuple(cells.loc[rows].unique()[:20]),
            )


def _two_ways(text: str) -> bool:
    point, comma = parse_number(text, "."), parse_number(text, ",")
    return bool(point and comma and point.text != comma.text)
