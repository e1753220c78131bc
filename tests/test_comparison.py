"""Two moments of any view: with itself nothing differs, A to B is the mirror of B to A, and what did it is what did it."""

import io
import shutil
from datetime import date
from urllib.parse import quote

import openpyxl
import pandas as pd
import pytest
import requests
from browser import PATIENCE_MS, barriers, crowded, open_live
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from test_charts_any_view import few, said_of, views

from dashboard import labels, language, links
from dashboard.charts import all_charts
from dashboard.comparison.moments import OF_A, mirrored, moment_of
from dashboard.comparison.rows import SAID_BESIDE, TEXTS, VALUES, by_key, cells, key_of, record, values_of
from dashboard.comparison.view import BY
from dashboard.drawing import draw
from dashboard.web.share.html_table import readable
from etl.ledger.ledger import Ledger
from etl.ledger.release import Correction
from etl.ledger.store import Store

CHARTS = list(all_charts().values())
DAYS = st.sampled_from([date(2025, 3, 10), date(2025, 12, 1), date(2026, 10, 10)])
SLOW = ("tariff-exposure",)  # a table of it takes a second
WRONG = Correction("Canada's 2024 was read wrong", "Le Canada de 2024 était mal lu", date(2026, 10, 1))


@pytest.fixture(scope="module")
def grown(seeded_store, tmp_path_factory) -> Ledger:
    """Three releases: the seeds, a correction of Canada's share of 2024 that Ana made, another rate of antidumping by Bob."""
    folder = tmp_path_factory.mktemp("moments") / "ledger"
    shutil.copytree(seeded_store.catalog_file.parent, folder)
    grown = Ledger(Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet")))
    spending = grown.current()["spending"].copy()
    own = (spending["iso3"] == "CAN") & (spending["year"] == 2024) & (spending["publisher"] == "NATO")
    spending.loc[own & (spending["measure"] == "share_of_gdp_pct"), "value"] += 0.11
    grown.publish({"spending": spending}, author="Ana", message="Canada again", extra=WRONG.as_extra())
    steps = grown.current()["tariff_steps"].copy()
    steps.loc[steps["rate_pct"] == 20.53, "rate_pct"] = 21.0
    grown.publish({"tariff_steps": steps}, author="Bob", message="The rate of the review")
    return grown


def compared(grown, chart, release=3, **said):
    return draw(grown, chart, all_charts()[chart].Compared(**said), release)


@pytest.mark.slow
@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id)
def test_a_moment_compared_with_itself_shows_nothing_and_says_so(grown, chart, spoken):
    with language.spoken(spoken):
        drawing = compared(grown, chart.id, with_release=3)
        assert drawing.is_comparison and drawing.rows.empty and drawing.sources
        assert {"en": "A and B are the same moment", "fr": "A et B sont le même moment"}[spoken] in drawing.summary
        assert not readable(drawing.rows).rows and drawing.title and drawing.credit_line


def moments(chart, snapshot):
    """What a link can say of one moment of a chart: any of its days and editions, and a release."""
    editions = links.choices_of(chart.Params).get("edition")
    said = {name: DAYS for name in ("on", "known") if name in chart.Params.model_fields}
    said |= {"edition": st.sampled_from(editions.codes(snapshot)[:4])} if editions else {}
    return st.fixed_dictionaries({"release": st.integers(1, 3)}, optional=said)


@pytest.mark.slow
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id)
def test_from_a_to_b_is_the_mirror_of_from_b_to_a(grown, chart):
    held = grown.at(3)
    said = {
        name: said_of(chart.Params, name, held)
        for name in ("country", "origin", "product")
        if name in chart.Params.model_fields
    }

    @settings(max_examples=1 if chart.id in SLOW else 2)
    @given(st.fixed_dictionaries(said), moments(chart, held), moments(chart, held))
    def is_mirrored(view, a, b):
        release = b.pop("release")
        params = chart.Compared(**view, **b, **{f"with_{name}": value for name, value in a.items()})
        there = draw(grown, chart.id, params, release)
        again = links.params_of(chart.Compared, links.query_of(there.params), grown.at(release), grown.at)
        assert again.params == there.params and not again.notes, "the link holds everything"
        back = draw(grown, chart.id, *mirrored(there.params, release))
        assert sides(back.rows) == {turned(one) for one in sides(there.rows)}
        assert there.title and there.summary.endswith(".") and len(readable(there.rows).rows) == len(there.rows)
        words = f"{there.title} {there.subtitle} {there.summary} {' '.join(there.rows['cause'].dropna())}"
        assert "{" not in words and not {"nan", "None", "NaT", "<NA>"} & set(words.split())

    is_mirrored()


