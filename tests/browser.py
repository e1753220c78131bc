"""A real Chromium for tests: the system's, kept to this machine."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dashboard.web.share.browser import chromium as executable

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 60_000  # a page that works is there in two seconds; the machine may be busy
CHART = ".js-plotly-plot .main-svg"
EVERY_CHART_DRAWN = """() => [...document.querySelectorAll("#root [data-testid=stPlotlyChart]")]
    .every(plot => plot.querySelector(".main-svg"))"""


@contextmanager
def chromium() -> Iterator[Browser]:
    path = executable()
    assert path, "no Chromium on this machine: run `make chromium`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def open_live(page: Page, url: str) -> None:
    """Open an address of the app and wait until the live page stands where its first view stood."""
    page.goto(url)
    until_live(page)


def until_live(page: Page) -> None:
    page.wait_for_selector("#first-view", state="detached", timeout=PATIENCE_MS)
    page.wait_for_function(EVERY_CHART_DRAWN, timeout=PATIENCE_MS)


def shown(page: Page, text: str | re.Pattern) -> None:
    """Waits until a text can be seen. While a page runs again it may stand there twice, as it was and as it will be."""
    expect(page.get_by_text(text).first).to_be_visible(timeout=PATIENCE_MS)


def crowded(page: Page, least_px: float = 11) -> list[str]:
    """What one trips over in the charts of a page: texts that cover another by more than 3 px, leave their picture or are
    smaller than `least_px`, and lines and marks that run through a text."""
    return page.evaluate((Path(__file__).parent / "crowded.js").read_text(), least_px)


def barriers(page: Page) -> list[str]:
    """What axe finds on a page against WCAG 2.2, A and AA: the rule and the first place."""
    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text())
    found = page.evaluate("tags => axe.run({runOnly: tags})", ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    return [f"{rule['id']}: {rule['nodes'][0]['html'][-300:]}" for rule in found["violations"]]


class Watched:
    """A page that remembers what it asked of other hosts and what went wrong in it."""

    def __init__(self, page: Page, home: str):
        self.page = page
        self.foreign: list[str] = []
        self.errors: list[str] = []
        host = urlsplit(home).netloc
        page.on("request", lambda request: self._asked(request.url, host))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _asked(self, url: str, host: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != host:
            self.foreign.append(url)
