"""A snapshot that keeps every question it is asked, with its answer: what the figures of a view were made from."""

import re
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot


@dataclass(frozen=True)
class Asked:
    """A question and its answer, as rows of plain values in the order of `columns`."""

    query: str
    params: dict[str, Any]
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def tables_of(query: str) -> list[str]:
    """The datasets that a question names."""
    words = set(re.findall(r"[a-z0-9_]+", query))
    return [name for name in all_datasets() if name in words]


@dataclass(frozen=True, eq=False)
class RecordingSnapshot(Snapshot):
    """A release that keeps what it is asked, each question once."""

    asked: dict[str, Asked] = field(default_factory=dict)

    # No other snapshot is equal to it: what is kept by snapshot is asked anew.
    __eq__, __hash__ = object.__eq__, object.__hash__

    def sql(self, query: str, **params: Any) -> pd.DataFrame:
        key = repr((query, sorted(params.items())))
        if key not in self.asked:
            with self._cursor() as cursor:
                rows = cursor.execute(query, params).fetchall()
                columns = tuple(column[0] for column in cursor.description or ())
            self.asked[key] = Asked(query, params, columns, rows)
        return super().sql(query, **params)

    @property
    def tables(self) -> set[str]:
        """The datasets that it was asked for."""
        return {name for asked in self.asked.values() for name in tables_of(asked.query)}

    @classmethod
    def of(cls, snapshot: Snapshot) -> "RecordingSnapshot":
        return cls(snapshot.release, snapshot.connection, snapshot.schema, snapshot.not_held, snapshot.marks)
