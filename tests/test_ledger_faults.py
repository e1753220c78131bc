"""What a disk, a catalog or another version does to a ledger: named, never falsified, and the rest goes on working."""

import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, on_this_machine

from etl.contract import Dataset
from etl.datasets import all_datasets
from etl.export import export_zip
from etl.ledger import schema as schemas
from etl.ledger import transactions
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.ledger import Ledger
from etl.ledger.modes import plain_file
from etl.ledger.repair import damage, repair
from etl.ledger.store import LAKE, Store

OLD = ROOT / "tests" / "ledgers" / "2026-11-25.tar.gz"


def rows(dataset: Dataset, count: int = 40, **values: object) -> pd.DataFrame:
    """A small table of a dataset, in its types; no contract is asked."""
    filled = {"str": "x", "Int64": 1, "float64": 1.5, "boolean": True}
    table = pd.DataFrame({c: [filled.get(str(t), pd.Timestamp(0))] * count for c, t in dataset.empty().dtypes.items()})
    table[dataset.key[0]] = [f"{place:03}" for place in range(count)]
    return table.assign(**values).astype(dataset.empty().dtypes.to_dict())


SMALL = {name: rows(all_datasets()[name]) for name in ("currencies", "countries")}


@pytest.fixture(scope="module")
def small_folder(tmp_path_factory) -> Path:
    """A ledger of three releases of two small tables; the second and third change one of them."""
    folder = tmp_path_factory.mktemp("small")
    ledger = Ledger(Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet")))
    ledger.publish(SMALL, author="a", message="first")
    for number in (2, 3):
        table = SMALL["currencies"].assign(currency=f"C{number}")
        ledger.publish({"currencies": table}, author="a", message=f"number {number}")
    return folder


@pytest.fixture
def small(small_folder, tmp_path) -> Ledger:
    """A copy of it for one test, in a folder of its own: a copy of the folder is a ledger, wherever it is put."""
    folder = tmp_path / "small"
    shutil.copytree(small_folder, folder)
    ledger = Ledger(Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet")))
    assert ledger.newest() == 3
    return ledger


def files(ledger: Ledger, table: str) -> list[Path]:
    """Data files of a table, oldest first."""
    return sorted(
        Path(ledger.store.data_path, "main", table).glob("*.parquet"), key=lambda path: path.stat().st_mtime_ns
    )


def files_of_release(ledger: Ledger, number: int, table: str) -> list[Path]:
    snapshot = ledger.release(number).snapshot
    query = f"SELECT data_file FROM ducklake_list_files('{LAKE}', '{table}', snapshot_version => {snapshot})"
    return [Path(row[0]) for row in ledger._catalog.read(lambda cursor: cursor.execute(query).fetchall())]


def currency(ledger: Ledger, number: int) -> str:
    return ledger.at(number).sql("SELECT DISTINCT currency FROM currencies")["currency"].item()


@pytest.mark.slow
def test_files_are_on_the_disk_before_the_catalog_names_them(own_store, monkeypatch):
    synced, real = {}, os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        synced.setdefault(path, len(Ledger(own_store).releases()))

    monkeypatch.setattr(os, "fsync", fsync)
    ledger = Ledger(own_store)
    ledger.publish(SMALL, author="a", message="first")
    written = files(ledger, "currencies") + files(ledger, "countries")
    assert written and all(synced[path] == 0 for path in written)  # no release named them yet
    assert all(path.parent in synced and path.parent.parent in synced for path in written)


@pytest.mark.slow
def test_a_disk_that_takes_nothing_is_a_sentence_and_no_release(small, monkeypatch):
    def fsync(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(LedgerUnavailable, match=r"disk of the ledger is full or fails.*Nothing was published"):
        small.publish({"currencies": SMALL["currencies"]}, author="a", message="in vain")
    assert Ledger(small.store).newest() == 3


@pytest.mark.slow
@pytest.mark.parametrize("harm", ["lost", "emptied", "flipped", "cut"])
def test_a_damaged_release_is_named_and_the_others_go_on(small, harm):
    (file,) = files_of_release(small, 3, "currencies")
    content = file.read_bytes()
    if harm == "lost":
        file.unlink()
    else:
        middle = content.index(b"C3")
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        file.write_bytes({"emptied": b"", "flipped": flipped, "cut": content[:-9]}[harm])
    ledger = Ledger(small.store)
    for _ in range(2):
        with pytest.raises(LedgerUnavailable, match=r"Release 3 can't be read: files of currencies .*check --ledger"):
            ledger.at(3)
    assert [currency(ledger, number) for number in (1, 2)] == ["x", "C2"]
    currencies = all_datasets()["currencies"]
    with pytest.raises(LedgerUnavailable, match="Release 3 can't be read: files of currencies"):
        ledger.across([1, 2, 3], currencies)
    for number, rows in ledger.across([1, 2], currencies).groupby("release"):
        pd.testing.assert_frame_equal(
            rows[currencies.columns].sort_values(list(currencies.key), ignore_index=True),
            ledger.at(number).table(currencies),
        )
    assert ledger.newest() == 3 and len(ledger.at(2).sql("FROM countries")) == 40
    assert ledger.rollback(2, author="b", message="back to what is whole").number == 4
    assert currency(Ledger(small.store), 4) == "C2"  # and later releases are whole again
    assert ledger.publish({"currencies": SMALL["currencies"]}, author="b", message="and on").number == 5
    assert currency(Ledger(small.store), 5) == "x" and currency(Ledger(small.store), 1) == "x"


@pytest.mark.slow
def test_a_backup_mends_what_is_damaged(small, tmp_path):
    export_zip(small, 3, tmp_path / "all.zip", every=True)
    plain = plain_file(small.store.data_path)
    assert damage(small) == []
    for number in (2, 3):
        (file,) = files_of_release(small, number, "currencies")
        file.write_bytes(b"")
    ledger = Ledger(small.store)
    found = damage(ledger)
    assert [(one.release.number, one.dataset) for one in found] == [(2, "currencies"), (3, "currencies")]
    left = repair(ledger, found)  # the plain copy beside the ledger is of the newest release
    assert [one.release.number for one in left] == [2] and currency(ledger, 3) == "C3"
    plain.write_bytes(b"no database")
    assert repair(ledger, left) == left
    assert repair(ledger, left, [tmp_path / "all.zip"]) == [] and currency(Ledger(small.store), 2) == "C2"
    assert set(Ledger(small.store).across([2, 3], all_datasets()["currencies"])["currency"]) == {"C2", "C3"}
    assert damage(Ledger(small.store)) == []
    assert ledger.publish({"currencies": SMALL["currencies"]}, author="b", message="and on").number == 4


def test_publishing_needs_no_file_of_its_own_bookkeeping(small):
    for file in files(small, "_turn"):
        file.unlink()
    assert small.publish({"currencies": SMALL["currencies"]}, author="b", message="all the same").number == 4


def test_a_missing_catalog_is_not_a_new_ledger(small, tmp_path):
    catalog = small.store.catalog_file
    away = catalog.with_name("away.sqlite")
    assert currency(small, 2) == "C2"
    catalog.rename(away)
    small._history._asked = float("-inf")
    assert small.newest() == 3 and currency(small, 2) == "C2" and small.release(1).message == "first"
    for ledger in (small, Ledger(small.store)):
        with pytest.raises(
            LedgerUnavailable, match=r"missing or empty, but files of a ledger.*nothing is loaded over it"
        ):
            ledger.publish(SMALL, author="a", message="over it")
    assert not catalog.exists()
    catalog.touch()
    with pytest.raises(LedgerUnavailable, match="missing or empty"):
        Ledger(small.store).newest()
    away.replace(catalog)
    small._history._asked = float("-inf")
    assert small.publish({"currencies": SMALL["currencies"]}, author="b", message="back").number == 4


def test_a_volume_that_goes_away_at_run_time_makes_no_second_history(small):
    folder = small.store.catalog_file.parent
    shutil.move(folder, folder.with_name("unmounted"))
    folder.mkdir()
    small._history._asked = float("-inf")
    assert small.newest() == 3
    with pytest.raises(LedgerUnavailable, match="missing or empty"):
        small.publish(SMALL, author="a", message="a second first one")
    assert not list(folder.glob("*.sqlite"))


def test_what_is_held_in_memory_needs_no_catalog(small, monkeypatch):
    monkeypatch.setattr(transactions, "READ_PATIENCE_S", 0.1)
    assert currency(small, 2) == "C2" and currency(small, 3) == "C3"
    small.diff(2, 3)
    catalog = small.store.catalog_file
    content = catalog.read_bytes()
    catalog.write_bytes(b"no database" * 1000)
    small._history._asked = float("-inf")
    started = time.monotonic()
    assert small.newest() == 3 and small.release(1).number == 1 and len(small.releases()) == 3
    assert currency(small, 2) == "C2" and list(small.diff(2, 3)) == ["currencies"]
    assert time.monotonic() - started < on_this_machine(3)
    with pytest.raises(LedgerUnavailable, match="damaged"):
        small.at(1)
    catalog.write_bytes(content)
    assert currency(small, 1) == "x"


def test_a_read_only_disk_can_be_read(small, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        shutil.copytree(
            small.store.catalog_file.parent, disk, dirs_exist_ok=True, ignore=shutil.ignore_patterns("disk")
        )
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        ledger = Ledger(Store(f"sqlite:{disk / 'catalog.sqlite'}", str(disk / "parquet")))
        assert ledger.newest() == 3 and currency(ledger, 3) == "C3"
        with pytest.raises(LedgerUnavailable, match="may not write"):
            ledger.publish(SMALL, author="a", message="nowhere")
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


DESCRIPTORS = """
import os, resource, sys, time
from etl.ledger.descriptors import keep_reserve
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.ledger import Ledger
keep_reserve()
ledger = Ledger.open()
ledger.at(ledger.newest())
resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))
held = []
try:
    while True:
        held.append(os.open(os.devnull, os.O_RDONLY))
except OSError:
    pass
for _ in range(3):
    time.sleep(1.1)
    print(ledger.newest())
ledger._catalog._reader = None  # as after a database server that went away: opening anew must not end the process
try:
    ledger.at(1)
except LedgerUnavailable as told:
    print("descriptors" in str(told))
[os.close(one) for one in held]
time.sleep(1.1)
print(ledger.at(2).release, ledger.newest())
"""


@pytest.mark.slow
def test_out_of_descriptors_the_look_for_a_newer_release_ends_nothing(small):
    environment = os.environ | {"LEDGER_CATALOG": small.store.catalog, "LEDGER_DATA_PATH": small.store.data_path}
    done = subprocess.run(
        [sys.executable, "-c", DESCRIPTORS], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == ["3", "3", "3", "True", "2", "3"]


# --- other versions ------------------------------------------------------------------------------------------------


def retyped(monkeypatch, name: str, **columns) -> Dataset:
    """The program as another version: `name` has these columns besides or instead; None takes one out."""
    from dataclasses import replace

    dataset = all_datasets()[name]
    kept = {column: made for column, made in ({**dataset.fields} | columns).items() if made is not None}
    other = replace(dataset, fields=kept)
    monkeypatch.setitem(all_datasets(), name, other)
    return other


def test_a_changed_type_is_never_cast_silently(own_store, monkeypatch):
    from etl.contract import number, whole

    before = retyped(monkeypatch, "targets", due_year=whole("year"))
    ledger = Ledger(own_store)
    ledger.publish({"targets": rows(before, due_year=2035)}, author="a", message="whole years")
    after = retyped(monkeypatch, "targets", due_year=number("year"))
    halves = rows(after, due_year=2035.5)
    ledger = Ledger(own_store)
    assert ledger.at(1).table(after)["due_year"].tolist() == [2035.0] * 40
    assert ledger.publish({"targets": halves}, author="a", message="halves").number == 2
    assert Ledger(own_store).at(2).table(after)["due_year"].tolist() == [2035.5] * 40
    assert ledger.publish({"targets": halves}, author="a", message="the same") is None
    retyped(monkeypatch, "targets", due_year=whole("year"))
    with pytest.raises(LedgerUnavailable, match=r"Release 2 holds targets.due_year in another type"):
        Ledger(own_store).at(2)


def test_a_migration_says_what_values_become(own_store, monkeypatch):
    from etl.contract import number, whole

    before = retyped(monkeypatch, "targets", due_year=number("year"))
    Ledger(own_store).publish({"targets": rows(before, due_year=2035.5)}, author="a", message="halves")
    after = retyped(monkeypatch, "targets", due_year=whole("year"))
    whole_years = schemas.Migration(
        2, "due years are whole", {"targets": lambda table: table.assign(due_year=table["due_year"].astype(int))}
    )
    monkeypatch.setattr(schemas, "MIGRATIONS", (whole_years,))
    assert Ledger(own_store).at(1).table(after)["due_year"].tolist() == [2035] * 40


def test_migrations_are_told_and_tried_before_and_nothing_is_written(own_store, monkeypatch):
    from click.testing import CliRunner
    from conftest import environment

    from etl.__main__ import cli
    from etl.contract import number, whole

    before = retyped(monkeypatch, "targets", due_year=number("year"))
    Ledger(own_store).publish({"targets": rows(before, due_year=2035.5)}, author="a", message="halves")
    files = {path: path.read_bytes() for path in Path(own_store.data_path).rglob("*.parquet")}

    def told() -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["migrations"], env=environment(own_store))
        return done.exit_code, done.output

    assert told() == (0, "    1  schema 1  read as it was written\n")
    retyped(monkeypatch, "targets", due_year=whole("year"))
    code, output = told()
    assert code == 1 and "targets.due_year in another type" in output and "1 release(s) can't be read" in output
    rounded = {"targets": lambda table: table.assign(due_year=table["due_year"].astype(int))}
    monkeypatch.setattr(schemas, "MIGRATIONS", (schemas.Migration(2, "due years are whole", rounded),))
    assert told() == (0, "    1  schema 1  due years are whole\n")
    assert files == {path: path.read_bytes() for path in Path(own_store.data_path).rglob("*.parquet")}
    assert len(Ledger(own_store).releases()) == 1


def test_an_older_program_refuses_a_newer_ledger(own_store, monkeypatch):
    from etl.contract import text

    with monkeypatch.context() as newer:
        later = retyped(newer, "targets", approved=text("by whom"))
        Ledger(own_store).publish({"targets": rows(later)}, author="a", message="with another column")
    ledger = Ledger(own_store)
    with pytest.raises(LedgerUnavailable, match=r"newer version.*targets.approved"):
        ledger.publish({"targets": rows(all_datasets()["targets"])}, author="b", message="without it")
    assert ledger.at(1).sql("SELECT DISTINCT approved FROM targets")["approved"].item() == "x"
    monkeypatch.setattr("etl.ledger.tables.SCHEMA_VERSION", 7)
    ledger.publish({"countries": SMALL["countries"]}, author="a", message="by version 7")
    monkeypatch.undo()
    with pytest.raises(LedgerUnavailable, match=r"newer version.*schema 7"):
        Ledger(own_store).at(2)
    with pytest.raises(LedgerUnavailable, match=r"newer version.*schema 7"):
        Ledger(own_store).publish({"countries": SMALL["countries"][:3]}, author="b", message="by version 1")


def test_a_column_that_came_later_was_not_held_then(own_store, monkeypatch):
    from etl.contract import text

    ledger = Ledger(own_store)
    ledger.publish({"targets": rows(all_datasets()["targets"])}, author="a", message="before")
    later = retyped(monkeypatch, "targets", approved=text("by whom", nullable=True))
    ledger = Ledger(own_store)
    changed = ledger.at(1).table(later).assign(approved="Ana")
    ledger.publish({"targets": changed}, author="a", message="after")
    snapshot = ledger.at(1)
    assert snapshot.table(later)["approved"].isna().all()
    across = ledger.across([1, 2], later)
    assert across.groupby("release")["approved"].agg(lambda said: set(said.fillna("?"))).tolist() == [{"?"}, {"Ana"}]
    assert ledger.across([1], all_datasets()["countries"]).empty
    assert "targets.approved" in snapshot.not_held and "countries" in snapshot.not_held


@pytest.mark.slow
def test_a_ledger_of_an_earlier_version_opens(tmp_path, monkeypatch):
    with tarfile.open(OLD) as archive:
        archive.extractall(tmp_path, filter="data")
    ledger = Ledger(Store(f"sqlite:{tmp_path / 'catalog.sqlite'}", str(tmp_path / "parquet")))
    assert [(one.author, one.message) for one in ledger.releases()] == [
        ("Alliance Ledger", "Reviewed seeds"),
        ("Ana", "newer"),
        ("Ben", "Back to release 1"),
    ]
    for number in (1, 2, 3):
        for name, dataset in all_datasets().items():
            table = ledger.at(number).table(dataset)
            assert len(table) >= dataset.min_rows or name in ledger.at(number).not_held
    assert list(ledger.diff(1, 2)) == ["spending"] and ledger.diff(1, 3) == {}
    release = ledger.release(2)
    assert ledger.file(release.extra["files"][0]["sha256"])[0] == "mine.csv"
    assert ledger.rollback(2, author="c", message="and goes on").number == 4
