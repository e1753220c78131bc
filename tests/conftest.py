"""What tests share: a ledger loaded with the real seeds, in a place of its own, and the app served from it."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pytest
import requests
from browser import chromium
from hypothesis import settings
from oidc_provider import CLIENT, SECRET
from playwright.sync_api import Browser
from servers import S3, Postgres, answers, end, wait_until
from shares import SHARES, divided, share_of_commit

from etl.datasets import all_datasets
from etl.ledger.ledger import Ledger
from etl.ledger.snapshot import Snapshot
from etl.ledger.store import Store
from etl.load import SEED_AUTHOR, SEED_MESSAGE, read_seeds, release_of_seeds

ROOT = Path(__file__).resolve().parents[1]
BUCKET = "ledger"
COOKIE_SECRET = "a secret of the tests, long enough for a signature"
EDIT_TOKEN = "a-token-of-the-tests-to-edit-by"
WITH_ROWS = [name for name, dataset in all_datasets().items() if dataset.min_rows]  # a file of no row is refused

# The same cases every time and no clock: a busy machine fails nothing. HYPOTHESIS=search looks for new cases.
settings.register_profile("same", deadline=None, derandomize=True, database=None)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS", "same"))


@pytest.fixture(scope="session", autouse=True)
def scratch(tmp_path_factory) -> Iterator[None]:
    """Temporary files of browsers and servers go to a folder that is removed when the tests are over."""
    tmp_path_factory.getbasetemp()  # what tests write themselves stays where pytest keeps it, for a look afterwards
    folder, before = tempfile.mkdtemp(prefix="ledger-tests-"), os.environ.get("TMPDIR")
    Path(folder).chmod(0o711)  # PostgreSQL may run as another user
    os.environ["TMPDIR"], tempfile.tempdir = folder, folder
    yield
    tempfile.tempdir = None
    os.environ.pop("TMPDIR") if before is None else os.environ.update(TMPDIR=before)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def seeded_store(tmp_path_factory, seeds) -> Store:
    """A store that holds the seeds as release 1. Shared by readers: who writes copies it first (`own_ledger`)."""
    folder = tmp_path_factory.mktemp("ledger")
    store = Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet"))
    release_of_seeds(Ledger(store), seeds)
    return store


@pytest.fixture(scope="session")
def ledger(seeded_store) -> Ledger:
    return Ledger(seeded_store)


@pytest.fixture(scope="session")
def snapshot(ledger) -> Snapshot:
    return ledger.at(1)


def pytest_addoption(parser):
    about = f"of the slow tests only a share: 0 to {SHARES - 1}, or `commit`, the one whose turn it is"
    parser.addoption("--share", default=None, help=about)


def pytest_configure(config):
    config.addinivalue_line("markers", "both_catalogs: runs on SQLite and a folder, and again on PostgreSQL and S3")
    config.addinivalue_line(
        "markers", "slow: takes seconds of the processor; `make test` runs these in turns (shares.py)"
    )
    if config.option.share == "commit":  # asked once, here: each process of the run gets the answer
        config.option.share = share_of_commit(ROOT)


def pytest_terminal_summary(terminalreporter, config):
    if config.option.share is not None:
        whole = f"Slow tests: share {int(config.option.share) + 1} of {SHARES}. All of them: make test-all"
        terminalreporter.write_line(whole)


# Files that take longest come first: no process is left alone with one of them at the end.
LONG = ("test_controls", "test_share_page", "test_export", "test_pages", "test_loses_nothing", "test_sign_in")
LONG += (
    "test_update_journey",
    "test_ledger",
    "test_share_links",
    "test_deployment",
    "test_cli",
    "test_api",
    "test_watch",
)
LONG += ("test_two_servers", "test_two_files", "test_first_view", "test_share_pictures", "test_graceful_stop")


def pytest_collection_modifyitems(config, items):
    if config.option.share is not None:
        slow = [item for item in items if item.get_closest_marker("slow")]
        _, of_other_turns = divided(slow, int(config.option.share))
        config.hook.pytest_deselected(items=of_other_turns)
        left_out = set(of_other_turns)
        items[:] = [item for item in items if item not in left_out]
    rank = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(LONG)))


def pytest_generate_tests(metafunc):
    if "catalog" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_catalogs"):
        metafunc.parametrize("catalog", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def catalog(request) -> str:
    """Which kind of store a test's own one is. SQLite unless the test is marked `both_catalogs`."""
    return getattr(request, "param", "sqlite")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of a file; each opens contexts of its own."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres(free_port())
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    server = S3(free_port())
    try:
        server.start()
        server.new_bucket(BUCKET)
        os.environ.update(server.environment)
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def provider() -> Iterator[str]:
    """The address of a sign-in provider in a process of its own."""
    port = free_port()
    process = subprocess.Popen([sys.executable, str(ROOT / "tests" / "oidc_provider.py"), str(port)])
    url = f"http://localhost:{port}/.well-known/openid-configuration"
    try:
        wait_until(lambda: answers(url), "the provider")
        yield url
    finally:
        end(process)


def sign_in_settings(provider: str, url: str) -> dict[str, str]:
    """The settings of an app that is reached at `url` and has people sign in at `provider`."""
    return {
        "LEDGER_OIDC_METADATA_URL": provider,
        "LEDGER_OIDC_CLIENT_ID": CLIENT,
        "LEDGER_OIDC_CLIENT_SECRET": SECRET,
        "LEDGER_OIDC_COOKIE_SECRET": COOKIE_SECRET,
        "LEDGER_OIDC_REDIRECT_URI": f"{url}/oauth2callback",
    }


