"""The pledge calculator: hand-computed cases, properties for every shape, the Parliamentary Budget Officer's numbers."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.assumptions import Assumptions, PathwayError, Start, growth_from_gdp
from policy.backsolve import implied_gdp, implied_growth_pct, share_if_spent, spending_for_share, year_met
from policy.gaps import gap_to_target, group_gap
from policy.pathways import SHAPES, needed, path, sensitivity
from policy.starts import start_of

FLAT = Assumptions()
calm = settings(deadline=None, derandomize=True)  # the machine may be busy; the cases are the same every time

starts = st.builds(
    Start,
    year=st.integers(2014, 2030),
    share_of_gdp_pct=st.floats(0.2, 6),
    gdp_usd_million=st.floats(1e3, 3e7),
    ncu_per_usd=st.floats(0.3, 400),
)
targets = st.floats(0.2, 8)
spans = st.integers(1, 25)
rates = st.floats(-5, 8)
tables = st.dictionaries(st.integers(2015, 2055), rates, max_size=6)
worlds = st.builds(Assumptions, rates, rates, tables, tables)
shapes = st.sampled_from(SHAPES)


# --- by hand -------------------------------------------------------------------------------------------------------


def test_zero_growth_is_arithmetic_done_by_hand():
    # GDP 1,000,000; from 1 % to 2 % in four years: 10,000 -> 20,000, a quarter point a year.
    frame = path(Start(2026, 1.0, 1_000_000, ncu_per_usd=1.25), 2.0, 2030, FLAT)
    assert frame["year"].tolist() == [2026, 2027, 2028, 2029, 2030]
    assert frame["share_of_gdp_pct"].tolist() == [1.0, 1.25, 1.5, 1.75, 2.0]
    assert frame["spending_usd_million"].tolist() == pytest.approx([10_000, 12_500, 15_000, 17_500, 20_000])
    assert frame["spending_ncu_million"].tolist() == pytest.approx([12_500, 15_625, 18_750, 21_875, 25_000])
    assert frame["above_flat_usd_million"].tolist() == pytest.approx([0, 2_500, 5_000, 7_500, 10_000])
    assert frame["cumulative_above_flat_usd_million"].tolist() == pytest.approx([0, 2_500, 7_500, 15_000, 25_000])
    asked = needed(Start(2026, 1.0, 1_000_000, ncu_per_usd=1.25), 2.0, 2030, FLAT)
    assert asked.nominal_growth_pct == pytest.approx(100 * (2**0.25 - 1))
    assert asked.real_growth_pct == asked.nominal_growth_pct
    assert asked.added_usd_million == pytest.approx(2_500)
    assert asked.added_ncu_million == pytest.approx(3_125)
    assert asked.above_flat_total_ncu_million == pytest.approx(31_250)


@pytest.mark.parametrize(
    ("shape", "shares"),
    [
        ("straight", [1, 2, 3, 4, 5]),
        ("slow_then_fast", [1, 1.25, 2, 3.25, 5]),
        ("fast_then_slow", [1, 2.75, 4, 4.75, 5]),
        ("at_the_end", [1, 1, 1, 1, 5]),
        ("constant_growth", [1, 5**0.25, 5**0.5, 5**0.75, 5]),
    ],
)
def test_each_shape_by_hand(shape, shares):
    frame = path(Start(2031, 1.0, 1_000_000), 5.0, 2035, FLAT, shape)
    assert frame["share_of_gdp_pct"].tolist() == pytest.approx(shares)


def test_growth_and_prices_by_hand():
    # 2 % real and 3 % prices: GDP of the second year is 1.02^2 x 1.03^2 = 1.10376036 times the first.
    frame = path(Start(2025, 2.0, 1_000_000), 3.0, 2027, Assumptions(2, 3))
    assert frame["gdp_usd_million"].iloc[-1] == pytest.approx(1_103_760.36)
    assert frame["spending_usd_million"].iloc[-1] == pytest.approx(33_112.8108)
    assert frame["flat_spending_usd_million"].iloc[-1] == pytest.approx(22_075.2072)
    # In 2025 prices: 3 % of a GDP 1.0404 times as large.
    assert frame["spending_usd_start_prices_million"].iloc[-1] == pytest.approx(31_212)


def test_a_year_in_the_table_overrides_the_constant():
    world = Assumptions(1.0, 0.0, real_growth_by_year={2027: 10.0})
    frame = path(Start(2025, 2.0, 100_000), 2.0, 2028, world)
    assert frame["gdp_usd_million"].tolist() == pytest.approx([100_000, 101_000, 111_100, 112_211])


def test_growth_from_levels():
    assert growth_from_gdp({2024: 100.0, 2025: 102.0, 2026: float("nan"), 2027: 5.0}) == pytest.approx({2025: 2.0})


def test_canada_of_the_edition_of_july_2026():
    # 2026e: 52,455 M US$, 71,517 M C$, GDP 2,464,958 M US$, share 2.13: the start shows the very dollars reported.
    start = Start.reported(
        2026,
        share_of_gdp_pct=2.13,
        gdp_usd_million=2_464_958,
        expenditure_usd_million=52_455,
        expenditure_ncu_million=71_517,
    )
    assert start.spending_usd_million == pytest.approx(52_455)
    assert start.spending_ncu_million == pytest.approx(71_517)
    assert start.basis_difference_pct == 0
    # No growth, 3.5 % by 2035: 0.035 x 2,464,958 = 86,273.53; nine equal steps of 3,757.6 M US$.
    asked = needed(start, 3.5, 2035, FLAT)
    assert asked.due_spending_usd_million == pytest.approx(86_273.53)
    assert asked.added_usd_million == pytest.approx((86_273.53 - 52_455) / 9)


def test_a_share_on_another_basis_stands_and_the_difference_is_told():
    start = Start.reported(2024, share_of_gdp_pct=2.0, gdp_usd_million=100_000, expenditure_usd_million=2_100)
    assert start.share_of_gdp_pct == 2.0
    assert start.basis_difference_pct == pytest.approx(5.0)


def rows_of(measures):
    return pd.DataFrame(
        [
            {"year": year, "measure": measure, "value": value}
            for measure, values in measures.items()
            for year, value in values.items()
        ]
    )


CANADA_2026 = {
    "share_of_gdp_pct": {2025: 2.03, 2026: 2.13, 2027: 2.2},
    "gdp_usd_current_million": {2025: 2_319_900, 2026: 2_464_958},
    "gdp_usd_constant_million": {2025: 2_241_257, 2026: 2_267_180},
    "expenditure_usd_current_million": {2025: 47_136, 2026: 52_455},
    "expenditure_ncu_current_million": {2025: 65_901, 2026: 71_517},
}


def test_the_start_is_the_latest_year_an_edition_has_whole():
    start = start_of(rows_of(CANADA_2026))
    assert (start.year, round(start.spending_ncu_million)) == (2026, 71_517)
    assert start_of(rows_of(CANADA_2026), 2025).ncu_per_usd == pytest.approx(65_901 / 47_136)
    aggregate = rows_of({k: v for k, v in CANADA_2026.items() if "ncu" not in k})
    assert start_of(aggregate).ncu_per_usd == 1
    with pytest.raises(PathwayError, match="2027"):
        start_of(rows_of(CANADA_2026), 2027)
    with pytest.raises(PathwayError, match="another edition"):
        start_of(rows_of({"share_of_gdp_pct": {2025: 2.01}}))


def test_a_target_below_the_start_is_told_as_met():
    asked = needed(start_of(rows_of(CANADA_2026)), 2.0, 2027, FLAT)
    assert asked.already_met
    assert asked.above_flat_due_usd_million < 0
    assert not needed(start_of(rows_of(CANADA_2026)), 3.5, 2035, FLAT).already_met


# --- the Parliamentary Budget Officer, 2024-10-30 ------------------------------------------------------------------

CANADA_2024 = dict(
    share_of_gdp_pct=1.365155,
    gdp_usd_million=2_233_829.271,
    expenditure_usd_million=30_495.235,
    expenditure_ncu_million=41_012.108,
)


def test_pbo_spending_of_2024_25_is_the_edition_of_june_2024():
    # 41 billion in 2024-25 is what NATO's edition of the time has for 2024.
    start = Start.reported(2024, **CANADA_2024)
    assert round(start.spending_ncu_million / 1000) == 41


def test_pbo_need_in_2032_33_from_the_gdp_it_implies():
    # 81.9 billion for 2 %: a GDP of 4,095 billion in 2032-33.
    assert implied_gdp(81_900, 2.0) == pytest.approx(4_095_000)
    start = Start.reported(2024, **CANADA_2024)
    growth = implied_growth_pct(start.gdp_ncu_million, 4_095_000, 8)
    assert growth == pytest.approx(3.95, abs=0.01)
    world = Assumptions(deflator_pct=growth)
    for shape in SHAPES:
        asked = needed(start, 2.0, 2032, world, shape)
        assert asked.due_spending_ncu_million == pytest.approx(81_900)
    # From 41.0 to 81.9 billion in eight years: (81.9 / 41.012)^(1/8) - 1 = 9.03 % a year.
    assert asked.nominal_growth_pct == pytest.approx(9.03, abs=0.01)
    assert share_if_spent(start, world, 2032, spending_ncu_million=81_900) == pytest.approx(2.0)
    assert year_met(start, world, 2.0, asked.nominal_growth_pct, real=False) == 2032


def test_pbo_share_of_2029_30_from_the_gdp_it_implies():
    # The same dollars are 1.76 % on the government's GDP and 1.58 % on the Budget Officer's, 11.4 % larger.
    start = Start.reported(2024, **CANADA_2024)
    officer = Assumptions(deflator_pct=implied_growth_pct(start.gdp_ncu_million, 4_095_000, 8))
    planned = spending_for_share(start, officer, 2029, 1.58)[1]
    government_gdp = implied_gdp(planned, 1.76)
    growth = implied_growth_pct(start.gdp_ncu_million, government_gdp, 5)
    government = Assumptions(deflator_pct=growth)
    assert share_if_spent(start, government, 2029, spending_ncu_million=planned) == pytest.approx(1.76)
    assert share_if_spent(start, officer, 2029, spending_ncu_million=planned) == pytest.approx(1.58)
    officer_gdp = start.gdp_ncu_million * officer.nominal_index(2024, 2029)[-1]
    assert officer_gdp / government_gdp == pytest.approx(1.76 / 1.58)


# --- properties ----------------------------------------------------------------------------------------------------


@calm
@given(starts, targets, spans, worlds, shapes)
def test_the_target_is_hit_exactly_in_the_due_year_and_held(start, target, span, world, shape):
    frame = path(start, target, start.year + span, world, shape, until=start.year + span + 3)
    assert frame["share_of_gdp_pct"].iloc[span:].tolist() == [target] * 4
    assert frame["share_of_gdp_pct"].iloc[0] == pytest.approx(start.share_of_gdp_pct)
    for unit in ("usd", "ncu"):
        expected = frame["share_of_gdp_pct"] / 100 * frame[f"gdp_{unit}_million"]
        assert frame[f"spending_{unit}_million"].tolist() == pytest.approx(expected.tolist())
        above = frame[f"spending_{unit}_million"] - frame[f"flat_spending_{unit}_million"]
        assert frame[f"above_flat_{unit}_million"].tolist() == pytest.approx(
            above.tolist(), rel=1e-6, abs=1e-6 * frame[f"spending_{unit}_million"].max()
        )
    assert frame["cumulative_above_flat_usd_million"].iloc[-1] == pytest.approx(frame["above_flat_usd_million"].sum())


@pytest.mark.slow
@calm
@given(starts, targets, targets, spans, worlds, shapes)
def test_a_higher_target_never_costs_less(start, one, other, span, world, shape):
    low, high = sorted((one, other))
    cheap, dear = (path(start, t, start.year + span, world, shape) for t in (low, high))
    tolerance = 1e-9 * dear["spending_usd_million"].max()
    assert (dear["spending_usd_million"] >= cheap["spending_usd_million"] - tolerance).all()


@calm
@given(starts, targets, spans, worlds, shapes)
def test_back_solving_inverts_the_path(start, target, span, world, shape):
    due = start.year + span
    asked = needed(start, target, due, world, shape)
    assert share_if_spent(start, world, due, spending_usd_million=asked.due_spending_usd_million) == pytest.approx(
        target
    )
    assert share_if_spent(start, world, due, spending_ncu_million=asked.due_spending_ncu_million) == pytest.approx(
        target
    )
    assert spending_for_share(start, world, due, target) == pytest.approx(
        (asked.due_spending_usd_million, asked.due_spending_ncu_million)
    )
    grown = start.spending_usd_million * (1 + asked.nominal_growth_pct / 100) ** span
    assert grown == pytest.approx(asked.due_spending_usd_million)


@calm
@given(starts, targets, spans, rates, rates, shapes)
def test_needed_growth_has_its_closed_form(start, target, span, growth, prices, shape):
    asked = needed(start, target, start.year + span, Assumptions(growth, prices), shape)
    ratio = (target / start.share_of_gdp_pct) ** (1 / span)
    assert 1 + asked.real_growth_pct / 100 == pytest.approx(ratio * (1 + growth / 100))
    assert 1 + asked.nominal_growth_pct / 100 == pytest.approx(ratio * (1 + growth / 100) * (1 + prices / 100))


@pytest.mark.slow
@calm
@given(starts, targets, spans, worlds)
def test_constant_growth_grows_by_the_same_real_rate_every_year(start, target, span, world):
    frame = path(start, target, start.year + span, world, "constant_growth")
    asked = needed(start, target, start.year + span, world, "constant_growth")
    assert frame["real_growth_pct"].iloc[1:].tolist() == pytest.approx([asked.real_growth_pct] * span, abs=1e-6)


@calm
@given(starts, st.floats(1.02, 4), spans, rates, rates, st.booleans())
def test_spending_that_grows_as_needed_meets_the_target_in_the_due_year(start, factor, span, growth, prices, real):
    world, target = Assumptions(growth, prices), start.share_of_gdp_pct * factor
    asked = needed(start, target, start.year + span, world)
    pace = asked.real_growth_pct if real else asked.nominal_growth_pct
    walked = Assumptions(growth, prices, real_growth_by_year={start.year + 1: growth})
    assert year_met(start, world, target, pace, real=real) == start.year + span
    assert year_met(start, walked, target, pace, real=real) == start.year + span


@pytest.mark.slow
@calm
@given(starts, targets, spans, worlds, shapes)
def test_the_band_holds_the_path(start, target, span, world, shape):
    due = start.year + span
    frame, band = path(start, target, due, world, shape), sensitivity(start, target, due, world, shape)
    for column in ("spending_usd_million", "cumulative_above_flat_ncu_million"):
        slack = 1e-9 * frame["spending_ncu_million"].abs().sum() + 1e-9 * frame["spending_usd_million"].sum()
        assert (band[f"{column}_low"] <= frame[column] + slack).all()
        assert (band[f"{column}_high"] >= frame[column] - slack).all()


def test_a_pace_below_the_economy_never_meets_the_target():
    start = Start(2026, 1.5, 100_000)
    assert year_met(start, Assumptions(2, 2), 2.0, 1.0) is None
    assert year_met(start, Assumptions(2, 2), 1.5, 1.0) == 2026
    assert year_met(start, Assumptions(2, 2), 2.0, 2.0 + 1e-9) is None  # it would be after LAST_YEAR


@pytest.mark.parametrize(
    "bad",
    [
        dict(due_year=2026),
        dict(due_year=2020),
        dict(target_pct=0),
        dict(target_pct=math.nan),
        dict(target_pct=120),
        dict(shape="zigzag"),
        dict(due_year=9999),
    ],
)
def test_a_question_without_an_answer_says_why(bad):
    question = dict(target_pct=2.0, due_year=2030, shape="straight") | bad
    with pytest.raises(PathwayError) as caught:
        path(Start(2026, 1.5, 100_000), assumptions=FLAT, **question)
    assert caught.value.message.text() == str(caught.value)


def test_a_start_or_a_growth_that_cannot_be_is_refused():
    for bad in (dict(share_of_gdp_pct=0), dict(gdp_usd_million=math.nan), dict(ncu_per_usd=-1)):
        with pytest.raises(PathwayError):
            Start(**(dict(year=2026, share_of_gdp_pct=1.5, gdp_usd_million=1e5) | bad))
    with pytest.raises(PathwayError):
        Assumptions(-100)
    with pytest.raises(PathwayError):
        share_if_spent(Start(2026, 1.5, 1e5), FLAT, 2030)


# --- gaps ----------------------------------------------------------------------------------------------------------


def test_gap_in_points_and_money():
    gap = gap_to_target(1.25, 2.0, 200_000)
    assert gap.points == 0.75
    assert gap.million == pytest.approx(1_500)


def test_a_groups_shortfalls_are_not_offset_by_those_above():
    share, gdp = pd.Series([1.0, 1.5, 3.0, float("nan")]), pd.Series([1_000, 2_000, 1_000, 500])
    gap = group_gap(gap_to_target(share, 2.0, gdp).million)
    assert gap.short_million == pytest.approx(20)
    assert gap.net_million == pytest.approx(10)
    assert (gap.members_short, gap.members) == (2, 3)
