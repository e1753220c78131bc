"""A release whose rows say in `source_id` which row they are: whatever is made of it then says of which rows it was made.

Sources travel with figures through every chart, and so do these marks (as those of `etl.ledger.provenance` do): no chart
needs to say what it reads.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from etl.datasets import all_datasets
from etl.ledger.provenance import BY_HAND, SOURCE
from etl.ledger.snapshot import Snapshot

ROWS_A_DATASET = 10_000_000  # marks of a dataset begin at its place times this
_MARK = re.compile(rf"{BY_HAND}(\d+)")
_MAKING = threading.Lock()


@dataclass(frozen=True)
class TracedRow:
    """A row of a dataset, days as dates."""

    dataset: str
    row: dict[str, Any]

    @property
    def key(self) -> dict[str, Any]:
        return {name: self.row[name] for name in all_datasets()[self.dataset].key}


def traced(snapshot: Snapshot) -> Snapshot:
    """A release with a mark of its own on each row that names a source. Sources themselves have none."""
    schema = f"traced_{snapshot.release}"
    with _MAKING:
        cursor = snapshot.connection.cursor()
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        for place, (name, dataset) in enumerate(all_datasets().items()):
            held = f"{snapshot.schema}.{name}"
            mark = f"concat({SOURCE}, '{BY_HAND}', {place * ROWS_A_DATASET} + rowid)"
            columns = f"* REPLACE ({mark} AS {SOURCE})" if SOURCE in dataset.columns and name != "sources" else "*"
            cursor.execute(f"CREATE VIEW IF NOT EXISTS {schema}.{name} AS SELECT {columns} FROM {held}")
        cursor.close()
    return replace(snapshot, schema=schema)


def rows_named(snapshot: Snapshot, source_ids: Iterable[str]) -> list[TracedRow]:
    """The rows that marks in cells of `source_id` name, in the order of the datasets."""
    marks = sorted({int(mark) for cell in source_ids for mark in _MARK.findall(cell)})
    found = []
    for place, (name, dataset) in enumerate(all_datasets().items()):
        own = [mark - place * ROWS_A_DATASET for mark in marks if mark // ROWS_A_DATASET == place]
        if own:
            query = f"SELECT {', '.join(dataset.columns)} FROM {name} WHERE list_contains($own, rowid) ORDER BY {', '.join(dataset.key)}"
            found += [TracedRow(name, row) for row in snapshot.records(query, own=own)]
    return found
