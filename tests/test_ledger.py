"""Releases: all or nothing, never changed, numbered without gaps, and told apart cell by cell."""

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import duckdb_extension_httpfs
import pandas as pd
import pytest
from conftest import ROOT, environment

from etl.datasets import all_datasets
from etl.ledger import ledger as ledgers
from etl.ledger import store as stores
from etl.ledger import transactions as catalogs
from etl.ledger.ledger import Ledger
from etl.ledger.release import NoSuchRelease, ReleaseConflict

both_catalogs = pytest.mark.both_catalogs  # where the catalog or the store of files has a part in it

CANADA_2025 = "SELECT value FROM spending WHERE edition = '2026-07' AND iso3 = 'CAN' AND year = 2025 AND measure = 'share_of_gdp_pct'"


@pytest.fixture
def own_ledger(few_ledger) -> Ledger:
    """Few seeds are enough here."""
    return few_ledger


def changed_spending(ledger: Ledger, value: float) -> pd.DataFrame:
    frame = ledger.at(ledger.newest()).table(all_datasets()["spending"])
    row = (
        (frame["edition"] == "2026-07")
        & (frame["iso3"] == "CAN")
        & (frame["year"] == 2025)
        & (frame["measure"] == "share_of_gdp_pct")
    )
    frame.loc[row, "value"] = value
    return frame


@both_catalogs
def test_an_empty_store_has_no_release(own_store):
    ledger = Ledger(own_store)
    assert ledger.newest() == 0 and ledger.releases() == []
    with pytest.raises(NoSuchRelease):
        ledger.at(1)


@pytest.mark.slow
@both_catalogs
def test_what_is_published_comes_back_value_by_value(own_store, seeds, few_seeds):
    if not own_store.catalog_file:
        seeds = few_seeds  # every type and missing values are among them; a bucket takes its time
    ledger = Ledger(own_store)
    ledger.publish(seeds, author="a", message="all")
    snapshot = Ledger(own_store).at(1)
    for name in seeds:
        dataset = all_datasets()[name]
        expected = seeds[name].sort_values(list(dataset.key), ignore_index=True)
        held = snapshot.table(dataset).sort_values(list(dataset.key), ignore_index=True)
        pd.testing.assert_frame_equal(held, expected, check_index_type=False, obj=name)


def test_the_same_content_makes_no_new_release(own_ledger):
    assert own_ledger.publish(own_ledger.current(), author="a", message="once more") is None
    assert own_ledger.newest() == 1


@pytest.mark.slow
@both_catalogs
def test_a_release_never_changes(own_ledger):
    release = own_ledger.publish({"spending": changed_spending(own_ledger, 2.5)}, author="A", message="try")
    assert release.number == 2 and release.author == "A" and release.message == "try"
    assert own_ledger.at(1).sql(CANADA_2025)["value"].tolist() == [2.03]
    assert own_ledger.at(2).sql(CANADA_2025)["value"].tolist() == [2.5]
    assert Ledger(own_ledger.store).at(1).sql(CANADA_2025)["value"].tolist() == [2.03]


def test_the_difference_is_told_cell_by_cell(own_ledger):
    own_ledger.publish({"spending": changed_spending(own_ledger, 2.5)}, author="A", message="try")
    difference = own_ledger.diff(1, 2)
    assert list(difference) == ["spending"]
    row = difference["spending"].iloc[0]
    assert (row["change"], row["column"], row["old"], row["new"]) == ("changed", "value", "2.03", "2.5")
    assert len(difference["spending"]) == 1


