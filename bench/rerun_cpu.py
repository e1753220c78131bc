"""Processor time of the server for one rerun of a page with everything cached.

``python -m bench.rerun_cpu [PATH] [--n 200]`` opens a session over the websocket, as the page in a browser does, asks
for the same page again and again, and divides the server's processor time by the number of reruns.
"""

from __future__ import annotations

import argparse
import statistics
import time
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from bench.servers import OURS, ROOT, cpu_seconds, serving

WARM_UP = 20
PATIENCE_SECONDS = 30.0


def rerun(socket: ClientConnection, page: str, query: str) -> int:
    """Ask for one rerun, wait for its end, and return the bytes it brought."""
    request = BackMsg()
    request.rerun_script.page_name = page
    request.rerun_script.query_string = query
    socket.send(request.SerializeToString())
    received = 0
    while True:
        data = socket.recv(timeout=PATIENCE_SECONDS)
        received += len(data)
        answer = ForwardMsg()
        answer.ParseFromString(data)
        if answer.WhichOneof("type") == "script_finished":
            return received


def main() -> None:
    """Start the server, warm it up, measure, and print milliseconds and bytes a rerun."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", default="/spending", help="the page, with its query")
    parser.add_argument("--n", type=int, default=200, help="reruns that count")
    parser.add_argument("--command", default=OURS, help="how the server starts; {port} is filled in")
    options = parser.parse_args()
    parts = urlsplit(options.path)
    page = parts.path.strip("/")
    with serving(options.command, ROOT / "bench" / "results" / "rerun_cpu.log") as server:
        address = server.url.replace("http", "ws", 1) + "/_stcore/stream"
        with connect(address, origin=server.url, subprotocols=["streamlit"], proxy=None, max_size=None) as socket:
            for _ in range(WARM_UP):
                rerun(socket, page, parts.query)
            before, durations, size = cpu_seconds(server.pid), [], 0
            for _ in range(options.n):
                started = time.perf_counter()
                size = rerun(socket, page, parts.query)
                durations.append(1000 * (time.perf_counter() - started))
            used = 1000 * (cpu_seconds(server.pid) - before) / options.n
    ordered = sorted(durations)
    print(f"{options.path}: {used:.1f} ms of processor time a rerun, mean of {options.n} (aim: 12 ms at most)")
    print(f"wall clock: median {statistics.median(ordered):.1f} ms, 95th {ordered[int(0.95 * len(ordered))]:.1f} ms")
    print(f"sent to the page a rerun: {size / 1024:.0f} KiB before compression")


if __name__ == "__main__":
    main()
