"""Dollars by code: programmes add up to the duty, codes to chapters and to all, and each code is its own rates on its own trade."""

import re
from datetime import date
from functools import cache

import pandas as pd
import pytest

from dashboard.charts import all_charts
from dashboard.language import money
from dashboard.topics.exposure_words import terms_in_words, uncounted
from dashboard.topics.hts import dotted
from dashboard.topics.tariff_goods import answer_of
from dashboard.topics.tariffs import TariffParams
from policy.tariffs import PROGRAMMES
from tests.tariff_tables import seed

ON = {"on": date(2026, 10, 1), "known": date(2026, 10, 10)}
CHART = all_charts()["tariff-exposure"]
TERM = re.compile(r"(?<!less than )(?<![\d.])([\d.]+)\u00a0% (?:on average )?× US\$([\d.]+)\u00a0(billion|million)")


@cache
def dollars(snapshot, exposure: str, **asked) -> pd.DataFrame:
    return CHART.rows(snapshot, CHART.Params(exposure=exposure, **(ON | asked)).explicit(snapshot))


@pytest.mark.slow
@pytest.mark.parametrize("exposure", ["chapters", "codes"])
def test_programmes_add_up_to_the_duty_and_rows_to_all(snapshot, exposure):
    rows = dollars(snapshot, exposure)
    parts = [name for name in rows if name.removesuffix("_usd_million") in PROGRAMMES]
    pd.testing.assert_series_equal(rows[parts].sum(axis=1), rows["duty_usd_million"], check_names=False)
    whole, rest = rows.iloc[0], rows.iloc[1:]
    amounts = [name for name in rows if name.endswith("_usd_million")]
    pd.testing.assert_series_equal(rest[amounts].sum(), whole[amounts].astype("float64"), check_names=False)
    assert whole["imports_usd_million"] == pytest.approx(380_300, abs=50)
    assert whole["claimed_usd_million"] == pytest.approx(255_400, abs=50)


def test_chapters_are_their_codes(snapshot):
    chapters = dollars(snapshot, "chapters").iloc[1:].set_index("code")["duty_usd_million"]
    codes = dollars(snapshot, "codes").iloc[1:]
    summed = codes.groupby(codes["code"].str[:2])["duty_usd_million"].sum()
    pd.testing.assert_series_equal(chapters.sort_index(), summed, check_names=False)


@pytest.mark.parametrize("code", ["73089030", "44071100", "22083030", "27090010"])
def test_a_code_is_its_own_rates_on_its_own_trade(snapshot, code):
    trade = seed("tariff_codes").set_index("hts8").loc[code]
    claimed = trade["usmca_claimed_2025_usd"] / 1e6
    rest = trade["imports_from_canada_2025_usd"] / 1e6 - claimed
    rates = []
    for usmca in ("yes", "no"):
        answer = answer_of(snapshot, TariffParams(hs=code, usmca=usmca, **ON).explicit(snapshot))
        rates.append(answer["total_pct"] or 0.0)
    row = dollars(snapshot, "codes").set_index("code").loc[dotted(code)]
    assert row["duty_usd_million"] == pytest.approx((claimed * rates[0] + rest * rates[1]) / 100)


def test_goods_are_narrowed_by_a_code_and_other_origins_have_no_trade_by_code(snapshot):
    steel = CHART.rows(snapshot, CHART.Params(exposure="codes", hs="7308", **ON).explicit(snapshot))
    assert set(steel["code"].str[:4]) == {"7308", "all_"}
    params = CHART.Params(exposure="chapters", origin="DEU", **ON).explicit(snapshot)
    rows = CHART.rows(snapshot, params)
    assert rows.empty and CHART.figure(rows, params).layout.title.text and CHART.summary(rows, params)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "codes"),
    [("umbrellas", {"6601", "6603"}), ("cars", {"8703", "8704"}), ("zzqx", set()), ("9999.99.99", set())],
)
def test_dollars_are_of_the_goods_that_were_typed(snapshot, text, codes):
    """A word is no more all goods than a code is; what nothing is called has no dollars, and it is said why."""
    params = CHART.Params(exposure="codes", hs=text, **ON).explicit(snapshot)
    rows = CHART.rows(snapshot, params)
    assert {code[:4] for code in rows["code"].iloc[1:]} == codes
    assert text in CHART.summary(rows, params).lower() and CHART.figure(rows, params).layout.title.text
    assert "All goods" not in set(rows["label"])


def test_lines_of_which_longer_codes_pay_otherwise_are_named_in_dollars(snapshot):
    """Trade is known by line: what its longer codes (whisky under a ban) are of it no one says."""
    params = CHART.Params(exposure="codes", hs="2208", **ON).explicit(snapshot)
    rows = CHART.rows(snapshot, params).set_index("code")
    whisky = rows.loc["2208.30.60"]
    assert whisky["split_usd_million"] == whisky["imports_usd_million"] > 0
    assert rows.loc["2208.30.30", "split_usd_million"] == 0
    assert "longer codes pay another rate" in CHART.summary(rows.reset_index(), params)
    steel = CHART.Params(exposure="codes", hs="7308.90.30", **ON).explicit(snapshot)
    assert "longer codes" not in CHART.summary(CHART.rows(snapshot, steel), steel)


