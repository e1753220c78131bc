"""Every page's first bytes hold its answer, in the reader's language, for the link asked; the live page takes over without a jump."""

import re

import pytest
import requests
from browser import CHART, PATIENCE_MS, open_live
from servers import wait_until

from dashboard import language
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.menu import MENU
from dashboard.web.first_view import FIRST_CHART, of
from dashboard.web.request_response import DataRequest
from dashboard.web.share import view
from etl.ledger.ledger import Ledger

pytestmark = pytest.mark.browser
LAYOUT_SHIFT = """
window.shift = 0;
new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shift += entry.value; })
    .observe({type: "layout-shift", buffered: true});
"""
MOST_LAYOUT_SHIFT = 0.05


def page_html(served, path: str, **headers: str) -> str:
    """A page's first bytes. A server that has just started, on a busy machine, may send it without its first view: asked again."""
    found: list[str] = []

    def has_its_view() -> bool:
        answer = requests.get(f"{served.url}{path}", headers=headers, timeout=120)
        assert answer.status_code == 200
        found.append(answer.text)
        return 'id="live"' in answer.text

    wait_until(has_its_view, f"the first view of {path}")
    return found[-1]


def address(name: str) -> str:
    return "/" if name == "overview" else f"/{name}"


@pytest.mark.slow
@pytest.mark.parametrize("name", MENU)
@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_a_page_says_its_name_language_and_description_with_the_first_bytes(served, name, spoken):
    html = page_html(served, f"{address(name)}?lang={spoken}")
    title = MENU[name].title
    title = language.catalogue(spoken).get(title, title) if spoken == "fr" else title
    assert f'<html lang="{spoken}"' in html
    assert f"<title>{title} · Alliance Ledger</title>" in html
    assert re.search(r'<meta name="description" content="[^"]{20,}"', html)
    assert 'id="root"' in html, "Streamlit's own page is there"
    before, live, after = re.fullmatch(r'(.*)<template id="live">(.*)</template>(.*)', html, re.DOTALL).groups()
    assert 'type="module"' in live and "modulepreload" in live
    assert not re.search(r'type="module"|modulepreload', before + after), (
        "the first view is painted before they are asked for"
    )


@pytest.mark.slow
@pytest.mark.parametrize(("name", "chart"), FIRST_CHART.items())
def test_the_first_chart_is_the_one_of_the_link(served, ledger, name, chart):
    country = {
        "spending": "countries=DEU,FRA",
        "pledges": "country=DEU",
        "tariffs": "origin=DEU",
        "deadlines": "topic=cusma",
    }[name]
    field, value = country.split("=")
    language.use("en")
    model = all_charts()[chart].Params
    params = model.model_validate({field: value.split(",") if field == "countries" else value})
    drawing = draw(ledger, chart, params, 1)
    path = f"{address(name)}?{country}&release=1&lang=en"
    wait_until(lambda: "<svg" in page_html(served, path), "the picture: a page comes without it until it is drawn")
    html = page_html(served, path)
    text = re.sub(r"<[^>]+>", "", drawing.title)
    assert text.replace("&", "&amp;") in html
    assert f'data-chart="{chart}"' in html
    assert f"/c/{chart}.png?" in html, "chat programs get a picture of this view"


def test_the_overview_answers_for_the_home_country(served):
    html = page_html(served, "/?home=DEU&lang=en")
    assert "Germany" in html and "Canada: 2" not in html


def test_the_browsers_language_counts_where_the_link_says_none(served):
    assert '<html lang="fr"' in page_html(served, "/spending", **{"Accept-Language": "fr-CA,fr;q=0.9"})


def test_a_wrong_value_is_told_and_a_wrong_release_too(served):
    html = page_html(served, "/spending?release=99&countries=XXX&lang=en")
    assert "There is no release 99" in html and 'class="note"' in html


def test_without_script_the_view_its_table_and_its_links_stay(served, browser):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{served.url}/spending?lang=en")
    assert page.locator("#first-view table td").count() > 10
    assert page.locator("#first-view h1").inner_text() == "Spending"
    assert page.locator('#first-view a[href*="/pledges"]').is_visible()
    page.close()


@pytest.mark.parametrize("name", MENU)
def test_a_ledger_without_a_release_has_no_first_view(own_store, monkeypatch, name):
    monkeypatch.setattr(view, "ledger", lambda: Ledger(own_store))
    with pytest.raises(view.ViewNotFound):
        of(DataRequest(address(name), {}, ()), name)


def picture(page, inside: str) -> dict[str, float] | None:
    """Where the first chart stands that can be seen."""
    return next(filter(None, (one.bounding_box() for one in page.locator(f"{inside} svg.main-svg").all())), None)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 800, 390])
@pytest.mark.parametrize("name", MENU)
def test_the_live_page_takes_over_without_a_jump(served, browser, name, width):
    page_html(served, f"{address(name)}?lang=fr")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.add_init_script(LAYOUT_SHIFT)
    page.goto(f"{served.url}{address(name)}?lang=fr", wait_until="commit")
    page.wait_for_selector("#first-view h1")
    ahead = picture(page, "#first-view")
    page.wait_for_selector("#first-view", state="detached", timeout=120_000)
    assert page.locator(f"#root {CHART}, #root h1").first.is_visible()
    page.wait_for_timeout(500)
    if ahead:
        live = picture(page, "#root")
        assert (ahead["x"], ahead["width"]) == pytest.approx((live["x"], live["width"]), abs=2)
        assert width < 1000 or ahead["height"] == pytest.approx(live["height"], abs=2), (
            "a phone's is drawn for wider ones, too"
        )
    assert page.evaluate("window.shift") <= MOST_LAYOUT_SHIFT
    page.close()


def test_every_chart_of_a_page_is_drawn_over_its_whole_width(served, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    open_live(page, f"{served.url}/spending?lang=en")
    page.locator(CHART).nth(1).wait_for(timeout=PATIENCE_MS)
    for chart in page.locator("#root .js-plotly-plot").all():
        chart.locator(".point").first.wait_for(timeout=PATIENCE_MS)
        marks = chart.evaluate(
            "one => [...one.querySelectorAll('.point')].map(mark => mark.getBoundingClientRect().right)"
        )
        assert len(marks) > 20 and max(marks) > 700
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("change", ["pushState", "replaceState"])
def test_the_language_of_the_document_is_that_of_the_address_whatever_changed_it(served, browser, change):
    page = browser.new_page()
    open_live(page, f"{served.url}/data?lang=en")
    page.evaluate(f"history.{change}(history.state, '', '?lang=fr')")
    assert page.evaluate("document.documentElement.lang") == "fr"
    page.close()


@pytest.mark.slow
def test_a_narrow_window_has_the_form_of_the_chart_for_phones(served, browser):
    years = {}
    for width in (1280, 390):
        page = browser.new_page(viewport={"width": width, "height": 844})
        open_live(page, f"{served.url}/deadlines?lang=en")
        page.wait_for_selector(CHART, timeout=PATIENCE_MS)
        years[width] = page.locator(f"{CHART} .xtick").count()
        page.close()
    assert years[1280] > 0 and years[390] == 0, "a list without a picture of time"


def test_what_is_shown_instead_is_told_before_the_first_chart(served, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    try:
        open_live(page, f"{served.url}/pledges?country=ISL&view=history&lang=en")
        told = page.get_by_text("Iceland: nothing is held on it here; shown instead: Canada.")
        told.wait_for(timeout=PATIENCE_MS)
        assert told.bounding_box()["y"] < page.locator(CHART).first.bounding_box()["y"]
    finally:
        page.close()
