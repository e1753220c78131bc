"""Publishes in forked processes that can be killed or starved: warm imports once, then one process a publish.

Run as a script with LEDGER_CATALOG and LEDGER_DATA_PATH set, with `few` for small tables. One JSON request a line on stdin: `mark` (the number written
into two datasets and a kept file), `kill_after_s` (kill -9 after so long) and `file_limit` (bytes a file may grow to).
One JSON answer a line: `seconds`, and `release`, `refused` (the sentence), `broke` (anything else) or none when killed.
"""

import json
import os
import resource
import select
import signal
import sys
import time

import pandas as pd

from etl.contract.convert import convert
from etl.datasets import all_datasets, read_seed
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.ledger import Ledger

DATASETS = ("currencies", "spending")
FEW = 300  # rows: a publish passes through the same steps as with all of them, in less time


def marked(frames: dict[str, pd.DataFrame], mark: int) -> dict[str, pd.DataFrame]:
    """Copies of two datasets that both say `mark`: in every currency and in every value."""
    return {
        "currencies": frames["currencies"].assign(currency=f"mark {mark}"),
        "spending": frames["spending"].assign(value=float(mark)),
    }


def original(mark: int) -> bytes:
    """The file that comes with a release."""
    return f"file {mark}\n".encode() * 1000


def publish(frames: dict[str, pd.DataFrame], mark: int) -> dict:
    ledger = Ledger.open()
    try:
        sha256 = ledger.keep_file(original(mark), f"{mark}.csv")
        release = ledger.publish(marked(frames, mark), author="child", message=f"mark {mark}", extra={"file": sha256})
    except LedgerUnavailable as error:
        return {"refused": str(error)}
    except Exception as error:  # whatever it is, the test must hear of it
        return {"broke": f"{type(error).__name__}: {error}"}
    return {"release": release.number}


def run(
    frames: dict[str, pd.DataFrame], mark: int, kill_after_s: float | None = None, file_limit: int | None = None
) -> dict:
    """Fork, publish there, and kill the child in time; what it said, and how long it took."""
    reading, writing = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
        os.write(writing, json.dumps(publish(frames, mark)).encode())
        os._exit(0)
    os.close(writing)
    select.select([reading], [], [], kill_after_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    return {"seconds": time.monotonic() - started, **(json.loads(said) if said else {})}


def main() -> None:
    rows = slice(FEW if "few" in sys.argv else None)
    frames = {name: convert(read_seed(all_datasets()[name])[rows], all_datasets()[name])[0] for name in DATASETS}
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(run(frames, **json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
