"""Every call fits what it calls."""

import subprocess
import sys

from conftest import ROOT


def test_every_call_fits_what_it_calls():
    told = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert told.returncode == 0, told.stdout[-3000:]
