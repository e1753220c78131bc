"""Tidying takes what no release knows, and nothing else."""

import time
from pathlib import Path

import pytest

from etl.datasets import all_datasets
from etl.ledger.ledger import Ledger
from etl.ledger.tidy import tidy

pytestmark = pytest.mark.both_catalogs


def put(store, name: str, request) -> None:
    """A file in the ledger's place for files."""
    if store.data_path.startswith("s3://"):
        request.getfixturevalue("s3").put(f"{store.data_path}/{name}", b"left behind")
    else:
        (Path(store.data_path) / name).write_bytes(b"left behind")


def test_only_what_no_release_knows_is_deleted(own_ledger, request):
    put(own_ledger.store, "main/spending/ducklake-left-behind.parquet", request)
    assert tidy(own_ledger.store) == 0  # it may belong to a publish under way
    time.sleep(1.1)  # S3 dates its objects by the second
    assert tidy(own_ledger.store, "0 SECONDS") == 1
    assert tidy(own_ledger.store, "0 SECONDS") == 0
    snapshot = Ledger(own_ledger.store).at(1)
    assert all(len(snapshot.table(dataset)) for dataset in all_datasets().values())
