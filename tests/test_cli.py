"""The verbs of `python -m etl`: what they print, when they end with 1, and that nothing is published then."""

import subprocess
import sys

import pytest
from conftest import ROOT, environment

from etl.ledger.ledger import Ledger

HEADER = "publisher,edition,iso3,year,measure,value\n"
SEEDS_BREAK = """
import sys
from etl import load
from etl.__main__ import main
real = load.read_seed
def broken(dataset):
    frame = real(dataset)
    if dataset.name == "spending":
        frame.loc[0, "value"] = "many"
    if dataset.name == "editions":
        frame.loc[1, "published_on"] = "2025-13-01"
    return frame
load.read_seed = broken
sys.exit(main(sys.argv[1:]))
"""


def run(store, *arguments: str, code: str | None = None) -> subprocess.CompletedProcess:
    program = ["-c", code] if code else ["-m", "etl"]
    return subprocess.run(
        [sys.executable, *program, *arguments],
        cwd=ROOT,
        env=environment(store),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def store(own_ledger):
    return own_ledger.store


def file_of(tmp_path, rows: str) -> str:
    path = tmp_path / "figures.csv"
    path.write_text(HEADER + rows)
    return str(path)


def test_load_makes_a_release_once(own_store):
    first, second = run(own_store, "load"), run(own_store, "load")
    assert first.returncode == second.returncode == 0
    assert "Published release 1" in first.stdout and "no new release" in second.stdout
    assert len(Ledger(own_store).releases()) == 1


@pytest.mark.parametrize("verb", ["load", "check"])
def test_bad_rows_are_all_told_and_nothing_is_published(own_store, verb):
    done = run(own_store, verb, code=SEEDS_BREAK)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "spending, row 2, column value = 'many': is not a number." in done.stderr
    assert "editions, row 3, column published_on = '2025-13-01': is not a date." in done.stderr
    assert Ledger(own_store).newest() == 0


def test_import_diff_rollback_and_releases(store, tmp_path):
    file = file_of(tmp_path, "NATO,2026-07,CAN,2026,share_of_gdp_pct,2.34\n")
    done = run(
        store,
        "import",
        file,
        "--dataset",
        "spending",
        "--source",
        "nato-2026-07",
        "--message",
        "newer",
        "--author",
        "Ana",
    )
    assert done.returncode == 0 and "spending: 0 added, 1 changed, 0 removed" in done.stdout
    assert "2.13" in (told := run(store, "diff", "1", "2").stdout) and "2.34" in told
    assert run(store, "rollback", "1").returncode == 0
    listed = run(store, "releases").stdout
    assert "Ana" in listed and "Back to release 1" in listed
    assert Ledger(store).diff(1, 3) == {}


def test_a_bad_file_ends_with_1_and_sentences(store, tmp_path):
    done = run(
        store,
        "import",
        file_of(tmp_path, "NATO,2026-07,CAN,2026,share_of_gdp_pct,two\n"),
        "--source",
        "nato-2026-07",
        "--message",
        "x",
    )
    assert done.returncode == 1 and "row 2, column value = 'two': is not a number." in done.stderr
    assert Ledger(store).newest() == 1


def test_warnings_have_to_be_accepted(store, tmp_path):
    command = [
        "import",
        file_of(tmp_path, "NATO,2026-07,CAN,2020,share_of_gdp_pct,3.5\n"),
        "--source",
        "nato-2026-07",
        "--message",
        "x",
    ]
    refused = run(store, *command)
    assert refused.returncode == 1 and "warning:" in refused.stderr and "--accept-warnings" in refused.stderr
    assert run(store, *command, "--accept-warnings").returncode == 0


def test_export_and_restore(store, tmp_path):
    assert run(store, "export", str(tmp_path / "out.zip"), "--all").returncode == 0
    refused = run(store, "restore", str(tmp_path / "out.zip"))
    assert refused.returncode == 1 and "empty one" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["diff", "1", "99"], "There is no release 99"),
        (["rollback", "7"], "There is no release 7"),
        (["export", "/nowhere/out.zip"], "No such file"),
        (["import", "/nowhere/in.csv", "--message", "x"], "No such file"),
        (["restore", "/nowhere/in.zip"], "No such file"),
    ],
)
def test_what_is_not_there_is_a_sentence(seeded_store, arguments, words):
    done = run(seeded_store, *arguments)
    assert done.returncode == 1 and words in done.stderr and "Traceback" not in done.stderr
