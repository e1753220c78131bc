"""Serve the app wherever it is installed, for this machine: `alliance-ledger`, with the options of `streamlit run`.

A ledger that holds nothing yet is given the reviewed figures first.
"""

import os
import sys
from pathlib import Path

from etl.__main__ import cli as etl

APP = Path(__file__).resolve().parents[1] / "app.py"


def main() -> None:
    """Load the seeds where nothing was published yet, and serve until stopped."""
    if refused := etl.main(["load", "--if-empty"], standalone_mode=False):
        raise SystemExit(refused)
    command = [sys.executable, "-m", "streamlit", "run", str(APP), "--server.address", "localhost", *sys.argv[1:]]
    os.execv(sys.executable, command)  # noqa: S606 - Streamlit's own command, in the place of this process


if __name__ == "__main__":
    main()
