"""What a dataset promises, and how a table is held against it.

A dataset's columns are pandera columns with fixed types: text is converted by declared rules first (`convert`), then
checked without coercion (`check`). Both return every problem they find, as sentences a person can act on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pandera.pandas as pa

from etl.message import N_, Message, Translate, untranslated

DATE_DTYPE = "datetime64[us]"
SQL_TYPES = {
    "str": "VARCHAR",
    "Int64": "BIGINT",
    "float64": "DOUBLE",
    DATE_DTYPE: "DATE",
    "boolean": "BOOLEAN",
}
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
        shown = (
            None if self.value is None else self.value if len(self.value) <= 80 else self.value[:77] + "..."
        )
        head = ", ".join(where) + ("" if shown is None else f" = {shown!r}")
        tail = [Message(text, self.params).text(translate) for text in (self.rule, self.remedy) if text]
        return f"{head}: {' '.join(tail)}"


class Refused(Exception):
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


# --- text -> types -------------------------------------------------------------------------------------------------

_RULES = {
    "Int64": N_("is not a whole number."),
    "float64": N_("is not a number."),
    DATE_DTYPE: N_("is not a date."),
    "boolean": N_("is neither true nor false."),
}
_REMEDIES = {
    "Int64": N_("Write digits only, such as 2025."),
    "float64": N_("Write a plain number with a point, such as 2.01."),
    DATE_DTYPE: N_("Write the date as year-month-day, such as 2025-06-25."),
    "boolean": N_("Write true or false."),
}


def convert(frame: pd.DataFrame, dataset: Dataset) -> tuple[pd.DataFrame, list[Problem]]:
    """Type a table of text by the dataset's declared types.

    `frame` holds text, empty text meaning missing; its index, when named `row`, is the row a person sees in the file.
    Returns the typed table (columns in the dataset's order, the same index) and every cell that does not convert. Missing and unknown columns are problems, too.
    """
    problems = _column_problems(frame, dataset)
    typed = {}
    for column in [name for name in dataset.columns if name in frame.columns]:
        raw = frame[column].fillna("").astype("str").str.strip()
        present = raw != ""
        dtype = column_type(dataset, column)
        values = _typed(raw.where(present), dtype)
        for position in (present & values.isna()).to_numpy().nonzero()[0]:
            problems.append(
                Problem(
                    dataset.name,
                    _RULES[dtype],
                    _row(frame, position),
                    column,
                    raw.iloc[position],
                    remedy=_REMEDIES[dtype],
                )
            )
        typed[column] = values
    return pd.DataFrame(typed, index=frame.index), problems


def _typed(raw: pd.Series, dtype: str) -> pd.Series:
    if dtype == "str":
        return raw.astype("str")
    if dtype == DATE_DTYPE:
        iso = raw.where(raw.str.fullmatch(r"\d{4}-\d{2}-\d{2}").fillna(False).astype(bool))
        return pd.to_datetime(iso, format="%Y-%m-%d", errors="coerce").astype(DATE_DTYPE)
    if dtype == "boolean":
        return raw.str.lower().map({"true": True, "false": False}).astype("boolean")
    pattern = r"[+-]?\d{1,18}" if dtype == "Int64" else r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
    plain = raw.where(raw.str.fullmatch(pattern).fillna(False).astype(bool))
    return pd.to_numeric(plain, errors="coerce").astype(dtype)


def _column_problems(frame: pd.DataFrame, dataset: Dataset) -> list[Problem]:
    problems = [
        Problem(
            dataset.name, N_("is missing."), column=column, remedy=N_("Add the column; the template has it.")
        )
        for column in dataset.columns
        if column not in frame.columns
    ]
    problems += [
        Problem(
            dataset.name,
            N_("is not a column of this dataset."),
            column=str(column),
            remedy=N_("Remove or rename it."),
        )
        for column in frame.columns
        if column not in dataset.columns
    ]
    return problems


def _row(frame: pd.DataFrame, position: int) -> int:
    return int(frame.index[position]) if frame.index.name == "row" else int(position) + HEADER_ROWS + 1


# --- the check -----------------------------------------------------------------------------------------------------

_CHECKS = {
    "blanks": (N_("has blanks at its ends."), N_("Remove them.")),
    "finite": (N_("is not a finite number."), N_("Write a number that can be drawn.")),
    "not_nullable": (N_("is missing."), N_("Fill it in: a value without it is not published.")),
    "greater_than_or_equal_to": (
        N_("is below {bound}, the least this column allows."),
        N_("Check the figure and its unit."),
    ),
    "less_than_or_equal_to": (
        N_("is above {bound}, the most this column allows."),
        N_("Check the figure and its unit."),
    ),
    "isin": (N_("is not one of {bound}."), N_("Use one of these codes.")),
    "str_matches": (N_("does not have the form {bound}."), N_("Correct it.")),
    "dtype": (N_("has the wrong type; expected {bound}."), N_("Convert the column.")),
}


def check(frame: pd.DataFrame, dataset: Dataset, others: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """Every problem of a typed table: types, bounds, missing values, keys, row floor, references into `others`."""
    problems = _column_problems(frame, dataset)
    if any(column not in frame.columns for column in dataset.columns):
        return problems
    problems.extend(_schema_problems(frame, dataset))
    repeated = frame.duplicated(list(dataset.key), keep="first").to_numpy().nonzero()[0]
    for position in repeated:
        value = ", ".join(str(frame[column].iloc[position]) for column in dataset.key)
        problems.append(
            Problem(
                dataset.name,
                N_("repeats the key of an earlier row."),
                _row(frame, position),
                ", ".join(dataset.key),
                value,
                remedy=N_("Keep one of the rows."),
            )
        )
    if len(frame) < dataset.min_rows:
        problems.append(
            Problem(
                dataset.name,
                N_("has {count} rows; at least {least} are expected."),
                params={"count": len(frame), "least": dataset.min_rows},
                remedy=N_("Check that the file is whole."),
            )
        )
    problems.extend(reference_problems(frame, dataset, others))
    return problems


def _schema_problems(frame: pd.DataFrame, dataset: Dataset) -> Iterator[Problem]:
    try:
        dataset.schema.validate(frame.reset_index(drop=True), lazy=True)
    except pa.errors.SchemaErrors as errors:
        for error in errors.schema_errors:
            yield from _from_pandera(error, frame, dataset)


def _from_pandera(error: pa.errors.SchemaError, frame: pd.DataFrame, dataset: Dataset) -> Iterator[Problem]:
    reason = error.reason_code.name if error.reason_code else ""
    column = getattr(error.schema, "name", None)
    if reason == "WRONG_DATATYPE":
        rule, remedy = _CHECKS["dtype"]
        yield Problem(
            dataset.name, rule, column=column, params={"bound": str(error.schema.dtype)}, remedy=remedy
        )
        return
    if reason in ("COLUMN_NOT_IN_DATAFRAME", "COLUMN_NOT_IN_SCHEMA"):
        return  # told by _column_problems
    rule, remedy = _rule(error, reason)
    for position in _failing_positions(error):
        row = frame.iloc[position].to_dict() if position is not None else {}
        if row and any(outlier.covers(row) for outlier in dataset.outliers):
            continue
        shown = column is not None and position is not None and reason != "SERIES_CONTAINS_NULLS"
        line = None if position is None else _row(frame, position)
        yield Problem(
            dataset.name, rule, line, column, str(row[column]) if shown else None, _bound(error.check), remedy
        )


def _rule(error: pa.errors.SchemaError, reason: str) -> tuple[str, str]:
    """Rule and remedy: of a known check, or the sentence a dataset gave its own check as `error`."""
    if reason == "SERIES_CONTAINS_NULLS":
        return _CHECKS["not_nullable"]
    name, own = getattr(error.check, "name", None), getattr(error.check, "error", None)
    return _CHECKS.get(name) or _CHECKS.get(own) or (own or str(name), "")


def _failing_positions(error: pa.errors.SchemaError) -> list[int | None]:
    cases = error.failure_cases
    if isinstance(cases, pd.DataFrame) and "index" in cases and cases["index"].notna().any():
        return [int(position) for position in dict.fromkeys(cases["index"].dropna())]
    return [None]


def _bound(check: Any) -> dict[str, str]:
    if not isinstance(check, pa.Check) or not check.statistics:
        return {"bound": ""}
    bound = next(iter(check.statistics.values()))
    if isinstance(bound, (list, tuple, set, frozenset)):
        bound = ", ".join(map(str, bound))
    elif isinstance(bound, pd.Timestamp):
        bound = bound.date().isoformat()
    return {"bound": str(getattr(bound, "pattern", bound))}


def reference_problems(frame, dataset: Dataset, others: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """Values that are not in the table they refer to."""
    for columns, target in dataset.references.items():
        table, _, target_column = target.partition(".")
        here = list(columns) if isinstance(columns, tuple) else [columns]
        there = here if isinstance(columns, tuple) else [target_column]
        known = frame if table == dataset.name else others.get(table)
        allowed = set() if known is None else set(known[there].dropna().itertuples(index=False, name=None))
        values = list(frame[here].itertuples(index=False, name=None))
        present = frame[here].notna().all(axis=1)
        for position, (value, filled) in enumerate(zip(values, present, strict=True)):
            if filled and value not in allowed:
                yield Problem(
                    dataset.name, N_("is not known in {target}."), _row(frame, position), ", ".join(here), ", ".join(map(str, value)),
                    {"target": target}, N_("Use a code that is there, or add it there first."),
                )  # fmt: skip
