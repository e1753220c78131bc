"""Pictures of a drawing: SVG, PNG and PDF in a few sizes, light or dark, and the bare figure for pages."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from dashboard import forms, links
from dashboard.citations import plain
from dashboard.drawing import Drawing
from dashboard.language import LANGUAGES
from dashboard.web.share.browser import HeadlessBrowser, Named
from dashboard.web.share.image_cache import ImageCache, key_of
from dashboard.web.share.pdf import as_pdf_ua
from dashboard.web.share.svg_layout import Layout, Words, arrange, both_themes, compose, stable_ids


@dataclass(frozen=True)
class Size:
    """Width and height in CSS pixels (None: as tall as the chart is) and pixels of a PNG a CSS pixel.

    A tall chart is drawn larger and shrunk to `least` at most: texts of 13 px are then 8 points on a slide that the picture
    fills, and 13 pixels of a card's own.
    """

    width: int
    height: int | None
    scale: float
    least: float = 1


SIZES = {
    "page": Size(880, None, 2),
    "phone": Size(400, None, 2),
    "slide": Size(1280, 720, 2, 0.85),
    "card": Size(800, 420, 1.5, 0.7),  # 1,200 x 630: what previews in mail and chat expect
}
LEAST_BARE_SCALE = 0.94  # of a figure on a slide beside its table: texts of 13 px are then 8 points
FORMATS = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


def words_of(drawing: Drawing) -> Words:
    """What is written around the figure of a drawing; the credit line carries what publishers ask to be said."""
    credits = dict.fromkeys(source.credit for source in drawing.sources if source.credit)
    return Words(
        plain(drawing.title), plain(drawing.subtitle), drawing.summary, " · ".join([drawing.credit_line, *credits])
    )


class StillDrawing(Exception):
    """The picture is not there yet; it will be for who asks again."""


class Pictures:
    """Makes pictures and keeps them. Blocking: call it from a worker thread. Raises NoBrowser."""

    def __init__(self, browser: HeadlessBrowser | None = None, cache: ImageCache | None = None):
        self.browser = browser or HeadlessBrowser()
        self.cache = cache or ImageCache()
        self._ahead = ThreadPoolExecutor(2, thread_name_prefix="first-views")

    def figure(self, drawing: Drawing, ledger_name: str, size: str, theme: str) -> str:
        """The figure alone as SVG, without words around it. `theme` is light, dark or both (for inline use)."""
        width = SIZES[size].width
        return self._figure(drawing, ledger_name, width, SIZES[size].height or drawing.height_for(width), theme)

    def column(self, drawing: Drawing, ledger_name: str, width: int) -> str:
        """The figure alone as SVG in light, as tall as the chart is, for a column of a printed page."""
        return self._figure(drawing, ledger_name, width, drawing.height_for(width), "light")

    def inline(self, drawing: Drawing, ledger_name: str, widths: Sequence[int], patience_s: float) -> list[str]:
        """The figure alone as SVG in both themes, as tall as the chart is, for each width.

        Who waits for a page waits no longer than `patience_s`: after that StillDrawing is raised, and the drawing goes on
        for the next reader.
        """
        sides = [(width, drawing.height_for(width)) for width in widths]
        drawn = [self._ahead.submit(self._figure, drawing, ledger_name, *each, "both") for each in sides]
        if wait(drawn, timeout=patience_s).not_done:
            raise StillDrawing
        return [one.result() for one in drawn]

    def picture(self, drawing: Drawing, ledger_name: str, form: str, size: str, theme: str) -> bytes:
        """The whole picture in one of FORMATS. `ledger_name` tells ledgers apart: see `view.ledger_name`."""
        key = key_of("picture", ledger_name, *view_of(drawing), form, size, theme)
        made = self.cache.get(key)
        if made is None:
            made = self._make(drawing, ledger_name, form, size, theme)
            self.cache.put(key, made)
        return made

    def bare(self, drawing: Drawing, ledger_name: str, width: int, height: int, scale: float) -> bytes:
        """The figure alone as PNG, without words around it, made for a place of that size."""
        key = key_of("bare", ledger_name, *view_of(drawing), width, height, scale)
        made = self.cache.get(key)
        if made is None:
            wide, high, shrunk = bare_size(drawing, width, height)
            figure = self._figure(drawing, ledger_name, wide, high, "light")
            made = self.browser.png(figure, wide, high, scale * shrunk)
            self.cache.put(key, made)
        return made

    def layout(self, drawing: Drawing, size: str) -> Layout:
        asked = SIZES[size]
        high = drawing.height_for(asked.width)
        return arrange(words_of(drawing), asked.width, high, asked.height, asked.least)

    def _make(self, drawing: Drawing, ledger_name: str, form: str, size: str, theme: str) -> bytes:
        layout = self.layout(drawing, size)
        figure = self._figure(drawing, ledger_name, *layout.drawn, theme)
        svg = compose(figure, words_of(drawing), layout, theme)
        if form == "png":
            return self.browser.png(svg, layout.width, layout.height, SIZES[size].scale)
        if form == "pdf":
            named = Named(plain(drawing.title), LANGUAGES[drawing.language].replace("_", "-"), drawing.summary)
            made = self.browser.pdf(svg, layout.width, layout.height, named)
            return as_pdf_ua(made, named.title, named.language)
        return svg.encode()

    def _figure(self, drawing: Drawing, ledger_name: str, width: int, height: int, theme: str) -> str:
        drawn_theme = "dark" if theme == "dark" else "light"
        key = key_of("figure", ledger_name, *view_of(drawing), width, height, drawn_theme)
        cached = self.cache.get(key)
        if cached is None:
            svg = self.browser.svg(sized(drawing, drawn_theme, width, height), width, height)
            cached = stable_ids(svg, key).encode()
            self.cache.put(key, cached)
        return both_themes(cached.decode()) if theme == "both" else cached.decode()


def view_of(drawing: Drawing) -> tuple[Any, ...]:
    """What makes one drawing differ from another."""
    return drawing.chart.id, links.query_of(drawing.params), drawing.release, drawing.language


def bare_size(drawing: Drawing, width: int, height: int) -> tuple[int, int, float]:
    """How large a figure is drawn for a place of a slide, and the scale it then stands there at: its texts stay readable."""
    shrunk = max(LEAST_BARE_SCALE, min(1.0, height / drawing.height_for(width)))
    return round(width / shrunk), round(height / shrunk), shrunk


def sized(drawing: Drawing, theme: str, width: int, height: int) -> dict[str, Any]:
    """The figure in its form for a place of that size."""
    figure = forms.cut(drawing.themed(theme, width), height)
    return {**figure, "layout": {**figure["layout"], "width": width, "height": height, "autosize": False}}
