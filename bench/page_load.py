"""How heavy a page is and how long until its first chart shows, beside bare Streamlit, Dash and a static page.

``python -m bench.page_load [PATH] [--n 10] [--command "..."]`` opens the page in a real Chromium with a profile of its own
(cold) and again (warm), on localhost and on an emulated line of 10 Mbit/s with 40 ms (the emulation holds for HTTP, not
for what a websocket carries). The servers take turns within each round, so that a busy machine slows all alike. The static
page is the first view of ours without its scripts, from a file: what the browser itself takes.

The browser is asked as little as can be. Tools for tests have it collect the stack of every exception, which makes it read
the chart's script (4.7 MB) five times over: half a second that no reader waits. Nor does a private window, which is what
they open, keep compiled scripts.
"""

from __future__ import annotations

import argparse
import asyncio
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
from typing import Any

from choreographer import Browser

from bench.servers import DASH, OURS, ROOT, STATIC, STREAMLIT, serving
from dashboard.web.share.browser import chromium as executable

RESULTS = ROOT / "bench" / "results"
LINES: dict[str, dict[str, float] | None] = {
    "localhost": None,
    "10 Mbit/s, 40 ms": {"latency": 40, "downloadThroughput": 1.25e6, "uploadThroughput": 1.25e6},
}
QUIET_S, LOOK_S, PATIENCE_S = 0.7, 0.1, 60
WINDOW = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}
WATCH_CHARTS = """
(() => {
  window.seen = {first: null, live: null};
  const charts = () => [...document.querySelectorAll(".main-svg")].some(chart => chart.getBoundingClientRect().height > 0);
  const ahead = () => document.getElementById("first-view");
  new MutationObserver((_, watching) => {
    if (!ahead()) return;
    watching.disconnect();
    new MutationObserver(() => { if (!ahead() && charts()) seen.live ??= performance.now(); }).observe(document.body, {childList: true});
  }).observe(document, {childList: true, subtree: true});
  const look = () => {
    if (charts()) seen.first ??= performance.now();
    if (seen.first && !ahead()) seen.live ??= performance.now();
    if (!seen.live) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()
"""
"""When a chart is first seen, and when one is that script has drawn: at once as the first view, where there is one, gives way."""


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
    """One opening of a page: bytes on the wire, requests, and milliseconds to the first chart and to the live one."""

    wire_bytes: float
    requests: int
    first_chart_ms: float
    live_chart_ms: float | None


class Wire:
    """Counts what a page's requests and websockets bring, headers included, as Chromium reports it."""

    def __init__(self) -> None:
        self.bytes = 0.0
        self.requests = 0

    async def finished(self, event: Any) -> None:
        """A request's answer is there."""
        self.bytes += event["params"]["encodedDataLength"]
        self.requests += event["params"]["encodedDataLength"] > 0

    async def frame(self, event: Any) -> None:
        """A websocket's message is there."""
        frame = event["params"]["response"]
        self.bytes += len(frame["payloadData"]) * (0.75 if frame["opcode"] == 2 else 1)


async def open_page(browser: Browser, url: str, line: Mapping[str, float] | None, *, scripted: bool) -> Load:
    """Open ``url`` in a new tab, wait for its chart (the live one, where it is ``scripted``) and for the network to rest."""
    tab, wire = await browser.create_tab("about:blank"), Wire()
    tab.subscribe("Network.loadingFinished", wire.finished)
    tab.subscribe("Network.webSocketFrameReceived", wire.frame)
    await tab.send_command("Network.enable")
    await tab.send_command("Page.enable")
    await tab.send_command("Emulation.setDeviceMetricsOverride", dict(WINDOW))
    if line:
        await tab.send_command("Network.emulateNetworkConditions", {"offline": False, **line})
    await tab.send_command("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH_CHARTS})
    await tab.send_command("Page.navigate", {"url": url})
    seen = await asyncio.wait_for(_seen(tab, "live" if scripted else "first"), PATIENCE_S)
    before = -1.0
    while wire.bytes != before:
        before = wire.bytes
        await asyncio.sleep(QUIET_S)
    await browser.close_tab(tab)
    return Load(wire.bytes, wire.requests, seen["first"], seen["live"])


async def _seen(tab: Any, moment: str) -> dict[str, float]:
    """What was seen when, once ``moment`` is there."""
    while True:
        answer = await tab.send_command("Runtime.evaluate", {"expression": "JSON.stringify(window.seen ?? {})"})
        seen = json.loads(answer["result"]["result"].get("value") or "{}")
        if seen.get(moment):
            return seen
        await asyncio.sleep(LOOK_S)


async def _measure(urls: Mapping[str, str], rounds: int) -> dict[tuple[str, str, str], list[Load]]:
    loads: dict[tuple[str, str, str], list[Load]] = defaultdict(list)
    for number in range(rounds + 1):
        for line, conditions in LINES.items():
            for name, url in urls.items():
                async with Browser(chromium()) as browser:
                    for cache in ("cold", "warm"):
                        load = await open_page(browser, url, conditions, scripted=name != "static")
                        if number:
                            loads[line, cache, name].append(load)
        print(f"round {number} of {rounds} done", flush=True)
    return loads


def measure(urls: Mapping[str, str], rounds: int) -> dict[tuple[str, str, str], list[Load]]:
    """Loads by (line, cache, page); one uncounted opening of each page comes first."""
    return asyncio.run(_measure(urls, rounds))


def table(loads: Mapping[tuple[str, str, str], list[Load]], reference: str) -> str:
    """Medians by line, cache and page, with the ratio of times and weights to the page ``reference``."""
    heads = (
        f"{'line':18}{'cache':7}{'page':12}{'first chart, ms':>17}{'min-max':>14}{'ratio':>7}{'live, ms':>10}{'ratio':>7}"
        f"{'KiB':>9}{'ratio':>7}"
    )
    lines = [heads, "-" * len(heads)]
    for (line, cache, name), found in loads.items():
        other = loads[line, cache, reference]
        times = [load.first_chart_ms for load in found]
        first, live, weight = _medians(found)
        other_first, other_live, other_weight = _medians(other)
        live_columns = f"{live:10.0f}{live / other_live:7.2f}" if live and other_live else f"{'':17}"
        lines.append(
            f"{line:18}{cache:7}{name:12}{first:17.0f}{f'{min(times):.0f}-{max(times):.0f}':>14}{first / other_first:7.2f}"
            f"{live_columns}{weight / 1024:9.0f}{weight / other_weight:7.2f}"
        )
    return "\n".join(lines)


def _medians(loads: list[Load]) -> tuple[float, float | None, float]:
    """First chart, live chart (None of a page without script), bytes."""
    live = [load.live_chart_ms for load in loads if load.live_chart_ms]
    return (
        statistics.median(load.first_chart_ms for load in loads),
        statistics.median(live) if live else None,
        statistics.median(load.wire_bytes for load in loads),
    )


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
        loads = measure(urls, options.n)
    print(table(loads, reference="streamlit"))
    kept = {" | ".join(key): [asdict(load) for load in found] for key, found in loads.items()}
    (RESULTS / "page_load.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
