"""What a dataset promises, and the words for a promise that is broken.

A dataset's columns are pandera columns with fixed types: text is converted by declared rules first (`etl.contract.convert`),
then checked without coercion (`etl.contract.check`). Both return every problem they find, as sentences a person can act on.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd
import pandera.pandas as pa

from etl.message import N_, Message, Translate, joined, untranslated

DATE_DTYPE = "datetime64[us]"
SQL_TYPES = {"str": "VARCHAR", "Int64": "BIGINT", "float64": "DOUBLE", DATE_DTYPE: "DATE", "boolean": "BOOLEAN"}
HEADER_ROWS = 1


@dataclass(frozen=True)
class Outlier:
    """A row that is true although it breaks a bound: `where` names it by column values, `reason` says why it is true."""

    where: Mapping[str, Any]
    reason: str

    def covers(self, row: Mapping[str, Any]) -> bool:
        return all(row.get(column) == value for column, value in self.where.items())


@dataclass(frozen=True)
class Dataset:
    """One table with its contract. Its name is the table's, the seed file's and the module's name.

    `fields`: each column, in the table's order; `checks` hold for several columns together.
    `references`: a column -> "dataset.column" that holds its values; or several columns -> "dataset", whose columns of
    the same names hold their values together. `bounds`: the least and the most `value` may be, by `measure`. `rhythm`
    (of `etl.vocabulary.RHYTHMS`): how often newer days or periods in the column `said` come, those `out_after_days` after their end.
    """

    name: str
    title: str
    description: str
    key: tuple[str, ...]
    fields: Mapping[str, pa.Column]
    min_rows: int
    checks: Sequence[pa.Check] = ()
    references: Mapping[str | tuple[str, ...], str] = field(default_factory=dict)
    outliers: tuple[Outlier, ...] = ()
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    rhythm: str = ""
    said: str = ""
    out_after_days: int = 0

    @cached_property
    def schema(self) -> pa.DataFrameSchema:
        return pa.DataFrameSchema(dict(self.fields), checks=list(self.checks), strict=True)

    @property
    def columns(self) -> list[str]:
        return list(self.fields)

    def reference_of(self, column: str) -> str | None:
        """The "dataset.column" that holds this column's values, if any."""
        for columns, target in self.references.items():
            if column == columns:
                return target
            if isinstance(columns, tuple) and column in columns:
                return f"{target}.{column}"
        return None

    def choices(self, column: str) -> list[str]:
        """The closed list of a column's codes; empty where it has none."""
        checks = self.fields[column].checks
        return [str(code) for check in checks for code in (check.statistics or {}).get("allowed_values", ())]

    def sql_type(self, column: str) -> str:
        return SQL_TYPES[column_type(self, column)]

    @property
    def sql_columns(self) -> str:
        """Its columns and their types, as SQL declares them."""
        return ", ".join(f"{column} {self.sql_type(column)}" for column in self.columns)

    def empty(self) -> pd.DataFrame:
        """A table of no rows in this dataset's columns and types."""
        return pd.DataFrame({name: pd.Series(dtype=column_type(self, name)) for name in self.columns})


