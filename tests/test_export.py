"""A ledger that goes out comes back the same: one release, or all of them with their authors, messages and files."""

import json
import zipfile

import duckdb
import pandas as pd
import pytest
from conftest import ROOT

from etl import export as exporting
from etl.contract import ContractViolation
from etl.datasets import all_datasets
from etl.export import csv_of, export_zip
from etl.importing.proposal import Request, propose, publish
from etl.importing.restore import restore
from etl.ledger.audit import Audit, DeniedAction
from etl.ledger.ledger import Ledger
from etl.ledger.modes import plain_file
from etl.ledger.short_links import ShortLinks
from etl.ledger.store import Store

ROWS = (
    b"publisher,edition,iso3,year,measure,value,source_id\nNATO,2026-07,CAN,2026,share_of_gdp_pct,2.34,nato-2026-07\n"
)


OLD_ZIP = ROOT / "tests" / "ledgers" / "2026-11-25.zip"


def with_a_file(ledger: Ledger) -> Ledger:
    """A second release, from a file."""
    publish(ledger, propose(ledger, Request(ROWS, "mine.csv", "spending")), author="Ana", message="newer")
    return ledger


@pytest.fixture
def changed(few_ledger) -> Ledger:
    return with_a_file(few_ledger)


@pytest.fixture
def whole(own_ledger) -> Ledger:
    """For a release that is restored alone: that is held against every contract."""
    return with_a_file(own_ledger)


def another(tmp_path) -> Ledger:
    return Ledger(Store(f"sqlite:{tmp_path / 'other' / 'catalog.sqlite'}", str(tmp_path / "other" / "parquet")))


@pytest.mark.slow
def test_a_whole_ledger_moves(whole, tmp_path):
    link = ShortLinks(whole.store).make("/c/spending-trend?countries=CAN", "Ana")
    Audit(whole.store).refused(DeniedAction("Eve", "publish", "may not", "there"))
    export_zip(whole, 2, tmp_path / "all.zip", every=True)
    other = another(tmp_path)
    assert [release.number for release in restore(other, tmp_path / "all.zip")] == [1, 2]
    assert [(one.author, one.message) for one in other.releases()] == [
        (one.author, one.message) for one in whole.releases()
    ]
    assert ShortLinks(other.store).find(link.key) == link
    log = [Audit(one.store).entries(one.releases()).drop(columns="where") for one in (whole, other)]
    pd.testing.assert_frame_equal(*log)
    for number in (1, 2):
        assert other.release(number).published_at == whole.release(number).published_at
        for dataset in all_datasets().values():
            pd.testing.assert_frame_equal(other.at(number).table(dataset), whole.at(number).table(dataset))
    assert other.file(other.release(2).extra["files"][0]["sha256"]) == ("mine.csv", ROWS)
    assert restore(other, tmp_path / "all.zip") == []  # once more: nothing left to do


@pytest.mark.slow
def test_an_export_of_an_earlier_version_comes_back_whole(tmp_path):
    other = another(tmp_path)
    assert [one.number for one in restore(other, OLD_ZIP)] == [1, 2, 3]
    assert [one.message for one in other.releases()] == ["Reviewed seeds", "newer", "Back to release 1"]
    assert f"{other.release(2).published_at:%Y-%m-%d %H:%M}" == "2026-11-25 16:33"
    assert list(other.diff(1, 2)) == ["spending"] and other.diff(1, 3) == {}


def rewritten(path, target, **manifest):
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, json.dumps(json.loads(content) | manifest) if name == "manifest.json" else content)
    return target


@pytest.mark.parametrize("newer", [{"format": 99}, {"schema": 99}])
def test_a_zip_of_a_newer_version_is_refused_whole(own_store, tmp_path, newer):
    with pytest.raises(ContractViolation, match="newer version"):
        restore(Ledger(own_store), rewritten(OLD_ZIP, tmp_path / "newer.zip", **newer))
    assert Ledger(own_store).newest() == 0


