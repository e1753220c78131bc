"""The seeds as they were when they were last loaded, kept beside the datasets: what people changed since is told by them."""

from io import BytesIO

import pandas as pd

from etl.contract import column_type
from etl.datasets import all_datasets
from etl.ledger.store import LAKE, Store
from etl.ledger.transactions import Catalog

TABLE = "_seeds"


class LoadedSeeds:
    """The tables that `keep` was last given. Both methods raise LedgerUnavailable."""

    def __init__(self, store: Store):
        self._catalog = Catalog(store)

    def frames(self) -> dict[str, pd.DataFrame] | None:
        """Every dataset of today, empty where the seeds had none; None while no seeds were kept."""
        kept = dict(self._catalog.rows(TABLE, "dataset, content"))
        if not kept:
            return None
        return {name: _frame(dataset, kept.get(name)) for name, dataset in all_datasets().items()}

    def keep(self, frames: dict[str, pd.DataFrame]) -> None:
        """Keep these instead of what was kept: a commit of its own that is no release."""
        rows = {name: frame.to_parquet(index=False, compression="zstd") for name, frame in frames.items()}

        def change(cursor) -> bool:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}.{TABLE} (dataset VARCHAR, content BLOB)")
            held = dict(cursor.execute(f"SELECT dataset, content FROM {LAKE}.{TABLE}").fetchall())
            if held == rows:
                return False
            cursor.execute(f"DELETE FROM {LAKE}.{TABLE}")
            cursor.register("seed_rows", pd.DataFrame({"dataset": list(rows), "content": list(rows.values())}))
            cursor.execute(f"INSERT INTO {LAKE}.{TABLE} SELECT dataset, content::BLOB FROM seed_rows")  # one file
            cursor.unregister("seed_rows")
            return True

        self._catalog.write(change)


def _frame(dataset, content: bytes | None) -> pd.DataFrame:
    if content is None:
        return dataset.empty()
    frame = pd.read_parquet(BytesIO(content)).reindex(columns=dataset.columns)
    return frame.astype({column: column_type(dataset, column) for column in dataset.columns})
