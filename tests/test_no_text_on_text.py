"""Every chart in every size it is shown in: no text on another, none that leaves its picture, is too small or has a line through it.

All are drawn by the plotly.js that pages and pictures draw with, in one page of one browser. Themes differ in colours alone,
so one of them is drawn.
"""

import json
from collections.abc import Container, Iterator
from pathlib import Path
from typing import NamedTuple

import plotly
import pytest
from browser import crowded
from playwright.sync_api import Page
from plotly.io.json import to_json_plotly

from dashboard import language, links
from dashboard.charts import all_charts
from dashboard.drawing import Drawing, draw
from dashboard.forms import HALF_PX, PHONE_PX, SCREEN_PX
from dashboard.style import themed
from dashboard.web.share.deck import PIXELS_AN_INCH
from dashboard.web.share.images import SIZES, bare_size, sized, words_of
from dashboard.web.share.slide import picture_box
from dashboard.web.share.svg_layout import arrange, compose

pytestmark = pytest.mark.browser

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
STAGE = '<!doctype html><meta charset="utf-8"><body style="margin:0"><figure style="margin:0"><div id="words"></div><div id="plot"></div></figure>'
SHOW = """async ([figure, width, height, scale, words, top]) => {
  const plot = document.querySelector('#plot');
  document.querySelector('#words').innerHTML = words;
  plot.style.cssText = `position:absolute;left:0;top:${top}px;width:${width}px;height:${height}px;transform-origin:0 0;transform:scale(${scale})`;
  Plotly.purge(plot);
  await Plotly.newPlot(plot, figure.data, figure.layout, {staticPlot: true});
}"""
LEAST_PX, LEAST_POINTS = 11, 8
POINTS_AN_INCH = 72
SLIDE_INCHES = 13.333  # across a slide that a picture fills
NARROWEST, NARROWEST_WIDE = 390 - 32, 800 - 32  # of a figure on the share page of a phone and of a small window
OF_AN_ALLY = [
    name for name, one in all_charts().items() if {"country", "countries", "origin"} & set(one.Params.model_fields)
]
CANADA, GERMANY = {}, {"country": "DEU", "countries": ("DEU",), "origin": "DEU", "home": "DEU"}


class Shown(NamedTuple):
    """How large a figure is drawn, the scale it is shown at, its least size of text there, and the words around it."""

    width: int
    height: int
    scale: float
    least_px: float = LEAST_PX
    words: str = ""
    top: int = 0


def places(drawing: Drawing) -> Iterator[tuple[str, Shown]]:
    """Where a figure is shown: share page, first view of the app, column of a printed page, slides, cards."""
    page, phone = SIZES["page"].width, SIZES["phone"].width
    yield "page", Shown(page, drawing.height_for(page), NARROWEST_WIDE / page)
    shrunk = NARROWEST / phone  # on the share page; the app draws it as narrow as it is shown
    yield "phone", Shown(NARROWEST, drawing.height_for(NARROWEST), 1, LEAST_PX / shrunk)
    yield "app", Shown(SCREEN_PX, drawing.height_for(SCREEN_PX), 1)
    yield "column", Shown(HALF_PX, drawing.height_for(HALF_PX), 1)
    box = picture_box(drawing)
    wide, high = (round(side / 914400 * PIXELS_AN_INCH) for side in (box.width, box.height))
    yield "beside a table", Shown(*bare_size(drawing, wide, high), LEAST_POINTS * PIXELS_AN_INCH / POINTS_AN_INCH)
    a_point = SIZES["slide"].width / SLIDE_INCHES / POINTS_AN_INCH
    for size, least in (("slide", LEAST_POINTS * a_point), ("card", LEAST_PX / SIZES["card"].scale)):
        asked, said = SIZES[size], words_of(drawing)
        layout = arrange(said, asked.width, drawing.height_for(asked.width), asked.height, asked.least)
        empty = '<svg class="main-svg" width="{}" height="{}" viewBox="0 0 1 1"></svg>'.format(*layout.drawn)
        around = compose(empty, said, layout, "light")
        yield size, Shown(*layout.drawn, layout.scale, least, around, layout.head)