SIDES = {"value_a": "value_b", "value_b": "value_a", "text_a": "text_b", "text_b": "text_a"}
TURNED = {"only_in_a": "only_in_b", "only_in_b": "only_in_a"}


def sides(rows: pd.DataFrame) -> set[frozenset]:
    """Each difference with what did it, without the order of sources and of rows; what is called so may follow the moment."""
    told = [name for name in rows if name not in ("source_id", "title", "label", "unit", "measure")]
    table = rows[told].astype(object).where(rows[told].notna(), None)
    return {frozenset(record.items()) for record in table.to_dict("records")}


def turned(one: frozenset) -> frozenset:
    record = {SIDES.get(name, name): value for name, value in one}
    record["change"] = TURNED.get(record["change"], record["change"])
    record["b_less_a"] = None if record["b_less_a"] is None else -record["b_less_a"]
    return frozenset(record.items())


def test_columns_have_headers_in_both_languages():
    columns = ("change", "column", *VALUES, *TEXTS, *BY)
    for spoken in language.LANGUAGES:
        with language.spoken(spoken):
            headers = [labels.header(column) for column in columns]
            assert len(set(headers)) == len(columns) and not set(headers) & set(columns)


def test_every_moment_of_a_chart_can_be_named():
    for chart in CHARTS:
        names = [name for name in OF_A if name in chart.Compared.model_fields]
        assert names == ["with_release", *(f"with_{name}" for name in moment_of(chart.Params))]


# --- what did it -------------------------------------------------------------------------------------------------------


def test_a_release_that_corrected_is_named_with_author_message_and_what_was_wrong(grown):
    drawing = compared(grown, "spending-trend", with_release=1)
    (row,) = drawing.rows.to_dict("records")
    assert (row["iso3"], row["year"], row["change"], row["column"]) == ("CAN", 2024, "changed", "value")
    assert row["b_less_a"] == pytest.approx(0.11) and row["by_release"] == "2" and pd.isna(row["by_event"])
    for words in ("release 2", "Ana", "Canada again", "read wrong"):
        assert words in row["cause"]
    with language.spoken("fr"):
        assert "mal lu" in compared(grown, "spending-trend", with_release=1).rows["cause"].iloc[0]
    assert compared(grown, "spending-trend", with_release=2).rows.empty, "another dataset's release"


def test_an_edition_is_named_with_its_source(grown):
    drawing = compared(grown, "spending-ranking", edition="2025-08", with_edition="2024-06", year=2024)
    assert len(drawing.rows) and set(drawing.rows["by_edition"]) == {"NATO 2025-08"}
    assert set(drawing.rows["by_release"].dropna()) == set()
    known = compared(grown, "spending-ranking", known="2025-12-31", with_known="2025-01-31", year=2024)
    assert set(known.rows["by_edition"]) == {"NATO 2025-08"}, "what was known then is the edition of then"
    assert "nato-2025-08" in " ".join(known.rows["source_id"])


@pytest.mark.slow
def test_events_are_named_for_the_days_they_take_effect_or_become_known(grown):
    drawing = compared(grown, "tariff-rate", on="2025-12-01", with_on="2025-09-20", known="2026-10-10")
    wood = drawing.rows[drawing.rows["measure_id"] == "US-232-WOOD"].set_index("column")
    assert (
        "US-232-WOOD-02" in wood.loc["counted_pct", "by_event"] and "Oct 14, 2025" in wood.loc["counted_pct", "cause"]
    )
    assert wood.loc["counted_pct", "b_less_a"] == 10 and drawing.rows["by_release"].isna().all()
    then = compared(grown, "deadlines-timeline", on="2026-10-10", known="2026-10-10", with_known="2026-01-01")
    new = then.rows[then.rows["deadline_id"] == "DL-GREENLAND-FEB1"].iloc[0]
    assert new["change"] == "only_in_b" and "US-GREENLAND-01" in new["by_event"]