@pytest.mark.slow
def test_a_broken_off_export_leaves_the_old_backup(changed, tmp_path, monkeypatch):
    target = tmp_path / "all.zip"
    target.write_bytes(b"yesterday's")
    monkeypatch.setattr(exporting, "csv_of", lambda table: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export_zip(changed, 2, target, every=True)
    assert target.read_bytes() == b"yesterday's" and [path.name for path in tmp_path.glob("all.zip*")] == ["all.zip"]


@pytest.mark.slow
def test_what_a_licence_keeps_back_is_in_no_zip_for_readers(changed, tmp_path):
    spending = changed.at(2).table(all_datasets()["spending"])
    row = spending[spending["publisher"] == "SIPRI"].iloc[[0]].assign(measure="defence_expenditure_usd_current_million")
    origin = {"from": "192.0.2.7", "signed_in_as": "ana@example.org"}
    changed.publish({"spending": pd.concat([spending, row])}, author="A", message="more of SIPRI", extra=origin)
    export_zip(changed, 3, tmp_path / "readers.zip", shareable_only=True)
    with zipfile.ZipFile(tmp_path / "readers.zip") as archive:
        rows = pd.read_csv(archive.open("csv/spending.csv"))
        archive.extract("ledger.duckdb", tmp_path)
        assert not any(said in archive.read("manifest.json").decode() for said in origin.values())
    assert set(rows.loc[rows["publisher"] == "SIPRI", "measure"]) == {"share_of_gdp_pct"}
    with duckdb.connect(str(tmp_path / "ledger.duckdb"), read_only=True) as plain:
        assert plain.execute("SELECT count(*) FROM spending").fetchone()[0] == len(spending)
    with pytest.raises(ContractViolation, match="licence"):
        restore(changed, tmp_path / "readers.zip")


@pytest.mark.slow
def test_an_embedded_ledger_moves_to_postgres_and_s3(whole, team_store, tmp_path):
    export_zip(whole, 2, tmp_path / "all.zip", every=True)
    team = Ledger(team_store)
    assert [release.number for release in restore(team, tmp_path / "all.zip")] == [1, 2]
    for number in (1, 2):
        assert team.release(number).author == whole.release(number).author
        for dataset in all_datasets().values():
            pd.testing.assert_frame_equal(team.at(number).table(dataset), whole.at(number).table(dataset))


@pytest.mark.slow
def test_a_whole_ledger_is_not_mixed_into_another(changed, tmp_path, own_store):
    export_zip(changed, 2, tmp_path / "all.zip", every=True)
    with pytest.raises(ContractViolation, match="has releases of its own"):
        restore(changed, tmp_path / "all.zip")


@pytest.mark.slow
def test_one_release_comes_back_as_a_new_one(whole, tmp_path):
    export_zip(whole, 1, tmp_path / "one.zip")
    made = restore(whole, tmp_path / "one.zip")
    assert [one.number for one in made] == [3] and whole.diff(1, 3) == {}


@pytest.mark.slow
def test_a_backup_comes_back_whatever_rules_came_later_and_one_release_is_held_against_them(changed, tmp_path):
    spending = changed.current()["spending"].copy()
    spending.loc[0, "value"] = -999.0
    changed.publish({"spending": spending}, author="a", message="as the rules of then allowed")
    for every in (True, False):
        export_zip(changed, 3, tmp_path / f"{every}.zip", every=every)
    other = another(tmp_path)
    assert [one.number for one in restore(other, tmp_path / "True.zip")] == [1, 2, 3]
    assert other.at(3).sql("SELECT min(value) FROM spending").iloc[0, 0] == -999.0
    with pytest.raises(ContractViolation):
        restore(other, tmp_path / "False.zip")
    assert other.newest() == 3


@pytest.mark.slow
def test_the_zip_can_be_read_without_us(changed, tmp_path):
    export_zip(changed, 2, tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = set(archive.namelist())
        archive.extract("ledger.duckdb", tmp_path)
        readme = archive.read("README.md").decode()
    assert {"ledger.duckdb", "README.md", "manifest.json", "csv/spending.csv"} <= names
    assert "not for sale or advertising" in readme and "https://doi.org/10.55163/CQGC9685" in readme
    with duckdb.connect(str(tmp_path / "ledger.duckdb"), read_only=True) as plain:
        assert plain.execute("SELECT count(*) FROM spending").fetchone()[0] == len(changed.current()["spending"])


def test_what_is_no_export_is_refused(few_ledger, tmp_path):
    (tmp_path / "x.zip").write_bytes(b"PK nothing")
    with pytest.raises(ContractViolation, match="no export"):
        restore(few_ledger, tmp_path / "x.zip")


def test_csv_escapes_what_a_spreadsheet_would_run():
    table = pd.DataFrame({"text": ["=1+1", "-1.2", "plain"], "value": [-1.5, 2.0, None]})
    assert csv_of(table).decode() == "text,value\n'=1+1,-1.5\n-1.2,2.0\nplain,\n"


@pytest.mark.slow
def test_the_plain_file_follows_every_publish(changed):
    with duckdb.connect(str(plain_file(changed.store.data_path)), read_only=True) as plain:
        query = "SELECT value FROM spending WHERE edition = '2026-07' AND iso3 = 'CAN' AND year = 2026 AND measure = 'share_of_gdp_pct'"
        assert plain.execute(query).fetchone()[0] == 2.34


@pytest.mark.slow
def test_a_plain_file_that_can_not_be_written_fails_no_publish(few_ledger):
    path = plain_file(few_ledger.store.data_path)
    path.unlink()
    path.mkdir()  # nothing can be renamed onto a folder
    proposal = propose(few_ledger, Request(ROWS, "mine.csv", "spending"))
    assert publish(few_ledger, proposal, author="A", message="all the same").number == 2


@pytest.mark.slow
def test_what_the_watch_keeps_moves_too(own_ledger, tmp_path):
    """Its original is in no release; the log that names it stands beside."""
    from datetime import UTC, datetime

    from etl.ledger.watch_log import NEW, Entry, WatchLog

    content = b"what a publisher sent"
    sha256 = own_ledger.keep_file(content, "rates.csv")
    entry = Entry(datetime.now(UTC).replace(tzinfo=None), "https://a.example", "ECB", NEW, sha256=sha256)
    WatchLog(own_ledger.store).add(entry)
    export_zip(own_ledger, 1, tmp_path / "all.zip", every=True)
    moved = Ledger(Store(f"sqlite:{tmp_path / 'moved.sqlite'}", str(tmp_path / "moved")))
    restore(moved, tmp_path / "all.zip")
    assert moved.file(sha256) == ("rates.csv", content)
    assert WatchLog(moved.store).entries()["sha256"].tolist() == [sha256]
