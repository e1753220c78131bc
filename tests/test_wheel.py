"""A wheel holds all that the app needs: it is built, installed without the checkout, started by its command, and asked."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from conftest import ROOT, Served, free_port, wait_until_up
from servers import end

from etl.ledger.store import Store

HELD = (".streamlit", "app.py", "dashboard", "etl", "LICENSE", "pages", "policy", "pyproject.toml", "README.md", "seeds", "setup.py")  # fmt: skip
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy, as pip leaves traces beside what it builds."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for path in (ROOT / name for name in HELD):
        (shutil.copytree if path.is_dir() else shutil.copy)(path, source / path.name)
    build = (*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source))
    subprocess.run(build, check=True, timeout=300)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_it_holds_what_the_app_reads_and_nothing_else(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", *HELD[:4], *HELD[5:7], "seeds"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lacking = {path for path in tracked.stdout.split() if path not in held}
    assert not lacking
    assert not any(path.startswith(("tests/", "supply/", "bench/", "data/")) or path.endswith(".pyc") for path in held)


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Iterator[Served]:
    """The app, started by its command from the wheel: another working directory, an empty home, the checkout out of reach."""
    folder = tmp_path_factory.mktemp("installed")
    site, home, elsewhere = (folder / name for name in ("site", "home", "elsewhere"))
    home.mkdir(), elsewhere.mkdir()
    subprocess.run((*PIP, "install", "--no-deps", "--target", str(site), str(wheel)), check=True, timeout=300)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")}
    said = {
        "PYTHONPATH": str(site),
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "share"),
        "LEDGER_DRAW_AT_START": "no",
    }
    port, log = free_port(), folder / "log"
    command = [str(site / "bin" / "alliance-ledger"), "--server.port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=elsewhere, env=kept | said, stdout=output, stderr=output)
    data = home / "share" / "alliance-ledger"
    served = Served(
        f"http://localhost:{port}", Store(f"sqlite:{data / 'catalog.sqlite'}", str(data / "parquet")), process, log
    )
    try:
        wait_until_up(served)
        yield served
    finally:
        end(process)


@pytest.mark.slow
def test_it_serves_the_reviewed_figures_from_the_users_own_folder(installed):
    assert requests.get(f"{installed.url}/healthz", timeout=60).json() == {"status": "ok", "release": 1}
    assert installed.store.catalog_file.exists()
    french = requests.get(f"{installed.url}/c/spending-trend?countries=CAN&release=1&lang=fr", timeout=120)
    assert french.status_code == 200 and "Vérifiez ces chiffres vous-même" in french.text
    page = requests.get(f"{installed.url}/tariffs", timeout=120)
    assert page.status_code == 200 and page.headers["x-content-type-options"] == "nosniff"
    config = requests.get(f"{installed.url}/_stcore/host-config", timeout=60)
    assert config.status_code == 200
    said = installed.log.read_text()
    assert "usage statistics" not in said and "external IP" not in said, "Streamlit has read its configuration"
