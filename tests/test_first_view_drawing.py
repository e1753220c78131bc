"""While the first view stands, the live charts are drawn one after the other, each once, and none waits for ever."""

import pytest
from browser import EVERY_CHART_DRAWN, PATIENCE_MS, open_live, until_live
from servers import wait_until
from test_first_view import page_html

pytestmark = pytest.mark.browser

FRAME_OF_CHARTS = """
window.drawnIn = [];
let frame = 0;
const next = () => { frame += 1; requestAnimationFrame(next); };
requestAnimationFrame(next);
new MutationObserver(() => document.querySelectorAll("#root [data-testid=stPlotlyChart]").forEach((plot, place) => {
    if (plot.querySelector(".main-svg")) window.drawnIn[place] ??= frame;
})).observe(document, {childList: true, subtree: true});
"""


NEVER_DONE = """
let plotly;
Object.defineProperty(window, "Plotly", {configurable: true, get: () => plotly, set: given => {
    plotly = given;
    const {react} = given;
    let first = true;
    given.react = (...asked) => {
        const drawing = react(...asked), waits = first;
        first = false;
        return waits ? new Promise(() => {}) : drawing;
    };
}});
"""


FRAMES_LATE = """
const frame = requestAnimationFrame;
window.requestAnimationFrame = go => frame(() => setTimeout(() => go(performance.now()), 200));
let plotly;
window.drawings = 0;
Object.defineProperty(window, "Plotly", {configurable: true, get: () => plotly, set: given => {
    plotly = given;
    const {react} = given;
    given.react = (...asked) => { window.drawings += 1; return react(...asked); };
}});
new MutationObserver((_, watching) => {
    if (!document.querySelector("#root [data-testid=stPlotlyChart]")) return;
    watching.disconnect();
    const waiting = document.createElement("div");
    waiting.id = "waiting";
    waiting.dataset.testid = "stSkeleton";
    document.getElementById("root").append(waiting);
}).observe(document, {childList: true, subtree: true});
"""
"""A browser with much to do, and a part of the page that is still to come: the first view stays until `#waiting` goes."""


def with_picture(served, path: str) -> str:
    """The address, as soon as its first view has a picture: without one no chart is held back."""
    wait_until(lambda: 'class="main-svg"' in page_html(served, path), f"a picture in the first view of {path}")
    return f"{served.url}{path}"


@pytest.mark.parametrize("script", [FRAME_OF_CHARTS, FRAME_OF_CHARTS + NEVER_DONE], ids=["as it is", "never done"])
def test_the_first_chart_is_painted_before_the_next_is_drawn_and_holds_it_up_no_longer(served, browser, script):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(script)
    open_live(page, with_picture(served, "/spending?lang=en"))
    first, second = page.evaluate("window.drawnIn")
    assert first < second
    page.close()


@pytest.mark.slow
def test_charts_are_not_drawn_over_and_over_while_the_first_view_waits_for_a_part_of_the_page(served, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(FRAMES_LATE)
    page.goto(with_picture(served, "/spending?lang=en"))
    page.wait_for_selector("#waiting", state="attached", timeout=PATIENCE_MS)
    page.wait_for_function(EVERY_CHART_DRAWN, timeout=PATIENCE_MS)
    page.wait_for_timeout(2000)
    drawings = page.evaluate("drawings")
    page.wait_for_timeout(2000)
    assert page.evaluate("drawings") == drawings > 0
    page.evaluate("document.getElementById('waiting').remove()")
    until_live(page)
    page.close()