@pytest.fixture
def team_store(postgres, s3) -> Store:
    """An empty store for one test, on PostgreSQL and S3."""
    name = f"ledger_{uuid4().hex[:12]}"
    return Store(f"postgres:{postgres.new_database(name)}", f"s3://{BUCKET}/{name}")


@pytest.fixture(scope="session")
def seeded_team_database(team_database, seeds) -> str:
    return team_database("ledger_seeded", seeds)


@pytest.fixture(scope="session")
def few_team_database(team_database, few_seeds) -> str:
    return team_database("ledger_few", few_seeds)


@pytest.fixture(scope="session")
def team_database(postgres, s3):
    """Makes a store on PostgreSQL and S3 that holds the frames given, to be copied: its database and its folder's name."""

    def make(name: str, frames: dict[str, pd.DataFrame]) -> str:
        store = Store(f"postgres:{postgres.new_database(name)}", f"s3://{BUCKET}/{name}")
        Ledger(store).publish(frames, author=SEED_AUTHOR, message=SEED_MESSAGE)
        return name

    return make


@pytest.fixture
def own_store(catalog, tmp_path, request) -> Store:
    """An empty store for one test."""
    if catalog == "postgres":
        return request.getfixturevalue("team_store")
    return Store(f"sqlite:{tmp_path / 'catalog.sqlite'}", str(tmp_path / "parquet"))


@pytest.fixture(scope="session")
def seeds() -> dict[str, pd.DataFrame]:
    """Every seed, typed. Read once: who changes a table copies it first."""
    frames, problems = read_seeds()
    assert not problems
    return frames


FEW = ("countries", "country_groups", "currencies", "editions", "sources", "spending", "targets")


@pytest.fixture(scope="session")
def few_seeds(seeds) -> dict[str, pd.DataFrame]:
    """Some of the seeds: enough where the rules of releases are tried."""
    return {name: seeds[name] for name in FEW}


@pytest.fixture(scope="session")
def few_store(tmp_path_factory, few_seeds) -> Store:
    """A store that holds few seeds as release 1, to be copied."""
    folder = tmp_path_factory.mktemp("few")
    store = Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet"))
    release_of_seeds(Ledger(store), few_seeds)
    return store


@pytest.fixture
def own_ledger(own_store, request) -> Ledger:
    """A ledger of its own for a test that writes, holding the seeds as release 1."""
    return _copied(own_store, request, "seeded_store", "seeded_team_database")


@pytest.fixture
def few_ledger(own_store, request) -> Ledger:
    """The same with few seeds: a publish takes a fraction of the time."""
    return _copied(own_store, request, "few_store", "few_team_database")


def _copied(own_store: Store, request, folder: str, database: str) -> Ledger:
    if own_store.catalog_file:  # a copy of the folder is a ledger, wherever it is put
        made = request.getfixturevalue(folder).catalog_file.parent
        shutil.copytree(made, own_store.catalog_file.parent, dirs_exist_ok=True)
    else:
        seeded, name = request.getfixturevalue(database), own_store.data_path.rpartition("/")[2]
        request.getfixturevalue("postgres").new_database(name, like=seeded)
        request.getfixturevalue("s3").copy(BUCKET, seeded, to=name)
    return Ledger(own_store)


@dataclass(frozen=True)
class Served:
    """A running app: its address, its store, its process and what it says."""

    url: str
    store: Store
    process: subprocess.Popen
    log: Path

    @property
    def edit_address(self) -> str:
        """What who started the server opens before changing figures."""
        return f"{self.url}/edit?token={EDIT_TOKEN}"

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.store)


def environment(store: Store) -> dict[str, str]:
    return os.environ | {"LEDGER_CATALOG": store.catalog, "LEDGER_DATA_PATH": store.data_path}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(store: Store, log: Path, port: int | None = None, *, root: Path = ROOT, **extra: str) -> Iterator[Served]:
    """The real app (of another folder: `root`) in a process of its own, on a free port unless one is given, until the test is over."""
    port = port or free_port()
    extra = {
        "LEDGER_EDIT_WITHOUT_SIGN_IN": "yes",
        "LEDGER_EDIT_TOKEN": EDIT_TOKEN,
        "LEDGER_DRAW_AT_START": "no",
    } | extra  # most tests look at a chart or two
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port), "--log-level", "warning"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=root, env=environment(store) | extra, stdout=output, stderr=output)
    served = Served(f"http://localhost:{port}", store, process, log)
    try:
        wait_until_up(served)
        yield served
    finally:
        end(process)


def on_this_machine(seconds: float) -> float:
    """What a promise of `seconds` on a quiet machine comes to here, where others may want the processors, too."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def wait_until_up(served: Served, patience_s: float = 600) -> None:
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        if served.process.poll() is not None:
            break
        try:
            if requests.get(f"{served.url}/healthz", timeout=5).json()["status"] == "ok":
                return
        except (requests.RequestException, ValueError):
            time.sleep(0.1)
    raise AssertionError(f"the app did not start:\n{served.log.read_text()}")


@pytest.fixture(scope="session")
def served(seeded_store, tmp_path_factory) -> Iterator[Served]:
    """The app, reading the seeds. For tests that only look."""
    yield from serve(seeded_store, tmp_path_factory.mktemp("served") / "log")


@pytest.fixture
def own_served(own_ledger, tmp_path) -> Iterator[Served]:
    """The app on a ledger of its own, for a test that changes figures."""
    yield from serve(own_ledger.store, tmp_path / "log")
