"""Whatever happens in the middle of a publish: afterwards the ledger opens and holds the whole release or none of it."""

import json
import statistics
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT, environment, on_this_machine
from publishers_to_kill import original
from servers import Slowed

from etl.datasets import all_datasets
from etl.ledger import duckdb_extensions, store, transactions
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.ledger import Ledger
from etl.load import read_seeds

KILLS = 50
FILE_LIMITS = (0, 1_000, 20_000, 60_000, 100_000, 200_000)  # bytes: the data files, the catalog or its log meet them
RESTARTS = 6
MARKS = """
    SELECT DISTINCT currency FROM lake.currencies AT (VERSION => {0})
    UNION ALL SELECT DISTINCT 'mark ' || value::INT FROM lake.spending AT (VERSION => {0})
"""


@pytest.fixture
def own_ledger(few_ledger) -> Ledger:
    """Few seeds are enough here."""
    return few_ledger


class Publishers:
    """Publishes in processes of their own, on a store."""

    def __init__(self, store, *size: str):
        script = ROOT / "tests" / "publishers_to_kill.py"
        self.process = subprocess.Popen(
            [sys.executable, str(script), *size],
            cwd=ROOT,
            env=environment(store) | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert json.loads(self.process.stdout.readline())["ready"]

    def publish(self, mark: int, **how) -> dict:
        self.process.stdin.write(json.dumps({"mark": mark, **how}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(30)


def held(store) -> list[str]:
    """The messages of the releases, after a look that the newest is whole: both datasets and the file say the same."""
    ledger = Ledger(store)
    releases = ledger.releases()
    if releases:
        newest = releases[-1]
        marks = ledger._catalog.read(lambda cursor: cursor.execute(MARKS.format(newest.snapshot)).fetchall())
        assert marks == [(newest.message,)] * 2
        assert ledger.file(newest.extra["file"])[1] == original(int(newest.message.split()[1]))
    return [release.message for release in releases]


@pytest.mark.slow
@pytest.mark.timeout(900)  # half a minute by itself; a machine that is busy with other things stretches every publish
def test_kill_at_fifty_points_of_a_publish(own_store, capsys):
    outcomes = Counter()
    with Publishers(own_store, "few") as publishers:
        publishers.publish(0)
        undisturbed = statistics.median(publishers.publish(mark)["seconds"] for mark in (1, 2, 3))
        expected = [f"mark {mark}" for mark in range(4)]
        for point in range(KILLS):
            mark = 100 + point
            answer = publishers.publish(mark, kill_after_s=undisturbed * 1.1 * (point + 1) / KILLS)
            assert "broke" not in answer and "refused" not in answer, answer
            now = held(own_store)
            whole = now == [*expected, f"mark {mark}"]
            assert whole or now == expected, f"kill {point}: {now[-3:]}"
            expected = now
            outcomes[
                "finished first" if "release" in answer else "killed, whole release" if whole else "killed, no release"
            ] += 1
        assert publishers.publish(999)["release"] == len(expected) + 1  # no lock and no rubbish is in the way
    with capsys.disabled():
        print(f"\nkill -9 at {KILLS} points over {undisturbed:.2f} s: {dict(outcomes)}")
    assert outcomes["killed, no release"] and sum(outcomes.values()) == KILLS


def refused_or_whole(answer: dict, before: list[str], after: list[str], mark: int) -> str:
    assert "broke" not in answer, answer
    if "release" in answer:
        assert after == [*before, f"mark {mark}"]
        return "published"
    assert after == before and "Nothing was published." in answer["refused"]
    return "refused"


@pytest.mark.slow
def test_files_that_may_not_grow(own_store, capsys):
    outcomes = Counter()
    with Publishers(own_store) as publishers:
        publishers.publish(1)
        for limit in FILE_LIMITS:
            before = held(own_store)
            answer = publishers.publish(2 + limit, file_limit=limit)
            outcomes[refused_or_whole(answer, before, held(own_store), 2 + limit)] += 1
        assert "release" in publishers.publish(7)
    with capsys.disabled():
        print(f"\nfiles limited to {FILE_LIMITS} bytes: {dict(outcomes)}")
    assert outcomes["refused"]


@pytest.mark.slow
def test_a_full_disk(tmp_path, capsys):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(
            f"no small disk can be mounted here ({mounted.stderr.strip()}): test_files_that_may_not_grow stands in"
        )
    try:
        small = store.Store(f"sqlite:{disk / 'catalog.sqlite'}", str(disk / "parquet"))
        outcomes = Counter()
        with Publishers(small) as publishers:
            for mark in range(1, 40):
                before = held(small) if mark > 1 else []
                outcomes[refused_or_whole(publishers.publish(mark), before, held(small), mark)] += 1
                if outcomes["refused"] == 3:
                    break
            subprocess.run(["mount", "-o", "remount,size=30m", str(disk)], check=True)
            assert "release" in publishers.publish(99)
        with capsys.disabled():
            print(f"\na disk of 3 MB: {dict(outcomes)}; with more room it goes on")
        assert outcomes["refused"] == 3
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


class Holder:
    """Another process that holds the SQLite catalog's lock."""

    def __init__(self, file: Path):
        code = f"import sqlite3; c = sqlite3.connect({str(file)!r}); c.execute('BEGIN EXCLUSIVE'); print(1, flush=True); input()"
        self.process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdout.readline()

    def let_go(self):
        self.process.kill()
        self.process.wait()


def changed(ledger: Ledger, value: float):
    return {"spending": ledger.at(1).table(all_datasets()["spending"]).assign(value=value)}


def test_a_locked_catalog_is_waited_for_and_read_all_the_while(own_ledger):
    frames = changed(own_ledger, 1.0)
    holder = Holder(own_ledger.store.catalog_file)
    threading.Timer(1.5, holder.let_go).start()
    made = []
    writer = threading.Thread(target=lambda: made.append(own_ledger.publish(frames, author="a", message="waits")))
    writer.start()
    slowest = 0.0
    while writer.is_alive() and holder.process.poll() is None:
        started = time.monotonic()
        seen = (Ledger(own_ledger.store).newest(), own_ledger.newest())  # even who opens it only now
        # 2 once the lock is let go: that may be between the question above and the answer
        assert set(seen) <= {1, 2}
        assert len(own_ledger.at(1).sql("FROM spending"))
        slowest = max(slowest, time.monotonic() - started)
    writer.join()
    assert made[0].number == 2 and slowest < on_this_machine(3)


@pytest.mark.slow
def test_a_lock_beyond_patience_is_a_sentence(own_ledger, monkeypatch):
    monkeypatch.setattr(transactions, "WRITE_PATIENCE_S", 1.0)
    frames, holder = changed(own_ledger, 1.0), Holder(own_ledger.store.catalog_file)
    try:
        with pytest.raises(LedgerUnavailable, match=r"locked.*Nothing was published"):
            own_ledger.publish(frames, author="a", message="waits in vain")
    finally:
        holder.let_go()
    assert own_ledger.publish(frames, author="a", message="now").number == 2


@pytest.mark.slow
def test_postgres_restarted_in_the_middle(team_store, postgres, capsys):
    outcomes, ledger = Counter(), Ledger(team_store)
    with Publishers(team_store, "few") as publishers:
        publishers.publish(1)
        undisturbed = publishers.publish(2)["seconds"]
        for point in range(RESTARTS):
            mark, before, answers = 10 + point, held(team_store), []
            known = ledger.at(ledger.newest()).release
            writer = threading.Thread(target=lambda m, to: to.append(publishers.publish(m)), args=(mark, answers))
            writer.start()
            time.sleep(undisturbed * (point + 0.5) / RESTARTS)
            postgres.stop()
            assert ledger.newest() == known and len(ledger.at(known).sql("FROM spending"))  # reads go on
            postgres.start()
            writer.join()
            outcomes[refused_or_whole(answers[0], before, held(team_store), mark)] += 1
        assert "release" in publishers.publish(99)
    with capsys.disabled():
        print(f"\nPostgreSQL restarted {RESTARTS} times over {undisturbed:.2f} s: {dict(outcomes)}")


READING = """
import sys
from etl.ledger.store import LAKE, Store
from etl.ledger.transactions import Catalog

def ask(cursor):
    cursor.execute("BEGIN")
    cursor.execute(f"FROM {LAKE}.currencies").fetchall()
    print("reading", flush=True)
    sys.stdin.readline()
    return len(cursor.execute(f"FROM {LAKE}.currencies").fetchall())

print(Catalog(Store.from_environment()).read(ask, 60))
"""


@pytest.mark.slow
def test_a_reader_outlives_a_postgres_that_goes_while_it_reads(team_store, postgres):
    Ledger(team_store).publish({"currencies": read_seeds()[0]["currencies"]}, author="a", message="b")
    command, pipe = [sys.executable, "-c", READING], subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environment(team_store), stdin=pipe, stdout=pipe, text=True) as reader:
        assert reader.stdout.readline() == "reading\n"
        postgres.stop()
        reader.stdin.write("\n")
        reader.stdin.flush()
        time.sleep(1)
        postgres.start()
        told, _ = reader.communicate("\n" * 100)
    assert reader.returncode == 0 and int(told.split()[-1]) == len(read_seeds()[0]["currencies"])


@pytest.mark.slow
def test_postgres_that_stays_away_is_a_sentence_without_the_password(team_store, postgres, monkeypatch):
    monkeypatch.setattr(transactions, "WRITE_PATIENCE_S", 1.0)
    with_password = store.Store(f"{team_store.catalog} password=do-not-tell", team_store.data_path)
    ledger = Ledger(with_password)
    frames = {"currencies": all_datasets()["currencies"].empty()}
    postgres.stop()
    try:
        for ask in (ledger.releases, lambda: ledger.publish(frames, author="a", message="b")):
            with pytest.raises(LedgerUnavailable, match="does not answer") as caught:
                ask()
            told = "".join(traceback.format_exception(caught.value))
            assert "do-not-tell" not in told and "127.0.0.1" in str(caught.value)
    finally:
        postgres.start()
    assert ledger.releases() == []


@pytest.mark.slow
def test_a_slow_s3_is_waited_for_and_a_silent_one_is_a_sentence(team_store, s3, monkeypatch):
    monkeypatch.setattr(duckdb_extensions, "HTTP_PATIENCE_S", 1)
    monkeypatch.setattr(transactions, "WRITE_PATIENCE_S", 2.0)
    frames = {"currencies": read_seeds()[0]["currencies"]}
    with Slowed(s3.port, pause_s=0.2) as slowed:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{slowed.port}")
        ledger = Ledger(team_store)
        assert ledger.publish(frames, author="a", message="slowly").number == 1
        assert len(ledger.at(1).sql("FROM currencies")) == len(frames["currencies"])
        slowed.held.set()
        changed = frames["currencies"].assign(currency="other")
        started = time.monotonic()
        with pytest.raises(LedgerUnavailable, match="Nothing was published"):
            ledger.publish({"currencies": changed}, author="a", message="into silence")
        assert time.monotonic() - started < 60, "nobody waits without end"
        assert len(ledger.at(1).sql("FROM currencies")) == len(frames["currencies"]), "what is held is read"
        slowed.held.clear()
        assert [release.number for release in ledger.releases()] == [1]
        assert ledger.publish({"currencies": changed}, author="a", message="again").number == 2
        slowed.shutdown()
