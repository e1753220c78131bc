"""Starts the servers that are measured, each in a process of its own, and ends them."""

from __future__ import annotations

import atexit
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etl.ledger.ledger import Ledger
from etl.ledger.store import Store
from etl.load import load

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "bench" / "pages"
PYTHON = shlex.quote(sys.executable)
OURS = f"{PYTHON} -m uvicorn app:app --host localhost --port {{port}} --log-level warning"
STREAMLIT = (
    f"{PYTHON} -m streamlit run {PAGES}/bare_streamlit.py --server.port {{port}} --server.address localhost"
    " --server.headless true --browser.gatherUsageStats false --server.fileWatcherType none"
)
DASH = f"{PYTHON} {PAGES}/bare_dash.py {{port}}"
STATIC = f"{PYTHON} -m http.server {{port}} --bind localhost --directory {{folder}}"
START_SECONDS = 240.0  # every chart is drawn first; the machine may be busy


@dataclass(frozen=True)
class Running:
    """A server that answers: its address without a slash at the end, and its process id."""

    url: str
    pid: int


@cache
def seeded() -> dict[str, str]:
    """The variables that name a ledger of the bench's own, holding the seeds; gone when the bench ends."""
    folder = Path(tempfile.mkdtemp(prefix="ledger-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet"))
    load(Ledger(store))
    return {"LEDGER_CATALOG": store.catalog, "LEDGER_DATA_PATH": store.data_path}


@contextmanager
def serving(command: str, log: Path, environment: dict[str, str] | None = None) -> Iterator[Running]:
    """Run ``command`` (``{port}`` is filled in) from the repository's root until the block ends.

    It finds the seeds in a ledger of the bench's own, unless ``environment`` names another.
    Raises RuntimeError, with the log's end, when it does not answer in time.
    """
    with closing(socket.create_server(("localhost", 0))) as probe:
        port = probe.getsockname()[1]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            shlex.split(command.format(port=port)),
            cwd=ROOT,
            stdout=output,
            stderr=output,
            env=os.environ | {"PYTHONUNBUFFERED": "1"} | (environment or seeded()),
        )
    try:
        _wait(f"http://localhost:{port}/", process, log)
        yield Running(f"http://localhost:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    started = time.monotonic()
    while process.poll() is None and time.monotonic() - started < START_SECONDS:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    end = log.read_text(encoding="utf-8", errors="replace")[-1500:]
    raise RuntimeError(f"{url} does not answer; the end of {log}:\n{end}")


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used, its threads included, in steps of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
