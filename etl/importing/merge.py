"""Rows that come in and a table that is held: what the table would be, in each of three modes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from etl.contract import Dataset, Problem, column_type, gathered
from etl.contract.check import BOUNDS, check, reference_problems
from etl.datasets import all_datasets
from etl.files.numbers import parse_number
from etl.message import N_

CHANGE, EDITION, ALL = "change", "edition", "all"
MODES = (CHANGE, EDITION, ALL)
SOURCE = "source_id"
EDITION_KEY = ["publisher", "edition"]
BEYOND_15_DIGITS = 5e-15  # of a figure: what is lost when it is kept in 15 significant digits, at most


def completed(
    rows: pd.DataFrame, held: pd.DataFrame, dataset: Dataset, *, lacking: Iterable[str], keep_source: bool
) -> pd.DataFrame:
    """`rows` with the columns their file lacks taken from the held row of the same key.

    With `keep_source`, a row that says just what is held keeps its source, too: the new source is that of new figures.
    """
    old = rows[list(dataset.key)].merge(held, on=list(dataset.key), how="left").set_axis(rows.index)
    filled = rows.copy()
    for column in lacking:
        filled[column] = old[column].fillna(False) if column == "is_estimate" else old[column]
    if keep_source and SOURCE in dataset.columns:
        compared = [column for column in dataset.columns if column not in (*dataset.key, SOURCE)]
        same = old[SOURCE].notna()
        for column in compared:
            same &= (filled[column] == old[column]).fillna(False).astype(bool) | (
                filled[column].isna() & old[column].isna()
            )
        filled[SOURCE] = filled[SOURCE].where(~same, old[SOURCE])
    return filled[dataset.columns]


def as_held(rows: pd.DataFrame, held: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """`rows` with what is held where theirs is the same but for what a spreadsheet program does to it: digits it does not
    keep, and numbers in texts that it writes anew (4% as 4,00 %)."""
    old = rows[list(dataset.key)].merge(held, on=list(dataset.key), how="left").set_axis(rows.index)
    whole = rows.copy()
    for column in (name for name in rows.columns if column_type(dataset, name) == "float64"):
        near = np.isclose(rows[column].to_numpy(), old[column].to_numpy(dtype=float), rtol=BEYOND_15_DIGITS, atol=0)
        whole[column] = rows[column].where(~near, old[column])
    for column in (name for name in rows.columns if column_type(dataset, name) == "str" and name not in dataset.key):
        other = (rows[column] != old[column]) & rows[column].notna() & old[column].notna()
        pairs = set(zip(rows.loc[other, column], old.loc[other, column], strict=True))
        same = {pair for pair in pairs if _same_number(*pair)}
        kept = pd.Series([pair in same for pair in zip(rows[column], old[column], strict=True)], index=rows.index)
        whole[column] = rows[column].where(~kept, old[column]) if same else rows[column]
    return whole


def _same_number(typed: str, held: str) -> bool:
    was = parse_number(held)
    return was is not None and any(
        (now := parse_number(typed, mark)) and (float(now.text), now[1:]) == (float(was.text), was[1:]) for mark in ".,"
    )


def merged(rows: pd.DataFrame, held: pd.DataFrame, dataset: Dataset, mode: str) -> pd.DataFrame:
    """The table as it would be: incoming rows first with their row in the file, then held ones numbered -1, -2, ..."""
    replaced = list(dataset.key) if mode == CHANGE else EDITION_KEY
    kept = held.iloc[:0] if mode == ALL else held[~_pairs(held, replaced).isin(_pairs(rows, replaced))]
    kept = kept.set_axis(pd.Index(range(-1, -len(kept) - 1, -1), name="row"))
    return pd.concat([rows, kept]).rename_axis("row") if len(kept) else rows


def _pairs(frame: pd.DataFrame, columns: list[str]) -> pd.Index:
    return pd.MultiIndex.from_frame(frame[columns]) if len(columns) > 1 else pd.Index(frame[columns[0]])


def mode_problems(dataset: Dataset, mode: str) -> list[Problem]:
    if mode == EDITION and not set(EDITION_KEY) <= set(dataset.columns):
        return [
            Problem(
                dataset.name, N_("has no editions."), remedy=N_("Choose to add and change rows, or to replace all.")
            )
        ]
    return []


def table_problems(table: pd.DataFrame, dataset: Dataset, frames: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """The problems of a table from `merged`, and of tables that refer to rows it no longer has.

    Held rows carry no row number; they are told of once a value, and not where an incoming row breaks the same rule.
    """
    found = check(table, dataset, frames)
    mine = [problem for problem in found if problem.row is None or problem.row > 0]
    told = {(problem.rule, problem.column) for problem in mine}
    others = [
        problem
        for problem in found
        if problem.row is not None
        and problem.row < 0
        and (problem.rule, problem.column) not in told
        # a value that is held although it is out of bounds was accepted when it was published
        and problem.code != BOUNDS
    ]
    for other in all_datasets().values():
        if other.name != dataset.name and any(
            target.partition(".")[0] == dataset.name for target in other.references.values()
        ):
            others += gathered(
                one
                for one in reference_problems(frames[other.name], other, frames)
                if one.params.get("target", "").partition(".")[0] == dataset.name
            )
    return mine + [replace(one, row=None, rows=()) for one in others]


def numbered(table: pd.DataFrame) -> pd.DataFrame:
    """A table none of whose rows stands in a person's file."""
    return table.set_axis(pd.Index(range(-1, -len(table) - 1, -1), name="row"))
