"""What CONTRIBUTING says is enough, is: two files for a dataset, two for a publisher's reader, done in a copy of the project."""

import io
import json
import os
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT, environment

from etl.ledger.store import Store

HAND_MADE = ROOT / "tests" / "two_files"
DATASET = {"bases.py": "etl/datasets/bases.py", "bases.csv": "seeds/bases.csv"}
READER = {
    "example_institute.py": "etl/publishers/example_institute.py",
    "military_effort.csv": "tests/readers/example_institute/military_effort.csv",
}
PARTS = ("etl", "policy", "dashboard", "pages", "seeds")


@pytest.fixture(scope="module")
def looked(tmp_path_factory, seeded_store) -> dict:
    """What a copy of the project with these four files finds of them, in a ledger that holds the seeds already."""
    copy = tmp_path_factory.mktemp("project")
    for part in PARTS:
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name, place in (DATASET | READER).items():
        (copy / place).parent.mkdir(parents=True, exist_ok=True)
        assert not (copy / place).exists()  # a file more, none changed
        shutil.copy(HAND_MADE / name, copy / place)
    shutil.copytree(seeded_store.catalog_file.parent, copy / "ledger")
    store = Store(f"sqlite:{copy / 'ledger' / 'catalog.sqlite'}", str(copy / "ledger" / "parquet"))
    done = subprocess.run(
        [sys.executable, HAND_MADE / "look.py"],
        cwd=copy,
        env=environment(store) | {"PYTHONPATH": str(copy), "PATH": os.devnull},  # without a browser: no pictures
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_a_dataset_is_two_files(looked):
    assert len(DATASET) == 2 and "Published release 2" in looked["loaded"]
    assert looked["bases"] == ["kuwait", "riga"]
    assert "bases" in looked["listed"] and "Bases abroad" in looked["data_page"]
    files = {form: bytes.fromhex(content) for form, content in looked["files"].items()}
    tables = [
        pd.read_csv(io.BytesIO(files["csv"])),
        pd.DataFrame(json.loads(files["json"])["rows"]),
        pd.read_parquet(io.BytesIO(files["parquet"])),
    ]
    assert all(table["personnel"].tolist() == [200, 1900] for table in tables)


@pytest.mark.slow
def test_a_publishers_reader_is_two_files(looked):
    assert len(READER) == 2 and looked["recognised"] == ["EXAMPLE", "2026-09"]
    assert "spending: 3 added" in looked["imported"] and "Published release 3" in looked["imported"]
    (source,) = looked["source"]
    credit = "Example Institute, Military effort, edition 2026-09"
    assert (source["publisher"], source["licence"]) == ("Example Institute", "Open Example Licence 1.0")
    assert source["credit"] == credit and source["url"] == "https://example.org/effort"
    assert credit in looked["share_page"] and "Open Example Licence 1.0" in looked["share_page"]
    assert "EXAMPLE: 2.22" in looked["share_page"]
    assert "EXAMPLE" in looked["table"] and [row["value"] for row in looked["api"]["rows"]] == [1.11, 2.22, 3.33]
