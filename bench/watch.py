"""What it costs to ask every publisher when none has anything new: seconds of the processor, of `python -m etl watch` as a whole.

``python -m bench.watch [--n 5]`` works in a folder of its own, with a server on this machine that answers every address of
every reader with "not modified". The goal is 2 s. Pauses between addresses of one host cost nothing and are left out.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from etl.importing import watch as watching
from etl.ledger.ledger import Ledger
from etl.ledger.store import Store
from etl.ledger.watch_log import UNCHANGED, Entry, WatchLog
from etl.load import load
from etl.message import Message
from etl.publishers import Listing, Page, all_readers

ROOT = Path(__file__).resolve().parents[1]


class NothingNew(BaseHTTPRequestHandler):
    """A publisher who has said nothing since."""

    def do_GET(self) -> None:
        self.send_response(304)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def follow_here(port: int) -> dict[str, str]:
    """Let every reader follow addresses of this machine; each address with its publisher."""
    found = {}
    for code, reader in all_readers().items():
        files: list[str | Page | Listing] = []
        for number, file in enumerate(reader.FILES):
            host, address = f"127.0.0.1:{port}", f"http://127.0.0.1:{port}/{code}/{number}"
            here: str | Page | Listing = address
            if isinstance(file, Page):
                here = Page(address, (host,), lambda page, address=address: f"{address}/file")
                found[f"{address}/file"] = code
            elif isinstance(file, Listing):
                here = Listing(address, (host,), lambda listing: ())
            files.append(here)
            found[address] = code
        reader.FILES = tuple(files)
    return found


def asked_before(ledger: Ledger, addresses: dict[str, str]) -> None:
    """Let the log say that each address was asked an hour ago."""
    log, kept = WatchLog(ledger.store), ledger.keep_file(b"[]", "list.json")
    at = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=1)
    for address, code in addresses.items():
        told = Message("The page names {file}.", {watching.NAMED: f"{address}/file"})
        log.add(Entry(at, address, code, UNCHANGED, told, etag='"1"', sha256=kept))


def ask() -> float:
    """Seconds of the processor that one round costs, from the start of the process to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "bench.watch", "--ask"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode or "failed" in done.stdout:
        raise SystemExit(done.stdout + done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Ask `n` times and print the median, least and most."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=5, help="rounds")
    parser.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        from etl.__main__ import main as run

        follow_here(int(os.environ["BENCH_PORT"]))
        watching.time.sleep, watching.PAUSE_BETWEEN_ASKS = lambda seconds: None, timedelta(0)
        run(["watch"])
    server = ThreadingHTTPServer(("127.0.0.1", 0), NothingNew)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        os.environ |= {
            "LEDGER_CATALOG": f"sqlite:{folder / 'catalog.sqlite'}",
            "LEDGER_DATA_PATH": str(folder / "parquet"),
        }
        os.environ["BENCH_PORT"] = str(server.server_port)
        ledger = Ledger(Store.from_environment())
        load(ledger)
        addresses = follow_here(server.server_port)
        asked_before(ledger, addresses)
        times = [ask() for _ in range(options.n)]
    print(f"{len(addresses)} addresses, nothing new: {statistics.median(times):.2f} s of the processor", end=" ")
    print(f"({min(times):.2f} to {max(times):.2f})")
    server.shutdown()


if __name__ == "__main__":
    main()
