"""GDP as a statistics office published it, read from its file, as the start of a pledge's path: amounts move, shares stay."""

import json

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboard import language, links
from dashboard.charts import all_charts
from dashboard.drawing import drawn_from
from etl.importing.catalogue import into
from etl.ledger.snapshot import snapshot_of
from etl.publishers import Content, read
from policy.assumptions import Assumptions
from policy.baseline import baseline
from policy.gdp import PublishedGdp, whole_years
from policy.pathways import SHAPES, path

SAMPLE = (ROOT / "tests/readers/statistics_canada_gdp/quarters.json").read_bytes()
CHARTS = ("pledge-path", "pledge-cost", "pledge-backsolve")
RELEASED = pd.Timestamp("2026-08-28")
WHAT_SERIES = "GDP starts from that of 2025 as published by Statistics Canada on Aug 28, 2026"


def reading(data: bytes = SAMPLE):
    return read(Content("wds.json", data), pd.DataFrame(), dataset="gdp")


@pytest.fixture(scope="module")
def held(seeds):
    """A snapshot of the seeds with the sample's figures in it."""
    return snapshot_of({**seeds, **into(seeds, reading())}, 2)


@pytest.fixture(scope="module")
def without(seeds):
    return snapshot_of(seeds, 2)


def drawn(held, chart: str, **query):
    language.use("en")
    asked = links.params_of(all_charts()[chart].Params, {"known": "2026-11-21", **query}, held)
    assert not asked.notes
    return drawn_from(held, chart, asked.params.explicit(held))


def of_series(held, chart: str, **query):
    return drawn(held, chart, gdp="STATCAN_GDP", **query)


# --- reading -------------------------------------------------------------------------------------------------------


def test_the_file_gives_both_series_and_their_price_index():
    found = reading()
    rows = found.tables["gdp"]
    assert not found.problems and found.source_id == "statcan-36-10-0104-2026-08-28"
    last = rows[rows["quarter"] == "2026-Q2"].set_index("measure")
    assert last["value"].to_dict() == {
        "gdp_ncu_current_million": 3_260_000, "gdp_ncu_chained_million": 2_485_000, "gdp_price_index": 131.187,
    }  # fmt: skip
    assert last["price_base_year"].isna().to_dict() == {
        "gdp_ncu_current_million": True, "gdp_ncu_chained_million": False, "gdp_price_index": False,
    }  # fmt: skip
    assert set(rows["released_on"]) == {RELEASED} and "2026-Q3" not in set(rows["quarter"])  # not there yet
    document = json.loads(SAMPLE)
    for place, row in zip(found.cells["gdp"], rows.itertuples(), strict=True):
        _root, number, *_steps, position, _value = place.split("/")
        point = document[int(number)]["object"]["vectorDataPoint"][int(position)]
        assert row.measure == "gdp_price_index" or point["value"] == row.value


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'"value": 3260000', b'"value": "3260000"', "2026-04-01 = '3260000': is no amount"),
        (b'"refPer": "2026-04-01"', b'"refPer": "2026-01-01"', "repeats a quarter"),
        (b'"vectorId": 62305752', b'"vectorId": 1', "is of a series that is not held"),
        (b'"status": "SUCCESS"', b'"status": "FAILED"', "is not a whole answer"),
        (b'"value": 2000000', b'"value": 2100000', "is not in chained dollars of 2017 any more"),
    ],
)
def test_a_damaged_file_is_refused(old, new, sentence):
    found = reading(SAMPLE.replace(old, new, 1))
    assert not found.tables and any(sentence in problem.sentence() for problem in found.problems)


def test_a_file_of_one_series_is_refused():
    found = reading(json.dumps(json.loads(SAMPLE)[:1]).encode())
    assert ["holds one of the two series" in problem.sentence() for problem in found.problems] == [True]


# --- whole years ---------------------------------------------------------------------------------------------------