def test_a_difference_is_computed_once_whoever_asks_at_the_same_time(own_ledger, monkeypatch):
    own_ledger.publish({"spending": changed_spending(own_ledger, 2.5)}, author="A", message="try")
    compared, real = [], ledgers.compare

    def counted(dataset, before, after):
        compared.append(dataset.name)
        return real(dataset, before, after)

    monkeypatch.setattr(ledgers, "compare", counted)
    threads = [threading.Thread(target=own_ledger.diff, args=(1, 2)) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert compared == ["spending"]  # once, and only what the release wrote to
    told = own_ledger.diff(1, 2)["spending"]
    told["old"] = "spoilt"  # what one reader does to it reaches no other
    assert own_ledger.diff(1, 2)["spending"]["old"].tolist() == ["2.03"]
    assert own_ledger.diff(2, 2) == {} and own_ledger.diff(2, 1)["spending"]["old"].tolist() == ["2.5"]
    with pytest.raises(NoSuchRelease):
        own_ledger.diff(0, 2)


@pytest.mark.slow
@both_catalogs
def test_undo_is_a_new_release(own_ledger):
    own_ledger.publish({"spending": changed_spending(own_ledger, 2.5)}, author="A", message="try")
    back = own_ledger.rollback(1, author="B", message="undo")
    assert back.number == 3 and own_ledger.diff(1, 3) == {} and back.extra["restores"] == 1


@pytest.mark.slow
@both_catalogs
def test_a_base_that_was_overtaken_is_refused_and_nothing_is_written(own_ledger):
    own_ledger.publish({"spending": changed_spending(own_ledger, 2.5)}, author="A", message="first")
    with pytest.raises(ReleaseConflict):
        own_ledger.publish({"spending": changed_spending(own_ledger, 2.6)}, author="B", message="second", base=1)
    assert own_ledger.newest() == 2


def test_a_release_names_its_author_and_says_why(own_ledger):
    with pytest.raises(ValueError, match="author"):
        own_ledger.publish({"spending": changed_spending(own_ledger, 2.5)}, author=" ", message="x")


@pytest.mark.slow
@both_catalogs
def test_writers_at_once_make_a_release_each(own_ledger, monkeypatch):
    writers = 8 if own_ledger.store.catalog_file else 4  # on PostgreSQL each conflict is a whole attempt more
    for module in (catalogs, stores):  # they wait for each other, as long as a busy machine takes
        monkeypatch.setattr(module, "WRITE_PATIENCE_S", 600)
    targets = own_ledger.at(1).table(all_datasets()["targets"])
    frames = [targets.assign(note=f"by writer {i}") for i in range(writers)]
    errors = []

    def write(i):
        try:
            Ledger(own_ledger.store).publish({"targets": frames[i]}, author=f"writer {i}", message="at once")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(i,)) for i in range(writers)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not errors
    assert sorted(r.author for r in Ledger(own_ledger.store).releases()[1:]) == [f"writer {i}" for i in range(writers)]


def test_readers_in_threads_get_their_own_rows(own_ledger):
    snapshot, wrong = own_ledger.at(1), []

    def read(i):
        for _ in range(50):
            got = snapshot.sql("SELECT count(*) AS n FROM spending WHERE year = $year", year=2014 + i)["n"][0]
            if got != expected[i]:
                wrong.append(got)

    expected = [
        snapshot.sql("SELECT count(*) AS n FROM spending WHERE year = $year", year=2014 + i)["n"][0] for i in range(8)
    ]
    threads = [threading.Thread(target=read, args=(i,)) for i in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not wrong


def test_text_in_a_query_stays_text(snapshot):
    hostile = "CAN'; DROP TABLE spending; --"
    assert snapshot.sql("SELECT * FROM spending WHERE iso3 = $iso3", iso3=hostile).empty
    assert len(snapshot.sql("SELECT * FROM spending"))


@pytest.mark.parametrize(
    "query",
    ["FROM read_text('/etc/hostname')", "COPY spending TO '/tmp/out.csv'", "INSTALL httpfs", "ATTACH '/tmp/x.db'"],
)
def test_a_view_reaches_nothing_else(snapshot, query):
    with pytest.raises(duckdb.Error):
        snapshot.sql(query)


def test_no_connection_loads_an_extension_once_it_is_closed_off(few_ledger):
    """The wheels' own are loaded unsigned before that: a file laid where the ledger may read and write is refused."""
    store = few_ledger.store
    own = next(Path(duckdb_extension_httpfs.__path__[0]).rglob("*.duckdb_extension"))
    laid = shutil.copy(own, store.data_path)
    with store.connect(read_only=False) as connection, pytest.raises(duckdb.PermissionException):
        connection.execute(f"LOAD '{laid}'")


@pytest.mark.slow
@both_catalogs
def test_one_process_reads_while_another_publishes(own_ledger):
    reader = Ledger(own_ledger.store)
    assert reader.at(reader.newest()).release == 1
    script = (
        "from etl.ledger.ledger import Ledger; from etl.datasets import all_datasets\n"
        "l = Ledger.open(); f = l.at(1).table(all_datasets()['spending']).iloc[:-1]\n"
        "print(l.publish({'spending': f}, author='cli', message='other process').number)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(own_ledger.store), stdout=subprocess.PIPE, text=True
    )
    while process.poll() is None:
        assert len(reader.at(1).sql("SELECT 1 FROM spending")) == 12756
        assert len(reader.releases()) in (1, 2)
        time.sleep(0.02)  # the writer's processor time is its own
    assert process.stdout.read().split()[-1] == "2"  # a slow bucket makes DuckDB show its progress before
    assert len(Ledger(own_ledger.store).releases()) == 2
