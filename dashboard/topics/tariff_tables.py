"""The tables the tariff rules work on, of a release."""

from functools import lru_cache

from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot
from policy.tariffs import TABLES, Tables


@lru_cache(maxsize=8)
def tariff_tables(snapshot: Snapshot) -> Tables:
    return Tables.from_frames({name: snapshot.table(all_datasets()[name]) for name in TABLES})
