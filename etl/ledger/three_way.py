"""Two authors of one table: what each changed since they last agreed, row by row, and where they contradict each other."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from etl.contract import Dataset, column_type

LEDGER, SEEDS = "ledger", "seeds"
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Conflict:
    """A row, named by its key, that both changed differently. None stands for a row that is not there."""

    dataset: Dataset
    key: Row
    ledger: Row | None
    seeds: Row | None

    def sentence(self) -> str:
        row = ", ".join(f"{column} {value}" for column, value in zip(self.dataset.key, self.key, strict=True))
        return f"{self.dataset.name}, {row}: {self._difference()}; both changed since the seeds were last loaded."

    def _difference(self) -> str:
        if self.ledger is None:
            return "taken out of the ledger, changed in the seeds"
        if self.seeds is None:
            return "changed in the ledger, taken out of the seeds"
        cells = zip(self.dataset.columns, self.ledger, self.seeds, strict=True)
        return "; ".join(f"{name} is {own} in the ledger, {new} in the seeds" for name, own, new in cells if own != new)


def three_way(
    dataset: Dataset, base: pd.DataFrame, ledger: pd.DataFrame, seeds: pd.DataFrame, take: str | None = None
) -> tuple[pd.DataFrame, list[Conflict]]:
    """The table in which what only one of `ledger` and `seeds` changed since `base` is changed, and the conflicts.

    All tables are typed. A conflict keeps the ledger's row unless `take` is `seeds`. With `take`, none is told.
    """
    was, own, new = (_rows(dataset, frame) for frame in (base, ledger, seeds))
    merged: list[Row] = []
    conflicts: list[Conflict] = []
    for key in own | new:
        before, ours, theirs = was.get(key), own.get(key), new.get(key)
        row = ours
        if theirs not in (ours, before):
            if ours == before or take == SEEDS:
                row = theirs
            elif take is None:
                conflicts.append(Conflict(dataset, key, ours, theirs))
        if row is not None:
            merged.append(row)
    table = pd.DataFrame(merged, columns=dataset.columns, dtype=object)
    return table.astype({column: column_type(dataset, column) for column in dataset.columns}), conflicts


def _rows(dataset: Dataset, frame: pd.DataFrame) -> dict[Row, Row]:
    values = frame[dataset.columns].astype(object)
    places = [dataset.columns.index(column) for column in dataset.key]
    rows = values.where(values.notna(), None).itertuples(index=False, name=None)
    return {tuple(row[place] for place in places): row for row in rows}
