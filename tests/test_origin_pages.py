"""From a value in a table to where it comes from: the page, the data, and what stands in for a cell where there is none."""

from datetime import date

import pytest
import requests
from browser import barriers
from conftest import serve
from test_cases import proposed
from test_origin_cells import key, nato, sent

from dashboard import lineage
from dashboard.charts import all_charts
from dashboard.drawing import draw
from etl.importing.proposal import publish
from etl.ledger.tracing import rows_named, traced

DAY = date(2026, 10, 10)
API = "/api/v1/origin"
CANADA = {"dataset": "spending", "column": "value"} | {name: str(part) for name, part in key().items()}


def drawing_of(ledger, name):
    days = {day: DAY for day in ("on", "known") if day in all_charts()[name].Params.model_fields}
    return draw(ledger, name, all_charts()[name].Params(**days), 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", all_charts())
def test_every_figure_of_a_chart_is_one_of_the_ledger_or_has_a_rule(ledger, name):
    drawing, snapshot = drawing_of(ledger, name), ledger.at(1)
    again = drawing.chart.rows(traced(snapshot), drawing.params)
    held = [column for column in again.columns if column != "source_id"]
    assert again[held].equals(drawing.rows[held]), "a mark on each row changes no figure"
    assert len(set(lineage.row_names(drawing.rows))) == len(drawing.rows), "each row has a name of its own"
    sources = again["source_id"].dropna().loc[lambda cells: cells != ""]
    assert all(rows_named(snapshot, [cell]) for cell in sources.iloc[:: max(1, len(sources) // 5)])
    columns = [column for column in lineage.figures(drawing.rows) if drawing.rows[column].notna().any()]
    assert columns
    names = lineage.row_names(drawing.rows)
    for column in columns:
        place = int(drawing.rows[column].notna().to_numpy().argmax())
        found = lineage.lineage_of(ledger, drawing, names[place], column)
        assert found.direct or found.rule or column == "made_on", column
        if found.direct:
            one, of = found.direct
            assert one.row[of] == found.value


@pytest.fixture(scope="module")
def asked(served):
    def ask(path, **query):
        return requests.get(served.url + path, params=query, timeout=60)

    return ask


def test_a_reviewed_figure_says_that_its_file_is_not_kept(asked):
    told = asked(API, **CANADA).json()
    assert (told["value"], told["place"], told["original"], told["derived"]) == (2.13, None, None, False)
    assert told["lacking"].startswith("The original is not kept here") and told["source"]["url"].endswith(
        "def-exp-2026-en.xlsx"
    )
    assert told["brought_by"]["release"] == 1
    page = asked("/origin", **CANADA, lang="fr").text
    assert "Origine de 2,13" in page and "est pas conservé ici" in page


def test_law_says_its_words(asked):
    told = asked(API, dataset="tariff_events", event_id="US-IEEPA-CAN-01", column="rate_pct").json()
    assert told["value"] == 25.0 and any(one["value"] for one in told["words"])
    assert told["refers_to"][0]["address"].startswith("/origin?dataset=tariff_measures")
    assert asked(told["refers_to"][0]["address"]).status_code == 200


@pytest.mark.slow
def test_a_derived_value_names_its_rule_and_its_inputs(asked):
    view = {"chart": "spending-gap", "row": "DEU", "edition": "2026-07", "year": "2026", "against": "hague-3.5"}
    told = asked(API, **view, column="short_points").json()
    assert told["derived"] and told["rule"].startswith("Target less figure")
    share, target = (
        {one["row"]: one for one in told["inputs"]}[row]
        for row in ("NATO, 2026-07, Germany, 2026, Share of GDP", "hague-3.5")
    )
    assert told["value"] == pytest.approx(target["value"] - share["value"])
    assert asked(share["address"]).text.count("Origin of 2.") and asked(target["address"]).status_code == 200
    direct = asked(API, **view, column="share_of_gdp_pct").json()
    assert not direct["derived"] and direct["value"] == share["value"] and direct["view"]["chart"] == "spending-gap"


@pytest.mark.parametrize(("query", "status", "words"), [
    ({"dataset": "nothing"}, 404, "There is no dataset"),
    (CANADA | {"year": "next"}, 400, "“next” is not a value of “year”"),
    (CANADA | {"year": "1990"}, 404, "Release 1 has no such row in Defence spending"),
    (CANADA | {"column": "nothing"}, 400, "“nothing” is not a value of “column”"),
    (CANADA | {"colour": "red"}, 400, "“colour” is not a parameter here"),
    (CANADA | {"release": "9"}, 404, "Releases are numbered"),
    ({"chart": "spending-gap", "row": "XXX", "column": "short_points"}, 404, "This view has no such value"),
])  # fmt: skip
def test_what_is_not_there_gets_a_sentence(asked, query, status, words):
    answer = asked(API, **query)
    assert answer.status_code == status and words in answer.json()["detail"]
    page = asked("/origin", **query)
    assert page.status_code == status and words in page.text and "Traceback" not in page.text


@pytest.fixture(scope="module")
def filed(tmp_path_factory, seeded_store, seeds):
    """The app on a ledger with NATO's workbook, in which Germany's figure was then changed by hand."""
    import shutil

    from etl.ledger.ledger import Ledger
    from etl.ledger.store import Store

    folder = tmp_path_factory.mktemp("filed")
    shutil.copytree(seeded_store.catalog_file.parent, folder, dirs_exist_ok=True)
    ledger = Ledger(Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet")))
    publish(
        ledger,
        proposed(ledger, nato(seeds, 0, 2.14), name="def-exp-2026-en.xlsx", source=None),
        author="A",
        message="NATO's own",
    )
    text = "publisher,edition,iso3,year,measure,unit,value\nNATO,2026-07,DEU,2026,share_of_gdp_pct,% of real GDP (2021 prices),2.81\n"
    sent(ledger, text)
    yield from serve(ledger.store, folder / "log")


@pytest.mark.slow
@pytest.mark.browser
def test_a_click_on_a_value_shows_the_cell_of_the_original(browser, filed):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{filed.url}/c/spending-trend?countries=CAN,DEU&edition=2026-07")
    row = (
        page.locator("tbody tr", has=page.locator("th", has_text="figure"))
        .filter(has_text="Canada")
        .filter(has_text="2026")
    )
    link = row.locator("a.o").last
    link.focus()  # by keyboard, too
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert page.locator("h1").inner_text() == "Origin of 2.14"
    here = page.locator("td.here")
    assert here.inner_text().split() == ["2.14", "▲", "this", "value"]
    assert "Table 3, cell N8" in page.locator("caption").inner_text()
    heads = page.locator("tbody tr").first.locator("td").all_inner_texts()
    assert heads[-1] == "2026e" and page.locator("tr", has=here).locator("td").first.inner_text().startswith("Canada")
    file = requests.get(
        filed.url + page.get_by_role("link", name="Download the original").get_attribute("href"), timeout=30
    )
    assert file.content[:2] == b"PK" and "def-exp-2026-en.xlsx" in file.headers["content-disposition"]
    page.get_by_role("link", name="Back to the view").click()
    assert "/c/spending-trend" in page.url


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_of_origins_have_no_barriers(browser, filed, lang, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    by_hand = CANADA | {"iso3": "DEU", "lang": lang}
    derived = {"chart": "spending-gap", "row": "DEU", "column": "short_points", "lang": lang}
    for query in (CANADA | {"lang": lang}, by_hand, derived):
        address = requests.Request("GET", f"{filed.url}/origin", params=query).prepare().url
        page.goto(address)
        assert barriers(page) == []
        here = page.locator("td.here")
        assert not here.count() or here.bounding_box()["x"] + 60 < width, "the value is in sight"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_change_by_hand_names_who_when_and_the_figure_before(filed):
    told = requests.get(filed.url + API, params=CANADA | {"iso3": "DEU"}, timeout=30).json()
    assert (told["value"], told["changed_by"]["release"], told["changed_by"]["author"]) == (2.81, 3, "A. Tremblay")
    before = requests.get(filed.url + told["publishers_origin"].replace("/origin", API), timeout=30).json()
    assert before["value"] == told["publishers_value"] and before["place"]["address"].startswith("Table 3!N")
