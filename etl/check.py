"""A typed table held against its contract: every problem at once, as sentences."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import pandera.pandas as pa

from etl.contract import Dataset, Problem, gathered
from etl.convert import column_problems, row_in_file
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
    for position in beyond.to_numpy().nonzero()[0]:
        row = frame.iloc[position].to_dict()
        if _is_outlier(row, dataset):
            continue
        low, high = dataset.bounds[row["measure"]]
        yield Problem(
            dataset.name,
            N_("is outside {least} to {most}, the bounds of {measure}."),
            row_in_file(frame, position),
            "value",
            f"{row['value']:.12g}",
            {"measure": row["measure"], "least": f"{low:.12g}", "most": f"{high:.12g}"},
            N_("Check the figure and its unit."),
            BOUNDS,
        )


def _repeated(frame: pd.DataFrame, dataset: Dataset) -> list[Problem]:
    return gathered(
        Problem(
            dataset.name,
            N_("repeats the key of an earlier row."),
            row_in_file(frame, position),
            ", ".join(dataset.key),
            ", ".join(str(frame[column].iloc[position]) for column in dataset.key),
            remedy=N_("Keep one of the rows."),
        )
        for position in frame.duplicated(list(dataset.key), keep="first").to_numpy().nonzero()[0]
    )


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
    cells = frame[column] if column in frame.columns and reason != "SERIES_CONTAINS_NULLS" else None
    for position in _failing_positions(error):
        if position is None:
            yield Problem(dataset.name, rule, None, column, None, bound, remedy, code)
        elif not (dataset.outliers and _is_outlier(frame.iloc[position].to_dict(), dataset)):
            value = None if cells is None else str(cells.iloc[position])
            yield Problem(dataset.name, rule, row_in_file(frame, position), column, value, bound, remedy, code)


def _is_outlier(row: Mapping[str, Any], dataset: Dataset) -> bool:
    return any(outlier.covers(row) for outlier in dataset.outliers)


def _rule(error: pa.errors.SchemaError, reason: str) -> tuple[str, str]:
    """Rule and remedy: of a known check, or the sentence a dataset gave its own check as `error`."""
    if reason == "SERIES_CONTAINS_NULLS":
        return _CHECKS["not_nullable"]
    name, own = getattr(error.check, "name", None), getattr(error.check, "error", None)
    return _CHECKS.get(str(name)) or _CHECKS.get(str(own)) or (own or str(name), "")


def _failing_positions(error: pa.errors.SchemaError) -> list[int | None]:
    cases = error.failure_cases
    if isinstance(cases, pd.DataFrame) and "index" in cases and cases["index"].notna().any():
        return [int(position) for position in dict.fromkeys(cases["index"].dropna())]
    return [None]


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
        for position, (value, filled) in enumerate(zip(values, present, strict=True)):
            if filled and value not in allowed:
                yield Problem(
                    dataset.name,
                    N_("is not known in {target}."),
                    row_in_file(frame, position),
                    ", ".join(here),
                    ", ".join(map(str, value)),
                    {"target": target},
                    N_("Use a code that is there, or add it there first."),
                )