@pytest.fixture(scope="module")
def stage(browser) -> Iterator[Page]:
    """A page that has plotly.js, for one figure after the other."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.set_content(STAGE)
    page.add_script_tag(path=PLOTLY)
    yield page
    page.close()


def faults_of(stage, drawing: Drawing, where: Container[str] = ()) -> dict[str, list[str]]:
    """What one trips over, by the place where a drawing is shown: all of them, or those named."""
    found = {}
    for place, shown in places(drawing):
        if not where or place in where:
            figure = json.loads(to_json_plotly(sized(drawing, "light", shown.width, shown.height)))
            stage.evaluate(SHOW, [figure, *shown[:3], *shown[4:]])
            if faults := crowded(stage, shown.least_px):
                found[place] = faults
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("spoken", "asked"), [("en", CANADA), ("fr", GERMANY)], ids=["en", "fr-germany"])
@pytest.mark.parametrize("chart", all_charts())
def test_no_text_stands_on_another_is_too_small_or_has_a_line_through_it(ledger, stage, chart, spoken, asked):
    model = all_charts()[chart].Params
    with language.spoken(spoken):
        params = model(**{name: value for name, value in asked.items() if name in model.model_fields})
        assert not faults_of(stage, draw(ledger, chart, params, 1))


@pytest.mark.slow
@pytest.mark.parametrize(("spoken", "ally"), [("en", "ISL"), ("fr", "USA")])
@pytest.mark.parametrize("chart", OF_AN_ALLY)
def test_no_ally_breaks_it_on_a_phone_or_a_desk(ledger, stage, chart, spoken, ally):
    """The ally without armed forces, and the one that charges the tariffs."""
    with language.spoken(spoken):
        model, snapshot = all_charts()[chart].Params, ledger.at(1)
        params = links.params_of(model, links.homely(model, {"home": ally}), snapshot).params
        assert not faults_of(stage, draw(ledger, chart, params, 1), ("phone", "app"))


@pytest.mark.slow
@pytest.mark.parametrize("chart", [name for name, one in all_charts().items() if "events" in one.Params.model_fields])
def test_no_event_stands_on_words_either(ledger, stage, chart):
    more = {"exposure": "months"} if chart == "tariff-exposure" else {}
    drawing = draw(ledger, chart, all_charts()[chart].Params(events=True, **more), 1)
    assert not faults_of(stage, drawing, ("phone", "page", "card"))


def test_the_dark_theme_differs_in_colours_alone(ledger):
    for chart in all_charts():
        drawing = draw(ledger, chart, all_charts()[chart].Params(), 1)
        for width in (PHONE_PX, SCREEN_PX):
            assert themed(drawing.themed("light", width), "dark") == drawing.themed("dark", width), chart


def test_what_one_trips_over_is_found(stage):
    words = "".join(
        f'<text x="{x}" y="{y}" font-size="{size}">{text}</text>'
        for x, y, size, text in (
            (5, 30, 14, "one text"),
            (20, 33, 14, "another"),
            (5, 80, 9, "small"),
            (280, 120, 14, "leaves"),
        )
    )
    struck = '<g class="scatterlayer"><path class="js-line" d="M0,160L300,160" stroke="red" fill="none"/></g><text x="5" y="165" font-size="14">struck</text>'
    picture = f'<svg width="300" height="200">{words}{struck}</svg>'
    stage.evaluate(
        "svg => { document.querySelector('#words').innerHTML = svg; document.querySelector('#plot').innerHTML = '' }",
        picture,
    )
    kinds = {fault.partition(":")[0].split(" ")[0] for fault in crowded(stage)}
    assert kinds == {"over", "small", "leaves", "line"}
