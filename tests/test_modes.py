"""Other users of the machine don't read a ledger's files; a root's command line locks the server out of none."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import ROOT, environment
from deployment import as_ordinary_user, give_to_ordinary_user
from test_ledger_faults import SMALL

from etl.ledger.audit import Audit, DeniedAction
from etl.ledger.ledger import Ledger
from etl.ledger.modes import private_writes
from etl.ledger.store import Store


@contextmanager
def mask_of(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.stat().st_mode & 0o007]


def run(store: Store, *words: str, by_another: bool = False) -> str:
    call = [sys.executable, "-m", "etl", *words]
    done = subprocess.run(
        as_ordinary_user(call) if by_another else call, cwd=ROOT, env=environment(store), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_what_a_ledger_writes_is_for_its_user_and_group_and_what_is_exported_as_its_user_likes(tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    store = Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet"))
    with mask_of(0o022):
        Ledger(store).publish(SMALL, author="a", message="first")
        assert open_to_others(folder) == []
        store.catalog_file.chmod(0o644)  # as an earlier version left it
        Path(store.data_path).chmod(0o755)
        run(store, "export", str(tmp_path / "out.zip"))
    assert open_to_others(folder) == [] and (tmp_path / "out.zip").stat().st_mode & 0o777 == 0o644
    assert folder.stat().st_mode & 0o777 == 0o755, "others may have files there"


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes for others")
def test_what_root_writes_the_server_reads_and_adds_to():
    folder = Path(tempfile.mkdtemp(prefix="ledger-root-"))
    give_to_ordinary_user(folder)
    store = Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet"))
    Ledger(store).publish(SMALL, author="root", message="first")
    Path(f"{store.catalog_file}.lock").unlink()
    Path(f"{store.catalog_file}.lock").touch(mode=0o644)  # of root, as an earlier version left it
    Ledger(store).publish({"currencies": SMALL["currencies"][:9]}, author="root", message="second")
    assert os.geteuid() == 0 and {path.owner() for path in folder.rglob("*")} == {"nobody"}
    run(store, "rollback", "1", by_another=True)
    assert Ledger(store).newest() == 3 and open_to_others(folder) == []
    Audit(store).refused(DeniedAction("root", "x", "y", "z"))
    assert {path.owner() for path in folder.rglob("*")} == {"nobody"}
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes for others")
@pytest.mark.parametrize(
    "server",
    [["uvicorn", "app:app", "--port", "0"], ["streamlit", "run", "app.py", "--server.port", "0"]],
    ids=lambda x: x[0],
)
def test_a_server_of_root_does_not_start_on_another_users_folder(server):
    """It would take that user's rights in every thread; the command line, which has one, writes there as before."""
    folder = Path(tempfile.mkdtemp(prefix="ledger-root-"))
    give_to_ordinary_user(folder)
    store = Store(f"sqlite:{folder / 'new' / 'catalog.sqlite'}", str(folder / "new" / "parquet"))
    stopped = subprocess.run(
        [sys.executable, "-m", *server], cwd=ROOT, env=environment(store), capture_output=True, text=True, timeout=60
    )
    assert stopped.returncode != 0 and "Traceback" not in stopped.stderr
    assert f"runs as root, but the folder of the ledger, {folder}, belongs to nobody" in stopped.stderr
    assert "Start it as nobody (sudo -u nobody;" in stopped.stderr
    assert not any(folder.iterdir())
    run(store, "load", "--if-empty")
    assert {path.owner() for path in folder.rglob("*")} == {"nobody"}
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes for others")
def test_root_gives_no_file_away_that_a_link_leads_to(tmp_path):
    """The folder's user lays links to files of root's into it: they stay root's."""
    secret, linked = tmp_path / "secret", tmp_path / "linked"
    secret.touch(mode=0o600)
    linked.touch(mode=0o600)
    folder = Path(tempfile.mkdtemp(prefix="ledger-root-", dir=tmp_path))
    (folder / "parquet").mkdir()
    (folder / "parquet" / "of_root.parquet").touch()
    (folder / "parquet" / "link.parquet").symlink_to(secret)
    (folder / "parquet" / "hard.parquet").hardlink_to(linked)
    os.chown(folder, 65534, 65534)
    with private_writes(folder / "catalog.sqlite", str(folder / "parquet")):
        pass
    assert (folder / "parquet" / "of_root.parquet").stat().st_uid == 65534
    assert secret.stat().st_uid == 0 and linked.stat().st_uid == 0
