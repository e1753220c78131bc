"""A number that stands in two places is one number: both come from the same function."""

from datetime import date

import pytest

from dashboard import language, links
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.sections import overview
from dashboard.topics.tariff_rate import rate_answer
from dashboard.topics.tariff_reach import reach
from dashboard.topics.tariffs import PRODUCTS, TariffParams
from etl.settings import days

DAY = date(2026, 11, 21)
BIG_GOODS_OF_THE_EU = ("pharmaceuticals", "cars", "steel")


def rows(chart_id, snapshot, **params):
    chart = all_charts()[chart_id]
    explicit = chart.Params(known=DAY, **params).explicit(snapshot)
    return chart.rows(snapshot, explicit)


@pytest.mark.slow
@pytest.mark.parametrize("country", ["CAN", "DEU", "FRA", "GBR", "NLD", "TUR"])
def test_the_gap_to_the_target_is_the_same_on_spending_and_pledges(snapshot, country):
    path = rows("pledge-path", snapshot, country=country, goals=("hague-3.5",))
    goal = path[path["kind"] == "goal"].iloc[0]
    gap = rows("spending-gap", snapshot, group="NATO").set_index("iso3").loc[country]
    cost = rows("pledge-cost", snapshot, country=country, goals=("hague-3.5",)).iloc[0]
    assert gap["short_usd_million"] == pytest.approx(goal["gap_usd_million"], abs=0.06)
    assert gap["short_ncu_million"] == pytest.approx(goal["gap_ncu_million"], abs=0.06, rel=1e-6)
    assert cost["gap_usd_million"] == goal["gap_usd_million"]


@pytest.mark.parametrize("home", ["CAN", "DEU", "GBR", "ISL", "USA"])
def test_the_overview_says_no_rate_that_the_calculator_does_not_charge(snapshot, home):
    answer = reach(snapshot, home, DAY)
    rates = {
        product: rate_answer(
            snapshot, TariffParams(product=product, origin=home, on=DAY, known=DAY, usmca="no").explicit(snapshot)
        )
        for product in (answer.product, *BIG_GOODS_OF_THE_EU)
    }
    assert rates[answer.product]["total_pct"] == answer.highest_pct
    assert all((rate["total_pct"] or 0) <= answer.highest_pct for rate in rates.values())


def test_bans_are_said_first(snapshot, ledger):
    answer = reach(snapshot, "CAN", DAY)
    assert len(answer.banned) == 3 and set(answer.banned) <= set(answer.counted)
    tile = overview.tiles(ledger, snapshot.release, "CAN")[-1]
    assert tile.figure.startswith("3 import bans")
    assert len(PRODUCTS.codes(snapshot)) > 20


@pytest.mark.parametrize("home", ["CAN", "DEU", "ISL"])
def test_the_tile_counts_the_measures_that_are_listed_below_it_and_none_adds_more_than_the_highest(
    snapshot, ledger, home
):
    answer = reach(snapshot, home, days.today())
    tile = overview.tiles(ledger, snapshot.release, home)[-1]
    assert any(text.startswith(f"{len(answer.counted)} measures in force") for text in tile.meaning)
    assert {code for code, most in answer.counted.items() if most is None} == set(answer.banned)
    assert max(most for most in answer.counted.values() if most is not None) <= answer.highest_pct


@pytest.mark.parametrize("home", ["CAN", "DEU", "GBR", "ISL", "USA"])
def test_the_page_behind_the_tariff_tile_opens_on_the_figure_of_the_tile(snapshot, ledger, home):
    tile = overview.tiles(ledger, snapshot.release, home)[-1]
    asked = links.params_of(TariffParams, links.homely(TariffParams, {"home": home}) | tile.query, snapshot).params
    answer = rate_answer(snapshot, asked.explicit(snapshot))
    assert answer["total_pct"] == reach(snapshot, home, days.today()).highest_pct


@pytest.mark.parametrize("home", ["CAN", "DEU", "USA"])
def test_the_overview_draws_tariffs_on_goods_that_carry_some(snapshot, home):
    asked = TariffParams(origin=home, product=overview.product_of(snapshot, home))
    assert rate_answer(snapshot, asked.explicit(snapshot))["total_pct"] > 0


@pytest.mark.parametrize(("home", "own"), [("CAN", "Canada"), ("DEU", "EU"), ("ISL", None)])
def test_the_next_deadline_says_what_is_the_country_s_own(snapshot, ledger, home, own):
    tile = overview.tiles(ledger, snapshot.release, home)[2]
    own_one = [text for text in tile.meaning if text.endswith("(the country’s own)")]
    assert [text.startswith(own) for text in own_one] == [True] if own else not own_one


@pytest.mark.parametrize(("home", "measured"), [("CAN", True), ("DEU", False), ("ISL", False)])
def test_a_target_proposed_for_canada_measures_nobody_else_unasked(snapshot, ledger, home, measured):
    chart, query = overview.first_chart(home)
    params = links.params_of(all_charts()[chart].Params, query, snapshot).params
    drawn = draw(ledger, chart, params, snapshot.release)
    assert ("2.5 % (op-ed by T. Juneau for Canada, 2025)" in set(drawn.rows["label"].dropna())) == measured
    tile = overview.tiles(ledger, snapshot.release, home)[0]
    assert any("2.5\u00a0%" in text for text in tile.meaning) == measured


def test_what_is_not_known_is_not_called_nothing(snapshot, ledger):
    need = overview.tiles(ledger, snapshot.release, "ISL")[1]
    assert need.figure == "not known"


@pytest.mark.parametrize(("spoken", "axis"), [("en", ("US$", "\u00a0bn")), ("fr", ("", "\u00a0G$ US"))])
def test_money_is_drawn_in_billions_with_its_unit(snapshot, spoken, axis):
    chart = all_charts()["spending-trend"]
    params = chart.Params(known=DAY, measure="expenditure_usd_current_million", countries=("USA",)).explicit(snapshot)
    with language.spoken(spoken):
        figure = chart.figure(chart.rows(snapshot, params), params)
    assert (figure.layout.yaxis.tickprefix, figure.layout.yaxis.ticksuffix) == axis
    assert 500 < max(figure.data[0].y) < 2000, "the United States spend about a thousand billion"


def test_an_axis_never_shortens_numbers_by_itself():
    from dashboard.style import template

    assert template().layout.yaxis.exponentformat == template().layout.xaxis.exponentformat == "none"