def test_dollars_say_a_ban_first(snapshot):
    params = CHART.Params(exposure="codes", hs="2203", **ON).explicit(snapshot)
    rows = CHART.rows(snapshot, params)
    assert "import banned" in CHART.figure(rows, params).layout.title.text
    said = CHART.summary(rows, params)
    assert "import banned" in said and ". ." not in said
    some = CHART.Params(exposure="codes", hs="2208", **ON).explicit(snapshot)
    assert CHART.summary(CHART.rows(snapshot, some), some).index("Banned") < 250


def test_a_content_that_is_known_is_charged_in_dollars_too(snapshot):
    cars = {"hs": "8703.23.01", "usmca": "yes"}
    whole, part = (dollars(snapshot, "codes", **cars, **more).iloc[0] for more in ({}, {"us_content_pct": 60.0}))
    assert part["duty_usd_million"] == pytest.approx(0.4 * whole["duty_usd_million"])
    params = CHART.Params(exposure="codes", us_content_pct=60.0, **cars, **ON).explicit(snapshot)
    title = CHART.figure(CHART.rows(snapshot, params), params).layout.title
    assert "US content, %: 60" in title.subtitle.text and title.text.startswith("8703.23.01")


def test_the_picture_says_that_it_is_arithmetic(snapshot):
    params = CHART.Params(exposure="chapters", **ON).explicit(snapshot)
    rows = dollars(snapshot, "chapters")
    figure, said = CHART.figure(rows, params), CHART.summary(rows, params)
    assert "no forecast" in figure.layout.title.subtitle.text and "CUSMA" in said and "Section 232" in said


@pytest.mark.slow
def test_a_scenario_in_dollars_is_static_or_answers_its_price(snapshot):
    off = {"whatif": ("US-232-METALS-2026:rate=25",)}
    own, static = dollars(snapshot, "chapters").iloc[0], dollars(snapshot, "chapters", **off).iloc[0]
    answered = dollars(snapshot, "chapters", **off, elasticity=1.5).iloc[0]
    assert static["ledger_duty_usd_million"] == pytest.approx(own["duty_usd_million"])
    assert static["imports_usd_million"] == pytest.approx(own["imports_usd_million"])
    assert static["duty_usd_million"] < answered["duty_usd_million"] < own["duty_usd_million"]
    assert answered["imports_usd_million"] > own["imports_usd_million"]


@pytest.mark.slow
def test_goods_that_all_qualify_or_none_are_charged_so(snapshot):
    claims, all_do, none_does = (dollars(snapshot, "chapters", usmca=usmca).iloc[0] for usmca in ("any", "yes", "no"))
    assert all_do["duty_usd_million"] < claims["duty_usd_million"] < none_does["duty_usd_million"]
    assert all_do["claimed_usd_million"] == all_do["imports_usd_million"] and none_does["claimed_usd_million"] == 0.0


@pytest.mark.slow
def test_groups_are_their_codes_on_the_list_of_the_day(snapshot):
    groups, chapters = dollars(snapshot, "groups").set_index("code"), dollars(snapshot, "chapters").set_index("code")
    whole = chapters.loc["all_products"]
    assert groups.loc["all_products", "duty_usd_million"] == pytest.approx(
        whole["duty_usd_million"] - whole["base_usd_million"]
    )
    listed = groups.loc["s338_motor_vehicles_list"]  # 513 codes since 15 September, not July's 439
    assert listed["imports_usd_million"] == pytest.approx(17_875.899, abs=0.001)
    assert "usitc-tariff-2025" in listed["source_id"]
    alcohol = groups.loc["s338_alcohol_list"]
    assert alcohol["duty_usd_million"] < alcohol["imports_usd_million"] * 0.5, "what is banned pays nothing"


@pytest.mark.slow
@pytest.mark.parametrize("origin", ["CAN", "DEU"])
def test_who_multiplies_what_is_said_of_a_group_by_hand_gets_its_dollars(snapshot, origin):
    rows = dollars(snapshot, "groups", origin=origin)
    checked = 0
    for row in rows[(rows["code"] != "all_products") & (rows["duty_usd_million"] > 0)].itertuples():
        terms = [
            float(rate) * float(amount) * (10 if unit == "billion" else 0.01)
            for rate, amount, unit in TERM.findall(terms_in_words(row))
        ]
        if terms:
            checked += 1
            assert money(sum(terms)) == money(row.duty_usd_million), terms_in_words(row)
    assert checked >= 10


def test_cars_are_said_to_be_charged_on_their_whole_value(snapshot):
    rows = dollars(snapshot, "groups").set_index("product_id", drop=False)
    assert rows.loc["cars", "us_made_pct"] == 0 < rows.loc["cars", "qualifying_pct"]
    assert terms_in_words(rows.loc["cars"]).endswith("US content not deducted")
    assert "not deducted" not in terms_in_words(rows.loc["softwood-lumber"])
    params = CHART.Params(**ON).explicit(snapshot)
    assert CHART.further(rows, params).startswith("Cars and light trucks, medium and heavy-duty trucks: ")


@pytest.mark.parametrize("origin", ["CAN", "DEU"])
def test_goods_that_are_not_computed_are_named_in_the_picture(snapshot, origin):
    rows, params = dollars(snapshot, "groups", origin=origin), CHART.Params(origin=origin, **ON).explicit(snapshot)
    words = " ".join(note.text for note in CHART.figure(rows, params).layout.annotations)
    out = uncounted(rows)
    assert len(out) and "Not computed" in words
    assert all(f"<b>{label}</b> · US$" in words for label in out["label"].head(4))
