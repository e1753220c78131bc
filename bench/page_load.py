"""How heavy a page is and how long until its first chart shows, beside bare Streamlit, Dash and a static page.

``python -m bench.page_load [PATH] [--n 10] [--command "..."]`` opens the page in a real Chromium with an empty cache
(cold) and again (warm), on localhost and on an emulated line of 10 Mbit/s with 40 ms (the emulation holds for HTTP, not
for what a websocket carries). The servers take turns within each round, so that a busy machine slows all alike. The static
page is the first view of ours without its scripts, from a file: what the browser itself takes.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tempfile
import urllib.request
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, CDPSession, sync_playwright

from bench.servers import DASH, OURS, ROOT, STATIC, STREAMLIT, serving
from dashboard.web.share.browser import chromium as executable

RESULTS = ROOT / "bench" / "results"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LINES: dict[str, dict[str, float] | None] = {
    "localhost": None,
    "10 Mbit/s, 40 ms": {"latency": 40, "downloadThroughput": 1.25e6, "uploadThroughput": 1.25e6},
}
QUIET_MS = 700
CHART_MS = 60_000
CHART = ".main-svg"
"""What plotly draws into, in a page by script or on a share page."""
WATCH_CHART = """
(() => {
  const look = () => {
    const chart = document.querySelector('.main-svg');
    if (chart && chart.getBoundingClientRect().height > 0) { window.firstChartMs = performance.now(); }
    else { requestAnimationFrame(look); }
  };
  requestAnimationFrame(look);
})()
"""


def chromium() -> str:
    """Path of the system's Chromium."""
    found = executable()
    if found is None:
        raise SystemExit("The bench needs a Chromium: run `make chromium`, then run it again.")
    return found


SCRIPTS = re.compile(
    r"<script\b.*?</script>|<link\b[^>]*\bas=.script.[^>]*>|<link\b[^>]*modulepreload[^>]*>", re.DOTALL
)


@dataclass(frozen=True)
class Load:
    """One opening of a page: bytes on the wire, requests, and milliseconds to the first chart."""

    wire_bytes: float
    requests: int
    first_chart_ms: float


class Wire:
    """Counts what a page's requests and websockets bring, headers included, as Chromium reports it."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes = 0.0
        self.requests = 0
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.webSocketFrameReceived", self._frame)
        session.send("Network.enable")

    def _finished(self, event: dict) -> None:
        self.bytes += event["encodedDataLength"]
        self.requests += event["encodedDataLength"] > 0

    def _frame(self, event: dict) -> None:
        frame = event["response"]
        self.bytes += len(frame["payloadData"]) * (0.75 if frame["opcode"] == 2 else 1)


def open_page(context: BrowserContext, url: str, line: Mapping[str, float] | None) -> Load:
    """Open ``url`` in a new tab, wait for its first chart and for the network to rest, and close the tab."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    wire = Wire(session)
    if line:
        session.send("Network.emulateNetworkConditions", {"offline": False, **line})
    page.add_init_script(WATCH_CHART)
    page.goto(url, wait_until="commit")
    page.wait_for_selector(CHART, timeout=CHART_MS)
    before = -1.0
    while wire.bytes != before:
        before = wire.bytes
        page.wait_for_timeout(QUIET_MS)
    load = Load(wire.bytes, wire.requests, page.evaluate("window.firstChartMs"))
    page.close()
    return load


def measure(browser: Browser, urls: Mapping[str, str], rounds: int) -> dict[tuple[str, str, str], list[Load]]:
    """Loads by (line, cache, page); one uncounted opening of each page comes first."""
    loads: dict[tuple[str, str, str], list[Load]] = defaultdict(list)
    for number in range(rounds + 1):
        for line, conditions in LINES.items():
            for name, url in urls.items():
                context = browser.new_context(viewport={"width": 1280, "height": 900})
                for cache in ("cold", "warm"):
                    load = open_page(context, url, conditions)
                    if number:
                        loads[line, cache, name].append(load)
                context.close()
        print(f"round {number} of {rounds} done", flush=True)
    return loads


def table(loads: Mapping[tuple[str, str, str], list[Load]], reference: str) -> str:
    """Medians by line, cache and page, with the ratio of both times and weights to the page ``reference``."""
    heads = f"{'line':18}{'cache':7}{'page':12}{'first chart, ms':>17}{'min-max':>14}{'ratio':>7}{'KiB':>9}{'ratio':>7}"
    lines = [heads, "-" * len(heads)]
    for (line, cache, name), found in loads.items():
        times = [load.first_chart_ms for load in found]
        weight = statistics.median(load.wire_bytes for load in found)
        other = loads[line, cache, reference]
        time_ratio = statistics.median(times) / statistics.median(load.first_chart_ms for load in other)
        weight_ratio = weight / statistics.median(load.wire_bytes for load in other)
        spread = f"{min(times):.0f}-{max(times):.0f}"
        lines.append(
            f"{line:18}{cache:7}{name:12}{statistics.median(times):17.0f}{spread:>14}{time_ratio:7.2f}"
            f"{weight / 1024:9.0f}{weight_ratio:7.2f}"
        )
    return "\n".join(lines)


def kept_as_file(url: str, folder: Path) -> None:
    """The first bytes of a page without its scripts, as `index.html`."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        html = answer.read().decode()
    (folder / "index.html").write_text(SCRIPTS.sub("", html), encoding="utf-8")


def main() -> None:
    """Start the servers, measure, print the table and keep every single load in ``bench/results``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", default="/spending", help="our page, with its query")
    parser.add_argument("--n", type=int, default=10, help="counted openings of each page")
    parser.add_argument("--command", default=OURS, help="how our server starts; {port} is filled in")
    options = parser.parse_args()
    with ExitStack() as stack:
        commands = {"ours": options.command, "streamlit": STREAMLIT, "dash": DASH}
        servers = {
            name: stack.enter_context(serving(command, RESULTS / f"{name}.log")) for name, command in commands.items()
        }
        urls = {name: server.url + (options.path if name == "ours" else "/") for name, server in servers.items()}
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kept_as_file(urls["ours"], folder)
        urls["static"] = stack.enter_context(
            serving(STATIC.format(folder=folder, port="{port}"), RESULTS / "static.log")
        ).url
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        stack.callback(browser.close)
        loads = measure(browser, urls, options.n)
    print(table(loads, reference="streamlit"))
    kept = {" | ".join(key): [asdict(load) for load in found] for key, found in loads.items()}
    (RESULTS / "page_load.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
