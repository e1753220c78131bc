"""Where pictures are made: one Chromium that stays open, asked from any thread, one picture at a time.

kaleido draws a figure as SVG; the same browser turns SVG into PNG and PDF. kaleido's own synchronous server is not used:
it hands out answers in the order threads happen to ask and waits for ever once its browser has died.
"""

import asyncio
import atexit
import base64
import logging
import shutil
import threading
from collections.abc import Callable, Coroutine
from html import escape
from typing import Any, NamedTuple

import kaleido
from choreographer.browsers.chromium import Chromium

log = logging.getLogger(__name__)

# The shell has no windows to keep up: half the processor time.
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
OFFLINE = ("--disable-background-networking", "--disable-quic", "--no-pings", "--host-resolver-rules=MAP * ~NOTFOUND")
POLICY = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
START_S, PICTURE_S, DOCUMENT_S = 30.0, 15.0, 60.0
ATTEMPTS = 2


class Named(NamedTuple):
    """What a document says of itself: its title, its language, such as fr-CA, and what it shows, for who does not see it."""

    title: str = ""
    language: str = "en-CA"
    shows: str = ""


UNNAMED = Named()


class NoBrowser(Exception):
    """No Chromium is installed on this server, or it does not start: pictures can't be made."""


class OfflineChromium(Chromium):
    """Chromium that resolves no host name: a picture needs nothing from elsewhere, whatever text is in it."""

    def get_cli(self) -> list[str]:
        return [*super().get_cli(), *OFFLINE]


def chromium() -> str | None:
    """Path of the system's Chromium, None where there is none."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


class HeadlessBrowser:
    """A browser, started when first needed and again when it died. Blocking: call it from a worker thread."""

    def __init__(self, find: Callable[[], str | None] = chromium):
        self._find = find
        self._turn = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._browser: kaleido.Kaleido | None = None
        self._tab: Any = None
        self._ending = False
        atexit.register(self.close)

    # --- what it makes ---------------------------------------------------------------------------------------------

    def svg(self, figure: dict[str, Any], width: int, height: int) -> str:
        """A figure (plain data) drawn as SVG, in CSS pixels."""
        options = {"format": "svg", "width": width, "height": height}
        return self._ask(lambda browser: browser.calc_fig(figure, opts=options)).decode()

    def png(self, svg: str, width: int, height: int, scale: float) -> bytes:
        """An SVG of that size as PNG with `scale` pixels a CSS pixel."""
        return self._ask(lambda _browser: self._shot(svg, width, height, scale))

    def pdf(self, svg: str, width: int, height: int, named: Named) -> bytes:
        """An SVG of that size on one PDF page of just that size, with its title and language; text stays text."""
        return self._ask(lambda _browser: self._print(svg, width, height, named))

    def document(self, html: str) -> bytes:
        """A page of HTML that fetches nothing, on the paper that its style names, tagged, its headings as bookmarks."""
        return self._ask(lambda _browser: self._printed(html), DOCUMENT_S)

    def close(self) -> None:
        """End the browser after the picture it is at, which is not tried again: a server that stops waits for it."""
        self._ending = True
        with self._turn:
            self._stop()
            self._ending = False

    # --- the browser -----------------------------------------------------------------------------------------------

    def _ask(self, job: Callable[[Any], Coroutine[Any, Any, bytes]], patience_s: float = PICTURE_S) -> bytes:
        """Do one job; when the browser fails, once more with a new one. Raises NoBrowser."""
        with self._turn:
            for attempt in range(ATTEMPTS):
                try:
                    if self._browser is None:
                        self._start()
                    return self._run(job(self._browser), patience_s)
                except NoBrowser:
                    raise
                except Exception as error:  # whatever a dying browser raises
                    self._stop()
                    if self._ending or attempt == ATTEMPTS - 1:
                        raise NoBrowser(f"{type(error).__name__}: {error}") from error
                    log.warning("the browser that makes pictures failed and is started again: %s", error)
        raise AssertionError("not reached")

    def _run(self, work: Coroutine[Any, Any, Any], patience_s: float) -> Any:
        if self._loop is None:
            raise NoBrowser("no browser was started")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(patience_s)

    def _start(self) -> None:
        path = self._find()
        if path is None:
            raise NoBrowser("no Chromium found")
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="pictures", daemon=True).start()
        self._run(self._open(path), START_S)

    async def _open(self, path: str) -> None:
        # no MathJax: kaleido would fetch it from elsewhere
        browser = kaleido.Kaleido(n=1, timeout=PICTURE_S, mathjax=False, path=path, browser_cls=OfflineChromium)
        await browser.open()
        self._browser = browser
        self._tab = await browser.create_tab(url="about:blank", window=True)

    def _stop(self) -> None:
        browser, loop = self._browser, self._loop
        self._browser = self._loop = self._tab = None
        if loop is None:
            return
        try:
            if browser is not None:
                asyncio.run_coroutine_threadsafe(browser.close(), loop).result(5)
        except Exception as error:  # it may be gone already
            log.info("the browser that made pictures did not close in order: %s", error)
        loop.call_soon_threadsafe(loop.stop)

    # --- SVG to PNG and PDF ----------------------------------------------------------------------------------------

    async def _command(self, name: str, **params: Any) -> dict[str, Any]:
        answer = await self._tab.send_command(name, params=params)
        if "error" in answer:
            raise RuntimeError(f"{name}: {answer['error'].get('message')}")
        return answer["result"]

    async def _show(self, svg: str, size: tuple[int, int], scale: float, named: Named = UNNAMED) -> None:
        width, height = size
        await self._command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )
        style = f"@page{{size:{width}px {height}px;margin:0}}body{{margin:0}}svg{{display:block}}"
        head = f"<meta charset='utf-8'>{POLICY}<title>{escape(named.title)}</title><style>{style}</style>"
        said = f'role="img" aria-label="{escape(named.shows)}"'  # before its title, which says less
        body = svg.replace('role="img"', said, 1) if named.shows else svg
        html = f"<!doctype html><html lang='{named.language}'><head>{head}</head><body>{body}</body></html>"
        await self._set(html)

    async def _set(self, html: str) -> None:
        frame = (await self._command("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        await self._command("Page.setDocumentContent", frameId=frame, html=html)

    async def _shot(self, svg: str, width: int, height: int, scale: float) -> bytes:
        await self._show(svg, (width, height), scale)
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        answer = await self._command("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(answer["data"])

    async def _print(self, svg: str, width: int, height: int, named: Named) -> bytes:
        await self._show(svg, (width, height), 1, named)
        return await self._to_pdf()

    async def _printed(self, html: str) -> bytes:
        await self._set(html)
        return await self._to_pdf(generateDocumentOutline=True)

    async def _to_pdf(self, **more: bool) -> bytes:
        asked = {"printBackground": True, "preferCSSPageSize": True, "generateTaggedPDF": True, **more}
        answer = await self._command("Page.printToPDF", **asked)
        return base64.b64decode(answer["data"])