def quarters(*rows):
    """(quarter, current, chained, day) as `whole_years` takes them."""
    table = pd.DataFrame(rows, columns=["quarter", "current", "chained", "released_on"])
    return table.assign(publisher="X", source_id="s", released_on=pd.to_datetime(table["released_on"]))


def test_a_year_is_the_mean_of_its_four_quarters_and_what_was_said_last_counts():
    year = [(f"2025-Q{number}", 100.0 * number, 50.0 * number, "2026-03-01") for number in (1, 2, 3, 4)]
    found = whole_years(quarters(*year, ("2025-Q4", 800.0, 400.0, "2026-06-01"), ("2026-Q1", 9.0, 9.0, "2026-09-01")))
    assert found and (dict(found.current), dict(found.chained)) == ({2025: 350.0}, {2025: 175.0})
    assert found.released_on == pd.Timestamp("2026-06-01") and found.last_year == 2025  # of the years that are whole
    assert whole_years(quarters(*year[:3])) is None and whole_years(quarters()) is None


def test_gdp_is_as_published_and_then_goes_on_as_assumed():
    series = PublishedGdp("X", {2024: 100.0, 2025: 103.0}, {2024: 50.0, 2025: 51.0}, RELEASED, frozenset("s"))
    assumed = Assumptions(1.0, 2.0, {2027: 5.0})
    assert series.in_year(2024, assumed) == 100 and series.in_year(2023, assumed) is None
    assert series.in_year(2027, assumed) == pytest.approx(103 * 1.01 * 1.02 * 1.05 * 1.02)
    real, prices = series.growth()
    assert real == {2025: pytest.approx(2)} and prices == {2025: pytest.approx(100 * (103 / 51 / 2 - 1))}


# --- charts --------------------------------------------------------------------------------------------------------


AMOUNTS = {
    "share_of_gdp_pct": 2.13,
    "gdp_usd_current_million": 2_464_958.0,
    "expenditure_usd_current_million": 52_455.0,
    "expenditure_ncu_current_million": 71_517.0,
}
FIGURES = pd.DataFrame(AMOUNTS.items(), columns=["measure", "value"]).assign(year=2026, is_estimate=True, source_id="s")
SERIES = PublishedGdp("X", {2025: 3_120_000.0}, {2025: 2_448_000.0}, RELEASED, frozenset({"g"}))


@settings(max_examples=25)
@given(
    growth=st.floats(-9, 14),
    deflator=st.floats(-4, 40),
    target=st.floats(0.5, 5),
    due=st.integers(2027, 2060),
    shape=st.sampled_from(SHAPES),
)
def test_another_start_moves_amounts_by_one_factor_and_no_share(growth, deflator, target, due, shape):
    own, other = (
        baseline(FIGURES, real_growth_pct=growth, deflator_pct=deflator, published=published)
        for published in (None, SERIES)
    )
    factor = 1 + other.gdp_difference_pct / 100
    assert other.start.gdp_ncu_million == pytest.approx(3_120_000 * (1 + growth / 100) * (1 + deflator / 100))
    a, b = (path(base.start, target, due, base.assumptions, shape) for base in (own, other))
    for name in a:
        moved = a[name] * factor if name.endswith("_million") else a[name]
        assert b[name].tolist() == pytest.approx(moved.tolist(), rel=1e-9, nan_ok=True, abs=1e-6), name


@pytest.mark.parametrize("chart", CHARTS)
def test_the_charts_agree_on_the_start_and_say_whose_gdp_it_is(held, chart):
    found = of_series(held, chart)
    rows = found.rows[found.rows["gdp_from"].notna()]
    assert set(rows["gdp_from"]) == {"STATCAN_GDP"} and set(rows["gdp_year"]) == {2025}
    assert "GDP: Statistics Canada, 2025" in found.subtitle and WHAT_SERIES in found.summary
    assert "GDP: Statistics Canada, Aug 28, 2026" in found.credit_line
    assert "statcan-36-10-0104-2026-08-28" in {source.source_id for source in found.sources}
    start = 3_120_000 * 1.015 * 1.02 * 52_455 / 2_464_958  # the edition's unrounded share of the series' GDP
    spent = rows.loc[rows["year"] == 2026, "spending_ncu_million"].dropna()
    assert set(spent.round(0)) <= {round(start)}
    language.use("fr")
    assert "Le PIB part de celui de 2025 publié par Statistique Canada le 28 août 2026" in drawn_in_french(held, chart)


