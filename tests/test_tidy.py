"""Tidying takes what no release knows, and nothing else."""

import time
from pathlib import Path

import pytest
from conftest import FEW

from etl.datasets import all_datasets
from etl.ledger.audit import Audit
from etl.ledger.compaction import compact
from etl.ledger.ledger import Ledger
from etl.ledger.originals import take_out
from etl.ledger.short_links import ShortLinks
from etl.ledger.tidy import tidy

pytestmark = pytest.mark.both_catalogs


@pytest.fixture
def own_ledger(few_ledger) -> Ledger:
    """Few seeds are enough here."""
    return few_ledger


def put(store, name: str, request) -> None:
    """A file in the ledger's place for files."""
    if store.data_path.startswith("s3://"):
        request.getfixturevalue("s3").put(f"{store.data_path}/{name}", b"left behind")
    else:
        (Path(store.data_path) / name).write_bytes(b"left behind")


@pytest.mark.slow
def test_only_what_no_release_knows_is_deleted(own_ledger, request):
    put(own_ledger.store, "main/spending/ducklake-left-behind.parquet", request)
    assert tidy(own_ledger.store) == 0  # it may belong to a publish under way
    time.sleep(1.1)  # S3 dates its objects by the second
    assert tidy(own_ledger.store, "0 SECONDS") == 1
    assert tidy(own_ledger.store, "0 SECONDS") == 0
    snapshot = Ledger(own_ledger.store).at(1)
    assert all(len(snapshot.table(all_datasets()[name])) for name in FEW)


@pytest.mark.slow
def test_compaction_leaves_every_release_and_link(own_ledger):
    links = ShortLinks(own_ledger.store)
    made = [links.make(f"/c/spending-trend?since={year}", "Ana") for year in (2020, 2021, 2022)]
    before = own_ledger.at(1).table(all_datasets()["spending"])
    done = compact(own_ledger.store)
    assert done.merged == 3 and done.forgotten >= 3 and done.deleted == 0
    assert compact(own_ledger.store, "0 SECONDS").deleted == 3
    ledger = Ledger(own_ledger.store)
    assert ledger.newest() == 1 and ledger.at(1).table(all_datasets()["spending"]).equals(before)
    assert {link.key for link in ShortLinks(ledger.store).all()} == {link.key for link in made}


@pytest.mark.slow
def test_an_original_is_taken_out_for_good_with_a_reason(own_ledger):
    kept = [own_ledger.keep_file(content, "x.csv") for content in (b"stays" * 99, b"personal data" * 99)]
    take_out(own_ledger.store, kept[1], who="Ana", why="names of people", where="here")
    assert own_ledger.file(kept[0])[1] == b"stays" * 99
    with pytest.raises(LookupError):
        own_ledger.file(kept[1])
    with pytest.raises(LookupError):
        take_out(own_ledger.store, kept[1], who="Ana", why="again", where="here")
    entry = Audit(own_ledger.store).entries(own_ledger.releases()).iloc[0]
    assert (entry["who"], entry["what"]) == ("Ana", "removed") and "names of people" in entry["detail"]
    if own_ledger.store.catalog_file:
        held = [path.read_bytes() for path in Path(own_ledger.store.data_path, "main", "_files").glob("*.parquet")]
        assert len(held) == 1 and b"personal data" not in held[0]
