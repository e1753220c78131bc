"""A typed table held against its contract: every problem at once, as sentences."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress, islice
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from etl.contract import HEADER_ROWS, MISSING, VALUES_KEPT, Dataset, Problem, gathered
from etl.message import N_, Message

BOUNDS = "bounds"  # the code of a value beyond the bounds of its measure
FORM = "form"  # the code of a value that has not the declared form
_CHECKS = {
    "str_matches": (N_("does not have the form: {form}."), N_("Correct it.")),
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
    "dtype": (N_("has the wrong type; expected {bound}."), N_("Convert the column.")),
}


def check(frame: pd.DataFrame, dataset: Dataset, others: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """Every problem of a typed table: types, bounds, missing values, keys, row floor, references into `others`."""
    problems = column_problems(frame, dataset)
    if any(column not in frame.columns for column in dataset.columns):
        return problems
    problems.extend(gathered(_schema_problems(frame, dataset)))
    problems.extend(gathered(bound_problems(frame, dataset)))
    problems.extend(_repeated(frame, dataset))
    if len(frame) < dataset.min_rows:
        problems.append(
            Problem(
                dataset.name,
                N_("has {count} rows; at least {least} are expected."),
                params={"count": len(frame), "least": dataset.min_rows},
                remedy=N_("Check that the file is whole."),
            )
        )
    problems.extend(gathered(reference_problems(frame, dataset, others)))
    return problems


def bound_problems(frame: pd.DataFrame, dataset: Dataset) -> Iterator[Problem]:
    """Values beyond the bounds of their measure, with the measure and its bounds (code BOUNDS)."""
    if not dataset.bounds:
        return
    # float also where no row is left: an empty column of text can't be compared
    least = frame["measure"].map({name: bounds[0] for name, bounds in dataset.bounds.items()}).astype("float64")
    most = frame["measure"].map({name: bounds[1] for name, bounds in dataset.bounds.items()}).astype("float64")
    # an unknown measure or a missing value is a problem of its own column
    beyond = ~(frame["value"].between(least, most) | least.isna() | frame["value"].isna())
    positions = _without_outliers(frame, beyond.to_numpy().nonzero()[0], dataset)
    measures, figures = frame["measure"].iloc[positions].to_numpy(), frame["value"].iloc[positions].to_numpy()
    for measure in dict.fromkeys(measures):
        own, (low, high) = measures == measure, dataset.bounds[measure]
        told = Problem(
            dataset.name,
            N_("is outside {least} to {most}, the bounds of {measure}."),
            column="value",
            params={"measure": measure, "least": f"{low:.12g}", "most": f"{high:.12g}"},
            remedy=N_("Check the figure and its unit."),
            code=BOUNDS,
        )
        yield from _at(frame, positions[own], told, [f"{figure:.12g}" for figure in figures[own]])


def _repeated(frame: pd.DataFrame, dataset: Dataset) -> list[Problem]:
    rule, remedy, key = N_("repeats the key of an earlier row."), N_("Keep one of the rows."), list(dataset.key)
    told = Problem(dataset.name, rule, column=", ".join(key), remedy=remedy)
    positions = frame.duplicated(key, keep="first").to_numpy().nonzero()[0]
    return gathered(_at(frame, positions, told, _texts(frame[key], positions)))


def _at(
    frame: pd.DataFrame, positions: np.ndarray, told: Problem, texts: Sequence[str] | None = None
) -> Iterator[Problem]:
    """`told` at these positions, where `texts` stand: one problem, however many rows. Held rows (below zero) make their own."""
    rows = np.array([row_in_file(frame, position) for position in positions])
    for own in (rows > 0, rows <= 0):
        if own.any():
            here, shown = array("i", rows[own]), dict.fromkeys(compress(texts, own) if texts else ())
            values = tuple(islice(shown, VALUES_KEPT))
            one = replace(told, row=here[0], value=values[0] if values else None)
            yield one if len(here) == 1 else replace(one, rows=here, values=values)


def _texts(cells: pd.DataFrame, positions: np.ndarray) -> list[str]:
    """What stands in these rows, as a person reads it."""
    return [", ".join(map(str, row)) for row in cells.iloc[positions].itertuples(index=False, name=None)]


def _without_outliers(frame: pd.DataFrame, positions: np.ndarray, dataset: Dataset) -> np.ndarray:
    """The positions without the rows that were accepted by name."""
    if not dataset.outliers:
        return positions
    rows = frame.iloc[positions].to_dict("records")
    return positions[np.array([not _is_outlier(row, dataset) for row in rows], dtype=bool)]


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
        yield Problem(dataset.name, rule, column=column, params={"bound": str(error.schema.dtype)}, remedy=remedy)
        return
    if reason in ("COLUMN_NOT_IN_DATAFRAME", "COLUMN_NOT_IN_SCHEMA"):
        return  # told by column_problems
    rule, remedy = _rule(error, reason)
    bound = _bound(error.check)
    code = FORM if "form" in bound else ""
    told = Problem(dataset.name, rule, column=column, params=bound, remedy=remedy, code=code)
    if (failing := _failing_positions(error)) is None:
        yield told
        return
    positions = _without_outliers(frame, failing, dataset)
    shown = column in frame.columns and reason != "SERIES_CONTAINS_NULLS"
    yield from _at(frame, positions, told, _texts(frame[[column]], positions) if shown else None)


def _is_outlier(row: Mapping[str, Any], dataset: Dataset) -> bool:
    return any(outlier.covers(row) for outlier in dataset.outliers)


def _rule(error: pa.errors.SchemaError, reason: str) -> tuple[str, str]:
    """Rule and remedy: of a known check, or the sentence a dataset gave its own check as `error`."""
    if reason == "SERIES_CONTAINS_NULLS":
        return _CHECKS["not_nullable"]
    name, own = getattr(error.check, "name", None), getattr(error.check, "error", None)
    return _CHECKS.get(str(name)) or _CHECKS.get(str(own)) or (own or str(name), "")


def _failing_positions(error: pa.errors.SchemaError) -> np.ndarray | None:
    cases = error.failure_cases
    if isinstance(cases, pd.DataFrame) and "index" in cases and cases["index"].notna().any():
        return cases["index"].dropna().drop_duplicates().to_numpy(dtype=int)
    return None


def _bound(check: Any) -> dict[str, str | Message]:
    if not isinstance(check, pa.Check) or not check.statistics:
        return {"bound": ""}
    if "pattern" in check.statistics:
        return {"form": Message(str(check.error))}  # in words, never as a pattern
    bound = next(iter(check.statistics.values()))
    if isinstance(bound, (list, tuple, set, frozenset)):
        bound = ", ".join(map(str, bound))
    elif isinstance(bound, pd.Timestamp):
        bound = bound.date().isoformat()
    return {"bound": str(bound)}


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
        unknown = [filled and value not in allowed for value, filled in zip(values, present, strict=True)]
        told = Problem(
            dataset.name,
            N_("is not known in {target}."),
            column=", ".join(here),
            params={"target": target},
            remedy=N_("Use a code that is there, or add it there first."),
        )
        positions = np.array(unknown, dtype=bool).nonzero()[0]
        yield from _at(frame, positions, told, _texts(frame[here], positions))


def column_problems(frame: pd.DataFrame, dataset: Dataset) -> list[Problem]:
    """Columns that are missing, and those that no contract knows."""
    problems = [
        Problem(
            dataset.name,
            N_("is missing."),
            column=column,
            remedy=N_("Add the column; the template has it."),
            code=MISSING,
        )
        for column in dataset.columns
        if column not in frame.columns
    ]
    problems += [
        Problem(
            dataset.name, N_("is not a column of this dataset."), column=str(column), remedy=N_("Remove or rename it.")
        )
        for column in frame.columns
        if column not in dataset.columns
    ]
    return problems


def row_in_file(frame: pd.DataFrame, position: int) -> int:
    """The number of a row as a person sees it in the file."""
    return int(frame.index[position]) if frame.index.name == "row" else int(position) + HEADER_ROWS + 1


def without_cells(problems: Iterable[Problem], told: Iterable[Problem]) -> list[Problem]:
    """`problems` without the rows of them that `told` names in the same column."""
    known: dict[str | None, set[int]] = {}
    for one in told:
        known.setdefault(one.column, set()).update(one.every_row)
    left = []
    for one in problems:
        seen = known.get(one.column, set())
        rows = [row for row in one.every_row if row not in seen]
        if len(rows) == len(one.every_row):
            left.append(one)
        elif rows:
            left.append(replace(one, row=rows[0], rows=array("i", rows), value=None, values=()))
    return left
