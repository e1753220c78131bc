"""The verbs of `python -m etl`: what they print, when they end with 1, and that nothing is published then."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT, environment

from etl import load
from etl.__main__ import cli
from etl.ledger.ledger import Ledger

HEADER = "publisher,edition,iso3,year,measure,value\n"


def run(store, *arguments: str) -> Result:
    """A verb as the shell would run it, in this process. An exception that nobody expected fails the test."""
    done = CliRunner().invoke(cli, arguments, env=environment(store))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture
def store(own_ledger):
    return own_ledger.store


def file_of(tmp_path, rows: str) -> str:
    path = tmp_path / "figures.csv"
    path.write_text(HEADER + rows)
    return str(path)


def test_the_module_is_a_program(seeded_store):
    command = [sys.executable, "-m", "etl"]
    options = {"cwd": ROOT, "env": environment(seeded_store), "capture_output": True, "text": True, "check": False}
    done = subprocess.run([*command, "releases"], **options)
    assert done.returncode == 0 and "    1  " in done.stdout
    refused = subprocess.run([*command, "diff", "1", "99"], **options)
    assert refused.returncode == 1 and "There is no release 99" in refused.stderr and "Traceback" not in refused.stderr


@pytest.mark.slow
def test_load_makes_a_release_once(own_store):
    first, second = run(own_store, "load"), run(own_store, "load")
    assert first.exit_code == second.exit_code == 0
    assert "Published release 1" in first.stdout and "no new release" in second.stdout
    assert len(Ledger(own_store).releases()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["load", "check"])
def test_bad_rows_are_all_told_and_nothing_is_published(own_store, verb, monkeypatch):
    read_seed = load.read_seed

    def broken(dataset):
        frame = read_seed(dataset)
        if dataset.name == "spending":
            frame.loc[0, "value"] = "many"
        if dataset.name == "editions":
            frame.loc[1, "published_on"] = "2025-13-01"
        return frame

    monkeypatch.setattr(load, "read_seed", broken)
    done = run(own_store, verb)
    assert done.exit_code == 1
    assert "spending, row 2, column value = 'many': is not a number." in done.stderr
    assert "editions, row 3, column published_on = '2025-13-01': is not a date." in done.stderr
    assert Ledger(own_store).newest() == 0


@pytest.mark.slow
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
    assert done.exit_code == 0 and "spending: 0 added, 1 changed, 0 removed" in done.stdout
    assert "2.13" in (told := run(store, "diff", "1", "2").stdout) and "2.34" in told
    assert run(store, "rollback", "1").exit_code == 0
    listed = run(store, "releases").stdout
    assert "Ana" in listed and "Back to release 1" in listed
    assert Ledger(store).diff(1, 3) == {}


@pytest.mark.slow
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
    assert done.exit_code == 1 and "row 2, column value = 'two': is not a number." in done.stderr
    assert Ledger(store).newest() == 1


@pytest.mark.slow
def test_each_problem_names_the_option_that_answers_it_and_warnings_of_a_kind_are_told_by_the_first(store, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("country,what,2018,2019,2020,2021,2022,2023\nCanada,x,2.5,2.5,9,2.5,2.5,2.5\nEU,x,1,1,1,1,1,1\n")
    refused = run(store, "import", str(path), "--message", "x").stderr
    for option in ("--drop 'FILE COLUMN'", "--set COLUMN=VALUE", "--source NAME", "--leave-out places"):
        assert f"{option}" in next(line for line in refused.splitlines() if option in line and "[" in line)
    answers = ["--drop", "what", "--leave-out", "places", "--source", "nato-2026-07", "--message", "x"]
    answers += [f"--set={pair}" for pair in ("publisher=NATO", "edition=2026-07", "measure=share_of_gdp_pct")]
    told = run(store, "import", str(path), *answers).stderr
    assert (
        told.count("by more than a factor of") == 1
    )  # of one row of the file; its other years are judged all the same
    assert told.count("point away from") - told.count("the year before") == 3 and "more like it" in told
    assert "more like it" not in run(store, "import", str(path), *answers, "--every-warning").stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("edited", "words"),
    [
        ([1], "is no mapping file"),
        ({"droped": []}, "what no option is called: droped"),
        ({"dataset": "nope"}, '"nope" is not what --dataset takes'),
        ({"header_row": "x"}, '"x" is not what --header-row takes'),
        ({"dropped": "remark"}, '"remark" is not what --drop takes'),
        ({"renamed": [["a"]]}, "is not what --map takes"),
        ({"renamed": [[1, 2]]}, "is not what --map takes"),
    ],
)
def test_a_mapping_file_is_written_used_again_and_refused_where_it_was_edited_wrongly(
    own_ledger, tmp_path, edited, words
):
    file, saved = tmp_path / "figures.csv", tmp_path / "mapping.json"
    file.write_text("publisher,edition,place,year,value,remark\nNATO,2026-07,Canada,2026,2.34,x\n")
    command = ["import", str(file), "--message", "x"]
    choices = ["--map", "place=iso3", "--drop", "remark", "--set", "measure=share_of_gdp_pct", "--source=nato-2026-07"]
    saved.write_text(json.dumps(edited))
    refused = run(own_ledger.store, *command, "--mapping", str(saved))
    assert refused.exit_code == 2 and words in refused.stderr
    if edited != [1]:
        return
    assert run(own_ledger.store, *command, *choices, "--save-mapping", str(saved)).exit_code == 0
    file.write_text(file.read_text().replace("2.34", "2.35"))
    again = run(own_ledger.store, *command, "--mapping", str(saved))
    assert again.exit_code == 0 and "spending: 0 added, 1 changed" in again.stdout
    file.write_text(file.read_text().replace("remark", "note"))
    moved = run(own_ledger.store, *command, "--mapping", str(saved))
    assert moved.exit_code == 1 and "column remark: has no column of that name" in moved.stderr


@pytest.mark.slow
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
    assert refused.exit_code == 1 and "warning:" in refused.stderr and "--accept-warnings" in refused.stderr
    assert run(store, *command, "--accept-warnings").exit_code == 0


@pytest.mark.slow
def test_export_and_restore(store, tmp_path):
    assert run(store, "export", str(tmp_path / "out.zip"), "--all").exit_code == 0
    refused = run(store, "restore", str(tmp_path / "out.zip"))
    assert refused.exit_code == 1 and "empty one" in refused.stderr


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
    assert done.exit_code == 1 and words in done.stderr


def test_tidy_tells_what_it_deleted(seeded_store):
    done = run(seeded_store, "tidy")
    assert done.exit_code == 0 and done.stdout == "Deleted 0 file(s) that no release knows.\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["publish"], "No such command"),
        (["import", "x.csv"], "--message"),
        (["import", "x.csv", "--message", "x", "--set", "unit"], "'unit' is not COLUMN=VALUE"),
        (["import", "x.csv", "--message", "x", "--source-date", "27 August"], "'27 August' is not a day"),
        (["export", "out.zip", "--all", "--release", "1"], "--all is not allowed with --release"),
    ],
)
def test_what_is_not_understood_ends_with_2(seeded_store, arguments, words):
    done = run(seeded_store, *arguments)
    assert done.exit_code == 2 and words in done.stderr


def test_a_denied_import_is_in_the_audit_log(store, tmp_path):
    file = file_of(tmp_path, "NATO,2026-07,CAN,2026,share_of_gdp_pct,two\n")
    run(store, "import", file, "--source", "nato-2026-07", "--message", "x", "--author", "Ana")
    listed = run(store, "audit").stdout.splitlines()[0]
    assert "refused" in listed and "Ana" in listed and f"import {file}: 1 problem(s), the first: " in listed
