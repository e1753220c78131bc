"""A number that stands in two places is one number: both come from the same function."""

from datetime import date

import pytest

from dashboard import language
from dashboard.charts import all_charts
from dashboard.sections import overview
from dashboard.topics.tariff_rate import rate_answer
from dashboard.topics.tariff_reach import reach
from dashboard.topics.tariffs import PRODUCTS, TariffParams

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
