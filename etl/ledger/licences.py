"""What a licence keeps from being handed on, whatever a person loads: one rule for API, chart data, exports and downloads."""

import pandas as pd

from etl.contract import Dataset, column_type
from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot, snapshot_of

MAY_BE_HANDED_ON = {"spending": "(publisher <> 'SIPRI' OR measure = 'share_of_gdp_pct')"}
"""Of SIPRI's database only the share of GDP. SQL conditions on a dataset's own columns."""


def shareable_table(snapshot: Snapshot, dataset: Dataset) -> pd.DataFrame:
    """The rows of a dataset that may be handed on, in its columns, types and key order."""
    if dataset.name not in MAY_BE_HANDED_ON:
        return snapshot.table(dataset)
    rows = snapshot.sql(
        f"SELECT {', '.join(dataset.columns)} FROM {dataset.name} WHERE {MAY_BE_HANDED_ON[dataset.name]} ORDER BY {', '.join(dataset.key)}"
    )
    return rows.astype({column: column_type(dataset, column) for column in dataset.columns})


def shareable(snapshot: Snapshot) -> Snapshot:
    """A snapshot of what may be handed on."""
    tables = {name: shareable_table(snapshot, dataset) for name, dataset in all_datasets().items()}
    return snapshot_of(tables, snapshot.release)
