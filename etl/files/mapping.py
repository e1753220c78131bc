"""A person's columns, countries, words and numbers -> the text table a dataset's contract converts.

Nothing is changed that is not understood for sure: such a cell stays as typed and the contract names it.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import pandas as pd

from etl.contract import DATE_DTYPE, Dataset, Problem, column_type, gathered
from etl.files.countries import Places, everywhere
from etl.files.escape import unescaped
from etl.files.findings import COLUMNS, invisible_problems
from etl.files.flag_column import is_flag_column, read_letters
from etl.files.number_column import read_numbers
from etl.files.numbers import is_missing
from etl.files.places import country_columns, name_places
from etl.files.stacked import last_name, last_parts
from etl.files.table import Understood
from etl.files.vocabulary import CHANGED, CODES, normal
from etl.files.vocabulary import COLUMNS as WORDS
from etl.files.words import read_date, read_flag
from etl.message import N_

LEFT_OUT = ""  # a person's decision not to use a column
YEAR_PREFIX = "year="  # a column that holds the values of one year
ESTIMATE = "is_estimate"
ColumnMap = dict[str, str | None]  # file column -> dataset column, year=..., "" or None

_BRACKETS = re.compile(r"\s*[(\[].*?[)\]]\s*")
# a year, perhaps after the name of a group of columns: 2025, 2025e, Share of GDP 2025
_YEAR = re.compile(r"(?P<what>.*?)\s*(?P<year>(?:19|20)\d\d)\s*(?P<estimate>e|\(e\))?", re.IGNORECASE | re.ASCII)


def suggest(columns: Iterable[str], dataset: Dataset) -> ColumnMap:
    """For each column of the file the dataset's column it names, `year=2025` for a column of one year's values
    (when the dataset has year and value and no column names the year), or None when none is clear."""
    columns = list(columns)
    mapping: ColumnMap = dict.fromkeys(columns)
    codes_first = sorted(columns, key=lambda name: "code" not in normal(name).split())  # "Country Code" before its name
    for exact in (True, False):
        for column in [name for name in codes_first if mapping[name] is None]:
            free = [target for target in dataset.columns if target not in mapping.values()]
            mapping[column] = _target(column, free, exact)
    if mapping.get(CHANGED, CHANGED) is None:  # of a file from here: who changed a row; it is said anew of this one
        mapping[CHANGED] = LEFT_OUT
    if {"year", "value"} <= set(dataset.columns) and "year" not in mapping.values():
        years = {name: match for name in columns if mapping[name] is None and (match := _YEAR.fullmatch(name))}
        if len({match["what"] for match in years.values()}) == 1:  # two measures side by side are for the person
            mapping |= {name: YEAR_PREFIX + match["year"] for name, match in years.items()}
    return mapping


def _target(column: str, free: list[str], exact: bool) -> str | None:
    column = last_name(column) or column
    spellings = [normal(column), normal(_BRACKETS.sub(" ", column))]
    names = {normal(target): target for target in free}
    if exact:
        return next((names[spelling] for spelling in spellings if spelling in names), None)
    words = {normal(word): target for target in reversed(free) for word in WORDS.get(target, ())}
    found = next((words[spelling] for spelling in spellings if spelling in words), None)
    near = difflib.get_close_matches(spellings[0], names, n=1, cutoff=0.88)
    return found or (names[near[0]] if near else None)


def to_frame(
    table: Understood,
    dataset: Dataset,
    mapping: ColumnMap | None = None,
    *,
    decimal: str | None = None,
    fixed: Mapping[str, str] | None = None,
    places: Mapping[str, Places] | None = None,
) -> tuple[pd.DataFrame, list[Problem]]:
    """The table in the dataset's columns as text for `etl.contract.convert.convert`, and what could not be mapped.

    `mapping`: file column -> dataset column, `year=2025`, "" (left out by the person) or None (undecided: a problem).
    `decimal` overrides the mark understood; `fixed` gives columns the file lacks one value for all rows (edition,
    source_id); `places` tells which countries and groups each column may name (any there is, without it). The index "row" stays the row in the file. Numbers get a point, countries their code, known words in
    both languages their code, dates ISO, flags true/false; `e` marks fill is_estimate when the file has no such column.
    """
    if decimal is not None and decimal != table.decimal:
        table = table.again(decimal=decimal)
    mapping = suggest(table.columns, dataset) if mapping is None else mapping
    places = dict.fromkeys(country_columns(dataset), everywhere()) if places is None else places
    problems = list(_mapping_problems(table, dataset, mapping))
    frame, marked = _long(last_parts(table.frame), mapping, dataset)
    lettered = {target for name, target in mapping.items() if is_flag_column(name) and target == ESTIMATE}
    for column, value in (fixed or {}).items():
        if column not in frame.columns and column in dataset.columns:
            frame[column] = value
    gone = pd.Series(False, index=frame.index)
    for column in frame.columns:
        problems.extend(gathered(invisible_problems(frame[column], dataset)))
        if column in places:
            frame[column], found = name_places(frame[column].map(unescaped), dataset, places[column])
            problems.extend(found)
        elif column_type(dataset, column) in ("Int64", "float64"):
            if column not in dataset.key and not dataset.fields[column].nullable:
                gone |= frame[column].map(is_missing)  # a row that says it has no figure is none
            frame[column], estimates, found = read_numbers(frame[column], dataset, table.decimal)
            marked |= estimates
            problems.extend(found)
        else:
            reader = read_letters if column in lettered else _reader(dataset, column)
            frame[column] = frame[column].map(unescaped).map(reader).astype("str")
    problems.extend(_fill_estimates(frame, marked, dataset))
    return frame.loc[~gone, [column for column in dataset.columns if column in frame.columns]], problems


def _mapping_problems(table: Understood, dataset: Dataset, mapping: ColumnMap) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for column in table.columns:
        target = mapping.get(column)
        if target is None:
            names = ", ".join(name for name in dataset.columns if name not in mapping.values())
            yield Problem(
                table.name,
                N_("is no column we know."),
                table.header_row,
                column,
                params={"names": names},
                remedy=N_("Choose what it is, or leave it out. Not yet assigned: {names}."),
                code=COLUMNS,
            )
        elif target in taken:
            yield Problem(
                table.name,
                N_("would be the same column as “{other}”."),
                table.header_row,
                column,
                params={"other": taken[target]},
                remedy=N_("Choose one of the two, and leave the other out."),
            )
        elif target != LEFT_OUT:
            taken[target] = column


def _long(frame: pd.DataFrame, mapping: ColumnMap, dataset: Dataset) -> tuple[pd.DataFrame, pd.Series]:
    """Renamed columns; a column a year becomes rows. Second: which rows come from a column marked as estimate."""
    kept: dict[str, str] = {}
    for column, target in mapping.items():
        if column in frame.columns and target in dataset.columns and target not in kept.values():
            kept[column] = target
    years = {
        column: target
        for column, target in mapping.items()
        if column in frame.columns and target and target.startswith(YEAR_PREFIX)
    }
    narrow = frame[list(kept)].rename(columns=kept)
    if not years:
        return narrow.copy(), pd.Series(False, index=range(len(narrow))).set_axis(narrow.index)
    parts, marks = [], []
    for column, target in years.items():
        present = (frame[column].str.strip() != "") & ~frame[column].map(is_missing)
        part = narrow[present].assign(year=target.removeprefix(YEAR_PREFIX), value=frame.loc[present, column])
        parts.append(part)
        marks.append(pd.Series(_is_estimate(column), index=part.index))
    order = pd.concat(parts).index.argsort(kind="stable")
    return pd.concat(parts).iloc[order], pd.concat(marks).iloc[order]


def _is_estimate(column: str) -> bool:
    match = _YEAR.fullmatch(column)
    return bool(match and match["estimate"])


def _fill_estimates(frame: pd.DataFrame, marked: pd.Series, dataset: Dataset) -> Iterator[Problem]:
    if ESTIMATE not in dataset.columns:
        return
    if ESTIMATE not in frame.columns:
        frame[ESTIMATE] = marked.map({True: "true", False: "false"}).astype("str")
        return
    contrary = marked & (frame[ESTIMATE] != "true")
    yield from gathered(
        Problem(
            dataset.name,
            N_("does not say true, although a number in this row carries the mark e."),
            int(row),
            ESTIMATE,
            remedy=N_("Write true, or remove the mark."),
        )
        for row in frame.index[contrary]
    )


def _reader(dataset: Dataset, column: str) -> Callable[[str], str]:
    """The function that reads one cell of a column that is not a number."""
    dtype = column_type(dataset, column)
    if dtype == "boolean":
        return read_flag
    if dtype == DATE_DTYPE:
        return read_date
    codes = _codes(dataset, column)
    return lambda text: codes.get(normal(text)) or text.strip() if codes else text.strip()


def _codes(dataset: Dataset, column: str) -> dict[str, str]:
    """Normalised word -> code, for columns with a closed list or with words of their own."""
    choices = {
        code for check in dataset.fields[column].checks for code in (check.statistics or {}).get("allowed_values", ())
    }
    words = {normal(name): code for code, names in CODES.get(column, {}).items() for name in (code, *names)}
    if choices:
        words = {word: code for word, code in words.items() if code in choices}
    elif column not in {*dataset.key, *dataset.references}:
        words = {}  # the same word as a name, not as a code: a source's publisher in full
    return words | {normal(str(code)): str(code) for code in choices}