def test_a_rate_of_another_release_is_by_that_release_alone(grown):
    drawing = compared(grown, "tariff-rate", with_release=1, on="2026-10-01", known="2026-10-10")
    assert set(drawing.rows["by_release"]) == {"3"} and drawing.rows["by_event"].isna().all()
    assert "Bob" in drawing.summary


# --- tables ------------------------------------------------------------------------------------------------------------


def told(a: pd.DataFrame, b: pd.DataFrame) -> list[tuple]:
    key = key_of([a, b])
    values = values_of([a, b], key)
    rows = by_key(a, key), by_key(b, key)
    found = [record(*rows, cell, key, values) for cell in cells(*rows, values)]
    return [
        (one["iso3"], one["change"], one["column"], one["value_a"], one["value_b"], one["b_less_a"]) for one in found
    ]


def test_rows_that_come_go_and_change_are_told():
    before = pd.DataFrame({"iso3": ["CAN", "DNK"], "year": [2024, 2024], "share_of_gdp_pct": [1.1, 2.0]})
    after = pd.DataFrame({"iso3": ["CAN", "FRA"], "year": [2024, 2024], "share_of_gdp_pct": [1.4, 3.0]})
    assert told(before, after) == [
        ("CAN", "changed", "share_of_gdp_pct", 1.1, 1.4, 0.3),
        ("FRA", "only_in_b", "share_of_gdp_pct", None, 3.0, None),
        ("DNK", "only_in_a", "share_of_gdp_pct", 2.0, None, None),
    ]


def test_what_binary_fractions_add_is_no_difference():
    table = pd.DataFrame({"iso3": ["CAN"], "share_of_gdp_pct": [0.3]})
    assert told(table, table.assign(share_of_gdp_pct=0.1 + 0.2)) == []


def test_rows_that_nothing_tells_apart_are_not_lost():
    twice = pd.DataFrame({"iso3": ["CAN", "CAN"], "share_of_gdp_pct": [1.0, 2.0]})
    assert [one[1:3] for one in told(twice, twice.head(1))] == [("only_in_a", "share_of_gdp_pct")]


@pytest.mark.slow
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id)
def test_a_key_names_one_row_and_does_not_depend_on_the_order_of_tables(snapshot, chart):
    @few
    @given(views(chart.Params, snapshot))
    def names_one_row(query):
        rows = chart.rows(snapshot, links.params_of(chart.Params, query, snapshot).params.explicit(snapshot))
        key = key_of([rows, rows.head(1)])
        assert key == key_of([rows.head(1), rows]) and len(by_key(rows, key)) == len(rows)
        assert not {*key, *SAID_BESIDE} & {"change", "column", *VALUES, *TEXTS, *BY, "source_id"}

    names_one_row()


# --- by address --------------------------------------------------------------------------------------------------------

ASKED = (
    "countries=CAN&edition=2026-07&with_edition=2025-08&known=2026-10-10&with_known=2026-10-10&release=1&with_release=1"
)


def test_pages_and_files_of_a_comparison_say_the_same(served):
    chart = f"{served.url}/c/spending-trend"
    answer = requests.get(f"{chart}.json?{ASKED}", timeout=120)
    content = answer.json()
    assert content["params"]["with_edition"] == "2025-08" and content["rows"]
    again = requests.get(served.url + content["links"]["json"], timeout=120)
    assert again.json()["rows"] == content["rows"], "the pinned link holds everything"
    assert again.headers["cache-control"].endswith("immutable")
    table = pd.read_csv(io.StringIO(requests.get(f"{chart}.csv?{ASKED}", timeout=120).text))
    assert table["b_less_a"].dropna().tolist() == [
        row["b_less_a"] for row in content["rows"] if row["b_less_a"] is not None
    ]
    book = openpyxl.load_workbook(io.BytesIO(requests.get(f"{chart}.xlsx?{ASKED}", timeout=120).content))
    headers, *rows = book["Data"].values
    assert [row[headers.index("A")] for row in rows] == [row["value_a"] for row in content["rows"]]
    html = requests.get(f"{chart}?{ASKED}", timeout=120).text
    assert "B compared with A" in html and content["summary"].split(".")[0] in html
    assert requests.get(f"{chart}?{ASKED}&lang=fr", timeout=120).text.count("Comparer à un autre moment")