MISSING = "missing"  # the code of a column that a table lacks
ROWS_SHOWN = 4  # of a cause, in words; the marked workbook has them all
VALUES_SHOWN = 4
VALUES_KEPT = 200


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a table: where it is, what is there, which rule it breaks, what to do about it.

    `row` counts as a person sees it in the file (the header is row 1); None means the table as a whole. A cause that
    many rows share is one problem (`gathered`): `rows` then holds them all, `values` what stands there (each once,
    VALUES_KEPT at most), and `row` and `value` are the first; `columns` are those of a cause that several columns share.
    `code` names what a person can decide about it.
    """

    dataset: str
    rule: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    remedy: str = ""
    code: str = ""
    rows: Sequence[int] = ()
    values: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def every_column(self) -> tuple[str, ...]:
        return self.columns or (() if self.column is None else (self.column,))

    @property
    def every_row(self) -> Sequence[int]:
        """All rows of the cause."""
        return self.rows or (() if self.row is None else (self.row,))

    @property
    def every_value(self) -> tuple[str, ...]:
        return self.values or (() if self.value is None else (self.value,))

    @property
    def rows_told(self) -> Message:
        """'2', '2, 3, 9' or '2, 3, 4 … 9277 (214 rows)'; empty for the table as a whole."""
        rows, first = self.every_row, [str(row) for row in self.every_row[: ROWS_SHOWN - 1]]
        if len(rows) <= ROWS_SHOWN:
            return joined(", ", [str(row) for row in rows])
        params = {"first": joined(", ", first), "last": rows[-1], "count": len(rows)}
        return Message(N_("{first} … {last} ({count} rows)"), params)

    def values_text(self) -> str:
        values = self.every_value
        shown = ", ".join(repr(one if len(one) <= 80 else one[:77] + "...") for one in values[:VALUES_SHOWN])
        return shown + (" …" if len(values) > VALUES_SHOWN else "")

    @property
    def message(self) -> Message:
        """Where it is, what is there, which rule it breaks and what to do, to be told in any language."""
        where: list[str | Message] = [self.dataset]
        if self.row is not None:
            place = N_("row {row}") if len(self.every_row) == 1 else N_("rows {row}")
            where.append(Message(place, {"row": self.rows_told}))
        if self.every_column:
            place = N_("column {column}") if len(self.every_column) == 1 else N_("columns {column}")
            where.append(Message(place, {"column": ", ".join(self.every_column)}))
        head, shown = joined(", ", where), self.values_text()
        tail = joined(" ", [Message(text, self.params) for text in (self.rule, self.remedy) if text])
        params = {"place": joined(" = ", [head, shown]) if shown else head, "sentence": tail}
        return Message(N_("{place}: {sentence}"), params)

    def sentence(self, translate: Translate = untranslated) -> str:
        return self.message.text(translate)


def gathered(problems: Iterable[Problem]) -> list[Problem]:
    """The same problems, one a cause: the same rule, column and parameters, whatever the row and the value.

    Takes a stream, so that a hundred thousand bad cells are never a hundred thousand objects at once.
    """
    causes: dict[tuple, tuple[Problem, array, dict[str, None]]] = {}
    for one in problems:
        params = tuple((name, str(value)) for name, value in one.params.items())
        sign = None if one.row is None else one.row > 0  # held rows are numbered below zero
        key: tuple[object, ...] = (one.dataset, one.rule, one.column, one.remedy, one.code, params, sign)
        if sign is None:
            key += (one.value,)
        _one, rows, values = causes.setdefault(key, (one, array("i"), {}))
        rows.extend(one.every_row)
        for value in one.every_value if len(values) < VALUES_KEPT else ():
            values[value] = None
    return [
        one if len(rows) < 2 else replace(one, rows=_ascending(rows), values=tuple(values))
        for one, rows, values in causes.values()
    ]


def _ascending(rows: array) -> array:
    return array("i", sorted(set(rows), key=abs))


class ContractViolation(Exception):
    """Tables that break their contract: nothing was published. `problems` holds all of them."""

    def __init__(self, problems: list[Problem]):
        super().__init__("\n".join(problem.sentence() for problem in problems))
        self.problems = problems


# --- columns -------------------------------------------------------------------------------------------------------


def _column(dtype, meaning, nullable, checks, unit=None) -> pa.Column:
    return pa.Column(dtype, checks, nullable=nullable, description=meaning, metadata={"unit": unit})


def _bounds(ge, le) -> list[pa.Check]:
    checks = [pa.Check.ge(ge)] if ge is not None else []
    return checks + ([pa.Check.le(le)] if le is not None else [])


def text(meaning, *, nullable=False, form: tuple[str, str] | None = None, choices=None, unit=None) -> pa.Column:
    """Text without surrounding blanks; `form`: pattern of the whole value, and words (`etl.vocabulary`), `choices` a closed list."""
    checks = [pa.Check(lambda s: s == s.str.strip(), error="blanks")]
    if form:
        pattern, words = form
        checks.append(pa.Check.str_matches(f"^(?:{pattern})$", error=words))
    if choices:
        checks.append(pa.Check.isin(list(choices)))
    return _column("str", meaning, nullable, checks, unit)


def whole(meaning, *, nullable=False, ge=None, le=None, unit=None) -> pa.Column:
    return _column("Int64", meaning, nullable, _bounds(ge, le), unit)


def number(meaning, *, nullable=False, ge=None, le=None, unit=None) -> pa.Column:
    """A finite number."""
    finite = pa.Check(lambda s: s.abs() < float("inf"), error="finite")
    return _column("float64", meaning, nullable, [finite, *_bounds(ge, le)], unit)


def day(meaning, *, nullable=False) -> pa.Column:
    earliest, latest = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")
    return _column(DATE_DTYPE, meaning, nullable, _bounds(earliest, latest))


def flag(meaning, *, nullable=False) -> pa.Column:
    return _column("boolean", meaning, nullable, [])


def column_type(dataset: Dataset, column: str) -> str:
    # pandera names the storage of text and the unit of days in its own way
    dtype = str(dataset.fields[column].dtype)
    return next((ours for ours in ("str", DATE_DTYPE) if dtype.startswith(ours.partition("[")[0])), dtype)
