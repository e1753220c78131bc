"""A server that is asked to stop takes its browser and its temporary files with it."""

import tempfile
from pathlib import Path

import psutil
import pytest
import requests
from conftest import serve


@pytest.mark.slow
@pytest.mark.browser
def test_nothing_outlives_a_server(seeded_store, tmp_path):
    scratch = Path(tempfile.mkdtemp())  # short: a browser keeps a socket there
    for served in serve(seeded_store, tmp_path / "log", TMPDIR=str(scratch)):
        picture = requests.get(f"{served.url}/c/spending-trend.png", timeout=120)
        assert picture.headers["content-type"] == "image/png"
        started = psutil.Process(served.process.pid).children(recursive=True)
        assert started and any(scratch.iterdir())
    _ended, alive = psutil.wait_procs(started, timeout=20)
    assert not alive
    assert not list(scratch.iterdir())
