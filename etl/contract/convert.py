"""Text to a dataset's types, by declared rules: what does not convert is told cell by cell."""

import pandas as pd

from etl.contract import DATE_DTYPE, Dataset, Problem, column_type, gathered
from etl.contract.check import column_problems, row_in_file
from etl.message import N_

_RULES = {
    "Int64": N_("is not a whole number."),
    "float64": N_("is not a number."),
    DATE_DTYPE: N_("is not a date."),
    "boolean": N_("is neither true nor false."),
}
_REMEDIES = {
    "Int64": N_("Write digits only, such as 2025."),
    "float64": N_("Write a plain number, such as 2.01, with the decimal mark of the file."),
    DATE_DTYPE: N_("Write the date as year-month-day, such as 2025-06-25."),
    "boolean": N_("Write true or false."),
}


def convert(frame: pd.DataFrame, dataset: Dataset) -> tuple[pd.DataFrame, list[Problem]]:
    """Type a table of text by the dataset's declared types.

    `frame` holds text, empty text meaning missing; its index, when named `row`, is the row a person sees in the file.
    Returns the typed table (columns in the dataset's order, the same index) and the cells that do not convert, gathered by cause. Missing and unknown columns are problems, too.
    """
    problems = column_problems(frame, dataset)
    typed = {}
    for column in [name for name in dataset.columns if name in frame.columns]:
        raw = frame[column].fillna("").astype("str").str.strip()
        present = raw != ""
        dtype = column_type(dataset, column)
        values = _typed(raw.where(present), dtype)
        problems += gathered(
            Problem(
                dataset.name,
                _RULES[dtype],
                row_in_file(frame, position),
                column,
                raw.iloc[position],
                remedy=_REMEDIES[dtype],
            )
            for position in (present & values.isna()).to_numpy().nonzero()[0]
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
