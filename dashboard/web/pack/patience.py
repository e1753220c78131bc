"""Pictures for who waits: made within a time together, and only those that are there already after it."""

import time
from typing import Any

from dashboard.web.share.browser import HeadlessBrowser, Named, NoBrowser
from dashboard.web.share.images import Pictures


class PatientBrowser(HeadlessBrowser):
    """A browser that makes no more pictures when the time is over. `failed`: one was not made."""

    def __init__(self, browser: HeadlessBrowser, patience_s: float):
        self._browser_asked, self._until, self.failed = browser, time.monotonic() + patience_s, False

    def svg(self, figure: dict[str, Any], width: int, height: int) -> str:
        return self._in_time(lambda browser: browser.svg(figure, width, height))

    def png(self, svg: str, width: int, height: int, scale: float) -> bytes:
        return self._in_time(lambda browser: browser.png(svg, width, height, scale))

    def pdf(self, svg: str, width: int, height: int, named: Named) -> bytes:
        return self._in_time(lambda browser: browser.pdf(svg, width, height, named))

    def document(self, html: str) -> bytes:
        """The paper itself has a patience of its own: without it there is no file."""
        return self._browser_asked.document(html)

    def _in_time(self, make: Any) -> Any:
        try:
            if time.monotonic() > self._until:
                raise NoBrowser("the time for pictures of one file is over")
            return make(self._browser_asked)
        except NoBrowser:
            self.failed = True
            raise


def patient(pictures: Pictures, patience_s: float) -> tuple[Pictures, PatientBrowser]:
    """The same pictures, from the same cache, for who waits no longer than that; and their browser."""
    browser = PatientBrowser(pictures.browser, patience_s)
    return Pictures(browser, pictures.cache), browser
