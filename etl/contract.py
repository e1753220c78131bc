"""What a dataset promises, and the words for a promise that is broken.

A dataset's columns are pandera columns with fixed types: text is converted by declared rules first (`etl.convert`),
then checked without coercion (`etl.check`). Both return every problem they find, as sentences a person can act on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pandera.pandas as pa

from etl.message import N_, Message, Translate, untranslated

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

    `references`: a column -> "dataset.column" that holds its values; or several columns -> "dataset", whose columns of
    the same names hold their values together.
    """

    name: str
    title: str
    description: str
    key: tuple[str, ...]
    schema: pa.DataFrameSchema
    min_rows: int
    references: Mapping[str | tuple[str, ...], str] = field(default_factory=dict)
    outliers: tuple[Outlier, ...] = ()

    @property
    def columns(self) -> list[str]:
        return list(self.schema.columns)

    def reference_of(self, column: str) -> str | None:
        """The "dataset.column" that holds this column's values, if any."""
        for columns, target in self.references.items():
            if column == columns:
                return target
            if isinstance(columns, tuple) and column in columns:
                return f"{target}.{column}"
        return None

    def sql_type(self, column: str) -> str:
        return SQL_TYPES[column_type(self, column)]

    def empty(self) -> pd.DataFrame:
        """A table of no rows in this dataset's columns and types."""
        return pd.DataFrame({name: pd.Series(dtype=column_type(self, name)) for name in self.columns})


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a table: where it is, what is there, which rule it breaks, what to do about it.

    `row` counts as a person sees it in the file (the header is row 1); None means the table as a whole.
    """

    dataset: str
    rule: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    remedy: str = ""

    def sentence(self, translate: Translate = untranslated) -> str:
        where = [self.dataset]
        if self.row is not None:
            where.append(Message(N_("row {row}"), {"row": self.row}).text(translate))
        if self.column is not None:
            where.append(Message(N_("column {column}"), {"column": self.column}).text(translate))
        shown = None if self.value is None else self.value if len(self.value) <= 80 else self.value[:77] + "..."
        head = ", ".join(where) + ("" if shown is None else f" = {shown!r}")
        tail = [Message(text, self.params).text(translate) for text in (self.rule, self.remedy) if text]
        return f"{head}: {' '.join(tail)}"


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


def text(meaning, *, nullable=False, pattern=None, choices=None, unit=None) -> pa.Column:
    """Text without surrounding blanks; `pattern` is a full-match regular expression, `choices` a closed list."""
    checks = [pa.Check(lambda s: s == s.str.strip(), error="blanks")]
    if pattern:
        checks.append(pa.Check.str_matches(f"^(?:{pattern})$"))
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
    dtype = str(dataset.schema.columns[column].dtype)
    return next((ours for ours in ("str", DATE_DTYPE) if dtype.startswith(ours.partition("[")[0])), dtype)