def test_a_moment_that_is_none_is_refused_in_files_and_told_on_pages(served):
    for wrong in (
        "with_release=99",
        "with_release=x",
        "with_edition=1066-10",
        "with_known=yesterday",
        "with_on=2025-01-01",
    ):
        refused = requests.get(f"{served.url}/c/spending-trend.json?{wrong}", timeout=120)
        assert refused.status_code == 400 and wrong.partition("=")[0] in refused.text, refused.text
        assert requests.get(f"{served.url}/c/spending-trend?{wrong}", timeout=120).status_code == 200
    each = requests.get(f"{served.url}/c/spending-trend/verify.py?with_release=1", timeout=120)
    assert each.status_code == 400 and "of its own" in each.text, "no script of one release proves two"
    page = requests.get(f"{served.url}/c/spending-trend?with_release=99&lang=en", timeout=120).text
    assert "is not a value of “with_release”" in page


def test_a_briefing_takes_a_comparison_along(served):
    view = quote(f"spending-trend?{ASKED}", safe="")
    page = requests.get(f"{served.url}/pack?view={view}&lang=en", timeout=120)
    assert page.status_code == 200 and "values changed" in page.text
    note = requests.get(f"{served.url}/pack.docx?view={view}&lang=en", timeout=120)
    told = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(note.content)).paragraphs)
    assert note.status_code == 200 and "A: edition 2025-08; B: edition 2026-07" in told


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(
    ("link", "scheme", "width"),
    [
        (
            "/c/tariff-rate?origin=DEU&product=steel&on=2026-10-01&known=2026-10-10&with_on=2025-06-01&lang=fr",
            "light",
            390,
        ),
        ("/c/spending-ranking?year=2025&edition=2026-07&with_edition=2025-08&lang=en", "dark", 1280),
        ("/c/deadlines-timeline?known=2026-10-10&with_known=2026-01-01&on=2026-10-10&lang=en", "light", 1280),
        ("/c/spending-trend?with_release=1&lang=fr", "dark", 390),
    ],
)
def test_its_page_keeps_nobody_out(browser, served, link, scheme, width):
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    page.goto(served.url + link)
    assert crowded(page) == [] and barriers(page) == []
    assert page.locator("html").evaluate("one => one.scrollWidth") <= width
    assert page.locator("table caption").count() == page.locator("table").count()
    assert page.locator("details.compare label").count() >= 2
    page.close()


@pytest.mark.slow
@pytest.mark.browser
def test_the_form_of_a_share_page_compares_without_a_script(browser, served):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{served.url}/c/spending-trend?countries=CAN&known=2026-10-10&lang=en")
    page.locator("details.compare summary").click()
    page.get_by_label("Edition (A)").select_option("2025-08")
    page.get_by_role("button", name="Compare").click()
    assert "with_edition=2025-08" in page.url and page.locator("h1").inner_text().count("values changed")
    there = page.locator("tbody tr").count()
    page.get_by_role("link", name="B compared with A").click()
    assert "with_edition=2026-07" in page.url and page.locator("tbody tr").count() == there
    page.get_by_role("link", name="B alone").click()
    assert "with_" not in page.url
    page.close()


@pytest.mark.slow
@pytest.mark.browser
def test_a_page_shows_the_comparison_below_its_chart(browser, served):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    open_live(page, f"{served.url}/spending?countries=DEU&lang=fr")
    page.get_by_role("button", name="Comparer à un autre moment").first.click()
    page.get_by_role("combobox", name="Édition (A)").click()
    page.get_by_role("option", name="2025-08").click()
    heading = page.get_by_role("heading", name="Les dépenses au fil des ans")
    heading.first.wait_for(timeout=PATIENCE_MS)
    page.wait_for_url(lambda url: "with_edition=2025-08" in url, timeout=PATIENCE_MS)  # the address follows the page
    assert "valeurs modifiées" in heading.first.inner_text()
    page.close()