def drawn_in_french(held, chart: str) -> str:
    asked = links.params_of(all_charts()[chart].Params, {"gdp": "STATCAN_GDP"}, held).params.explicit(held)
    return drawn_from(held, chart, asked).summary


@pytest.mark.parametrize("chart", CHARTS)
def test_a_link_that_says_nothing_of_gdp_draws_natos_as_ever(held, without, chart):
    now, before = drawn(held, chart), drawn(without, chart)
    assert (now.summary, now.data, now.credit_line) == (before.summary, before.data, before.credit_line)
    pd.testing.assert_frame_equal(now.rows, before.rows)
    assert set(now.rows["gdp_from"].dropna()) == {"NATO"}


@pytest.mark.parametrize("query", [{"country": "DEU"}, {"start": "2016"}, {"known": "2026-08-27"}])
def test_where_the_series_cannot_hold_the_path_starts_from_nato_and_says_so(held, query):
    found, own = of_series(held, "pledge-cost", **query), drawn(held, "pledge-cost", **query)
    pd.testing.assert_frame_equal(found.rows, own.rows)
    country = "Germany" if "country" in query else "Canada"
    assert f"{country}: no GDP by Statistics Canada is held" in found.summary and "GDP:" not in found.subtitle


def test_an_earlier_start_takes_the_years_published_since(held):
    rows = of_series(held, "pledge-cost", start="2024").rows.set_index("year")
    flat = rows["flat_spending_ncu_million"]
    assert flat[2025] / flat[2024] == pytest.approx(3_120_000 / 3_000_000)
    assert flat[2026] / flat[2025] == pytest.approx(1.015 * 1.02)


def test_an_edition_of_shares_alone_has_amounts_with_a_series_and_a_rate(held):
    asked = {"edition": "2025-08", "rate": "1.4"}
    assert drawn(held, "pledge-cost", **asked).rows["spending_ncu_million"].isna().all()
    rows = of_series(held, "pledge-cost", **asked).rows
    assert rows["spending_ncu_million"].iloc[0] == pytest.approx(0.0201 * 3_120_000)
    assert "shares of GDP only" in of_series(held, "pledge-path", edition="2025-08").summary


# --- the page ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_page_offers_the_series_where_it_is_held_and_says_where_it_is_not(few_ledger, seeds, monkeypatch):
    names = ("pledges", "gdp", "sources", "events", "deadlines")
    few_ledger.publish({name: into(seeds, reading()).get(name, seeds[name]) for name in names}, author="A", message="m")
    monkeypatch.setattr("dashboard.page.ledger", lambda: few_ledger)
    page = AppTest.from_file(str(ROOT / "pages/pledges.py"), default_timeout=60)
    page.query_params.update({"country": "CAN", "lang": "en"})
    page.run()
    (start,) = [group for group in page.button_group if group.label == "GDP starts from"]
    assert start.options == ["NATO", "Statistics Canada"] and "gdp" in page.query_params
    page = start.select("Statistics Canada").run()
    assert page.query_params["gdp"] == "STATCAN_GDP"
    assert sum(WHAT_SERIES in caption.value.replace("\\", "") for caption in page.caption) == 2
    page = page.selectbox(key="pledges.country").select("DEU").run()
    assert not [group for group in page.button_group if group.label == "GDP starts from"]
    assert (
        "Germany: no GDP by Statistics Canada" in page.warning[0].value.replace("\\", "")
        and "gdp" not in page.query_params
    )
    page = page.selectbox(key="pledges.country").select("CAN").run()
    assert page.query_params["gdp"] == "STATCAN_GDP" and not page.warning and not page.exception
