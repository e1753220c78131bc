"""One column of numbers as people write them -> plain numbers, which of them are estimates, and what is wrong."""

import re

import pandas as pd

from etl.contract import Dataset, Problem, column_type, gathered
from etl.files.numbers import Number, is_missing, parse_number
from etl.message import N_

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def read_numbers(cells: pd.Series, dataset: Dataset, decimal: str) -> tuple[pd.Series, pd.Series, list[Problem]]:
    """Plain numbers, which of them carry the mark e, and cells that are numbers only under the other mark."""
    column = str(cells.name)
    unit = (dataset.fields[column].metadata or {}).get("unit")
    is_whole = column_type(dataset, column) == "Int64"
    texts, estimates, problems = [], [], []
    for row, text in cells.items():
        bare = text.strip()
        number = parse_number(bare, decimal)
        if number and number.flags and is_whole:
            number = None  # Eurostat flags figures, never years
        texts.append((number.whole if is_whole else number.text) if number else "" if is_missing(bare) else bare)
        estimates.append(bool(number and number.estimate))
        problem = _number_problem(bare, number, unit, decimal)
        if problem:
            rule, params, remedy = problem
            problems.append(Problem(dataset.name, rule, int(row), column, text, params, remedy))
    return (
        pd.Series(texts, index=cells.index, name=column, dtype="str"),
        pd.Series(estimates, index=cells.index, dtype=bool),
        gathered(problems),
    )


def _number_problem(text: str, number: Number | None, unit: str | None, decimal: str) -> tuple[str, dict, str] | None:
    if number is None and _PLAIN.fullmatch(text):
        return (
            N_("is not a number with the decimal mark “{mark}” that the rest of the table has."),
            {"mark": decimal},
            N_("Write all numbers with one decimal mark, or choose the other one."),
        )
    if (
        number
        and number.percent
        and unit
        and not any(word in unit.lower() for word in ("%", "pct", "per cent", "percent", "point"))
    ):
        return (
            N_("carries a percent sign, but this column is in {unit}."),
            {"unit": unit},
            N_("Check the figure and its unit."),
        )
    return None
