"""What someone types for goods: a code, a word of the official description, a product in English or French."""

from datetime import date

import pandas as pd
import pytest

from dashboard.charts import all_charts
from dashboard.language import spoken
from dashboard.topics.hts import schedule
from dashboard.topics.tariff_goods import (
    Goods,
    answer_of,
    companies_of,
    content_that_matters,
    goods_in_words,
    goods_of,
    measures_on,
    one_of,
)
from dashboard.topics.tariff_sum import sum_of_layers
from dashboard.topics.tariff_words import heading_words
from dashboard.topics.tariffs import TariffParams

DAYS = {"on": date(2026, 10, 1), "known": date(2026, 10, 10), "usmca": "yes"}


def asked(snapshot, **fields) -> TariffParams:
    return TariffParams(**(DAYS | fields)).explicit(snapshot)


@pytest.mark.parametrize("text", ["7308.90.30", "73089030", " 7308 90 30 "])
def test_a_code_with_or_without_dots_is_that_code(snapshot, text):
    params = asked(snapshot, hs=text)
    assert goods_of(snapshot, params).code == "73089030"
    rows = sum_of_layers(snapshot, params)
    total = rows[rows["kind"] == "total"].iloc[0]
    assert total["rate_pct"] == 100.0 == rows.loc[rows["kind"] == "layer", "counted_pct"].sum()
    assert rows["goods"].iloc[0].startswith("7308.90.30 (")
    assert rows.set_index("measure_id").loc["MFN", "source_id"]


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("Softwood lumber", "softwood-lumber"),
        ("bois d'oeuvre résineux", "softwood-lumber"),
        ("ACIER", "steel"),
        ("cars", "cars"),
    ],
)
def test_a_product_is_known_by_its_name_in_both_languages(snapshot, text, product):
    params = asked(snapshot, hs=text)
    assert goods_of(snapshot, params).product == product
    assert answer_of(snapshot, params) == answer_of(snapshot, asked(snapshot, product=product))


def test_a_word_of_the_description_lists_its_lines_with_their_totals(snapshot):
    answer = answer_of(snapshot, asked(snapshot, hs="umbrellas"))
    texts = schedule(snapshot).goods.set_index("hts8")["description"]
    assert answer["total_pct"] is None and answer["narrower"]
    for part in answer["narrower"]:
        assert "umbrella" in texts[part["hs"].replace(".", "")].lower()
        assert part["total_pct"] == answer_of(snapshot, asked(snapshot, hs=part["hs"]))["total_pct"]


def test_what_is_not_there_lists_the_nearest(snapshot):
    assert all(code.startswith("7308") for code in goods_of(snapshot, asked(snapshot, hs="7308.99.99")).near)
    assert "umbrella" in goods_of(snapshot, asked(snapshot, hs="umbrelas")).near
    assert goods_of(snapshot, asked(snapshot, hs="zzqx")) == Goods()
    beside = [code[:2] for code in goods_of(snapshot, asked(snapshot, hs="9903.01.25")).near]
    assert set(beside) <= {"97", "98"}


@pytest.mark.parametrize("text", ["fromage", "canola", "<script>", "7308.90.31", "umbrelas"])
def test_what_is_only_near_is_offered_and_never_answered_for(snapshot, text):
    answer = answer_of(snapshot, asked(snapshot, hs=text))
    assert answer["total_pct"] is None and not answer["narrower"] and not answer["layers"]


def test_a_french_word_for_goods_offers_the_products_that_are_called_so(snapshot):
    with spoken("fr"):
        assert goods_of(snapshot, asked(snapshot, hs="camions")).near[0] == "Camions moyens et lourds"
        assert "Médicaments brevetés" in goods_of(snapshot, asked(snapshot, hs="médicaments")).near


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("fromage", "0406"),
        ("cheese", "0406"),
        ("lait", "0401"),
        ("whisky", "2208"),
        ("homards", "0306"),
        ("vin", "2204"),
        ("canola", "1205"),
    ],
)
def test_goods_that_only_a_heading_names_are_offered_by_it(snapshot, text, heading):
    assert heading in goods_of(snapshot, asked(snapshot, hs=text)).near
    assert "vinegar" not in str(answer_of(snapshot, asked(snapshot, hs="vin"))["narrower"]).lower()


def test_the_words_of_headings_are_of_headings_that_are_there(snapshot):
    assert all(goods_of(snapshot, asked(snapshot, hs=heading)).code for heading in heading_words())


def test_other_readings_of_a_banned_code_are_told_from_the_least_to_the_most(snapshot):
    rows, _params = drawn(snapshot, "tariff-rate", hs="2208", usmca="any")
    assert "in other readings 50\u00a0% to 60\u00a0%" in rows.set_index("hs")["note"]["2208.30.30"]


def test_no_ordinary_duty_comes_on_top_of_a_ban(snapshot):
    rows, params = drawn(snapshot, "tariff-rate", hs="2203.00.00", usmca="no")
    subtitle = all_charts()["tariff-rate"].figure(rows, params).layout.title.subtitle.text
    assert "comes on top" not in subtitle and "may not enter" in subtitle


def test_a_ban_is_said_first(snapshot):
    chart = all_charts()["tariff-rate"]

    def title(text: str) -> str:
        params = asked(snapshot, hs=text)
        return chart.figure(chart.rows(snapshot, params), params).layout.title.text

    assert "2203.00.00" in title("2203") and "import banned" in title("2203")
    assert "import banned on 5 of 6 codes" in title("wine")
    assert "import banned" in title("2203.00.00")


def test_a_heading_lists_what_is_split_beneath_it(snapshot):
    heading = {part["hs"]: part["total_pct"] for part in answer_of(snapshot, asked(snapshot, hs="9403.60"))["narrower"]}
    line = {part["hs"]: part["total_pct"] for part in answer_of(snapshot, asked(snapshot, hs="9403.60.80"))["narrower"]}
    assert heading["9403.60.80.93"] == 75.0 != heading["9403.60.80"] == 50.0
    assert line.items() <= heading.items()
    assert "without 9403.60.80.93" in goods_in_words(snapshot, asked(snapshot, hs="9403.60.80"), rest_of_line=True)


def test_digits_that_no_source_holds_are_said_not_to_be_checked(snapshot):
    assert answer_of(snapshot, asked(snapshot, hs="7308.90.30.99"))["suffix_held"] is False
    assert "last digits not checked" in goods_in_words(snapshot, asked(snapshot, hs="7308.90.30.99"))
    assert answer_of(snapshot, asked(snapshot, hs="9403.60.80.93"))["suffix_held"] is True


def test_a_duty_per_unit_comes_on_top_in_words(snapshot):
    answer = answer_of(snapshot, asked(snapshot, hs="2204.21.50", origin="TUR"))
    ordinary = answer["layers"][0]
    assert (ordinary["reason"], answer["base_complete"]) == ("base_per_unit", False)
    chart = all_charts()["tariff-rate"]
    params = asked(snapshot, hs="2204.21.50", origin="TUR")
    assert "6.3 cents/liter" in chart.figure(chart.rows(snapshot, params), params).layout.title.text


def test_a_part_of_a_vehicle_is_one_by_its_use_where_its_heading_is_no_vehicle_part(snapshot):
    battery = answer_of(snapshot, asked(snapshot, hs="8507.60.00", origin="NOR"))
    reasons = {layer["measure_id"]: layer["reason"] for layer in battery["layers"]}
    assert reasons["US-232-AUTO-PARTS"] == "part_only"
    assert battery["total_pct"] < battery["highest_pct"] == 28.4
    mirror = answer_of(snapshot, asked(snapshot, hs="7009.10.00", origin="NOR"))
    assert mirror["total_pct"] == mirror["lowest_pct"] == 28.9


def test_the_highest_reading_of_a_floor_is_the_ordinary_duty_of_a_code_above_it(snapshot):
    cars = answer_of(snapshot, asked(snapshot, product="cars", origin="DEU"))
    assert (cars["total_pct"], cars["lowest_pct"], cars["highest_pct"]) == (15.0, 15.0, 25.0)
    assert answer_of(snapshot, asked(snapshot, hs="8704.31.01", origin="DEU"))["total_pct"] == 25.0


@pytest.mark.slow
@pytest.mark.parametrize("text", ["7308", "umbrellas", "zzqx", "7308.99.99", "7308.90.30", "acier", "%<b>"])
def test_every_chart_of_goods_says_something_whatever_is_typed(snapshot, text):
    for name in ("tariff-rate", "tariff-stack", "tariff-schedule", "tariff-history", "tariff-exposure"):
        chart = all_charts()[name]
        params = chart.Params(**(DAYS | {"hs": text})).explicit(snapshot)
        rows = chart.rows(snapshot, params)
        if name == "tariff-rate":
            assert rows.loc[rows["kind"] == "code", "source_id"].ne("").all()
        assert chart.figure(rows, params).layout.title.text and chart.summary(rows, params)


def test_the_stack_of_a_code_adds_up_with_its_ordinary_duty(snapshot):
    params = asked(snapshot, hs="6109.10.00", origin="NOR", usmca="any", on=date(2025, 10, 1), known=date(2025, 10, 1))
    one = one_of(snapshot, params)
    assert one is not None and one.base_pct is not None and one.base_pct["non_qualifying"] == 16.5
    rows = all_charts()["tariff-stack"].rows(snapshot, params)
    day = rows[(rows["from_on"] <= "2025-10-01") & ~(rows["to_on"] <= "2025-10-01")]
    assert (
        day.loc[day["kind"] == "layer", "counted_pct"].sum()
        == day.loc[day["kind"] == "total", "rate_pct"].iloc[0]
        == 31.5
    )


def test_the_ordinary_duty_of_a_product_is_a_range_that_is_not_counted(snapshot):
    answer = answer_of(snapshot, asked(snapshot, product="cars", origin="DEU", usmca="any"))
    assert (answer["base_lowest_pct"], answer["base_highest_pct"]) == (2.5, 25.0)  # cars and light trucks
    general = answer_of(snapshot, asked(snapshot, product="general-goods", origin="DEU", usmca="any"))
    assert general["base_highest_pct"] is None  # any goods at all
    assert general["total_pct"] is not None


def test_content_is_asked_where_a_rate_is_on_a_part_of_the_value(snapshot):
    cars = asked(snapshot, product="cars")
    assert "us_content_pct" in content_that_matters(snapshot, cars)
    assert content_that_matters(snapshot, asked(snapshot, product="softwood-lumber")) == set()
    whole = answer_of(snapshot, cars)
    half = answer_of(snapshot, asked(snapshot, product="cars", us_content_pct=40))
    assert (whole["total_pct"], half["total_pct"]) == (25.0, 15.0)
    assert whole["lowest_pct"] == 0.0 and whole["highest_pct"] == 25.0


def test_companies_are_offered_for_codes_as_for_products(snapshot):
    assert companies_of(snapshot, asked(snapshot, hs="4407.11.00")) == companies_of(snapshot, asked(snapshot))


@pytest.mark.parametrize(("product", "origin", "companies"), [
    ("softwood-lumber", "CAN", ["Canfor", "West-Fraser"]), ("softwood-lumber", "DEU", []),
    ("steel", "CAN", ["authorised-producer"]), ("steel", "MEX", ["authorised-producer"]), ("steel", "DEU", []),
    ("pharmaceuticals", "DEU", ["annex-iii"]), ("cars", "CAN", []),
])  # fmt: skip
def test_companies_are_offered_only_where_a_rate_of_their_own_reaches_the_goods(snapshot, product, origin, companies):
    assert companies_of(snapshot, asked(snapshot, product=product, origin=origin)) == companies


def test_no_company_is_offered_for_a_code_without_one(snapshot):
    assert companies_of(snapshot, asked(snapshot, hs="2204.21.20")) == []


# --- through time --------------------------------------------------------------------------------------------------


def drawn(snapshot, name, **fields):
    chart = all_charts()[name]
    params = chart.Params(**(DAYS | fields)).explicit(snapshot)
    return chart.rows(snapshot, params), params


@pytest.mark.parametrize("goods", [{"product": "softwood-lumber"}, {"hs": "7308.90.30"}, {"product": "banned-alcohol"}])
def test_each_change_is_the_answer_of_its_day_and_follows_the_one_before(snapshot, goods):
    rows, _params = drawn(snapshot, "tariff-changes", **goods)
    assert rows["on"].is_monotonic_increasing and len(rows)
    assert rows["before_pct"].iloc[1:].fillna(-1).tolist() == rows["total_pct"].iloc[:-1].fillna(-1).tolist()
    for row in rows.itertuples():
        answer = answer_of(snapshot, asked(snapshot, on=row.on.date(), **goods))
        assert answer["banned"] == row.banned and (row.banned or answer["total_pct"] == row.total_pct)
        assert answer["lowest_pct"] is None or row.lowest_pct <= answer["lowest_pct"]
        assert answer["highest_pct"] is None or row.highest_pct >= answer["highest_pct"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "goods", [{"hs": "7308.90.30"}, {"hs": "7308.90.30", "usmca": "any"}, {"product": "cars", "origin": "DEU"}]
)
def test_the_range_of_a_stretch_is_that_of_its_days(snapshot, goods):
    rows, params = drawn(snapshot, "tariff-changes", **goods)
    ends = [*rows["on"].iloc[1:], pd.Timestamp(params.on)]
    stretch, end = max(zip(rows.itertuples(), ends, strict=True), key=lambda one: one[1] - one[0].on)
    days = pd.date_range(stretch.on, end - pd.Timedelta(days=1), freq="D")
    answers = [answer_of(snapshot, asked(snapshot, on=day.date(), **goods)) for day in days]
    assert stretch.lowest_pct == min(answer["lowest_pct"] for answer in answers)
    assert stretch.highest_pct == max(answer["highest_pct"] for answer in answers)


def test_two_moments_are_each_the_answer_of_its_moment(snapshot):
    moments = {"before_on": date(2026, 9, 14), "before_known": date(2026, 9, 14)}
    rows, _params = drawn(snapshot, "tariff-compare", hs="7308.90.30", **moments)
    total = rows.iloc[-1]
    assert (total["before_pct"], total["after_pct"], total["change_pct"]) == (50.0, 100.0, 50.0)
    layers = rows[rows["kind"] == "layer"]
    assert layers[["before_pct", "after_pct"]].sum().tolist() == [50.0, 100.0]
    known_later, _params = drawn(
        snapshot, "tariff-compare", product="steel", usmca="no", on=date(2025, 3, 20), known=date(2025, 4, 29),
        before_on=date(2025, 3, 20), before_known=date(2025, 3, 20),
    )  # fmt: skip
    assert known_later.iloc[-1][["before_pct", "after_pct"]].tolist() == [50.0, 25.0]


@pytest.mark.parametrize("hs", ["7308", "lumber", "9403.60.80"])
def test_goods_that_are_several_have_no_total_at_two_moments_and_no_ban(snapshot, hs):
    rows, params = drawn(snapshot, "tariff-compare", hs=hs)
    chart = all_charts()["tariff-compare"]
    assert rows.empty and "not one code" in chart.summary(rows, params)
    assert chart.figure(rows, params).layout.title.text


ONE_CODE = [
    name for name, chart in all_charts().items() if "hs" in chart.Params.model_fields and name != "tariff-exposure"
]


@pytest.mark.parametrize("name", ONE_CODE)
def test_a_code_of_the_us_schedule_has_no_duties_of_canada(snapshot, name):
    rows, params = drawn(snapshot, name, hs="7308.90.30", origin="USA")
    assert "codes are those of the US schedule" in all_charts()[name].summary(rows, params)
    rows, params = drawn(snapshot, name, hs="steel", origin="USA")
    assert "codes are those of the US schedule" not in all_charts()[name].summary(rows, params)


def test_the_measures_offered_for_a_scenario_are_those_on_the_goods(snapshot):
    on_lumber = measures_on(snapshot, asked(snapshot, product="softwood-lumber"))
    assert "US-232-WOOD" in on_lumber and "US-232-METALS" not in on_lumber
    assert measures_on(snapshot, asked(snapshot, hs="lumber")) == []


def test_the_matrix_has_the_other_moment_beside_it(snapshot):
    fields = {"products": ("steel",), "origins": ("CAN",), "before_on": date(2026, 1, 15)}
    chart = all_charts()["tariff-matrix"]
    params = chart.Params(**(DAYS | fields)).explicit(snapshot)
    assert params.before_known == date(2026, 1, 15)
    rows = chart.rows(snapshot, params)
    then = answer_of(snapshot, asked(snapshot, product="steel", on=date(2026, 1, 15), known=date(2026, 1, 15)))
    assert rows["before_pct"].tolist() == [then["total_pct"]]
    assert chart.figure(rows, params).layout.title.subtitle.text


def test_codes_that_the_annex_names_pay_more_than_the_rest_of_their_line(snapshot):
    parts = {
        part["hs"]: part["total_pct"] for part in answer_of(snapshot, asked(snapshot, hs="7616.99.51"))["narrower"]
    }
    assert parts.pop("7616.99.51") == 25.0 and set(parts.values()) == {50.0}


def test_a_product_of_which_a_list_names_some_codes_has_the_higher_reading(snapshot):
    cabinets = answer_of(snapshot, asked(snapshot, product="kitchen-cabinets"))
    assert (cabinets["total_pct"], cabinets["highest_pct"]) == (25.0, 75.0)
    assert answer_of(snapshot, asked(snapshot, hs="9403.60.80.93"))["total_pct"] == 75.0


@pytest.mark.parametrize(("change", "changes"), [("US-232-METALS-2026:rate=10", True), ("US-IEEPA-CAN:rate=35", False)])
def test_a_scenario_says_whether_it_changes_the_answer(snapshot, change, changes):
    params = asked(snapshot, product="steel", whatif=(change,))
    assert answer_of(snapshot, params)["scenario_changes_answer"] is changes
    titles = sum_of_layers(snapshot, params)["title"].tolist()
    assert ("The ledger's own: the scenario changes nothing here" in titles) is not changes


def test_a_scenario_about_some_codes_of_a_heading_changes_its_answer(snapshot):
    """Softwood is neither the least nor the most of heading 4407."""
    found = answer_of(snapshot, asked(snapshot, hs="4407", whatif=("US-232-WOOD:rate=12",)))
    own = answer_of(snapshot, asked(snapshot, hs="4407"))
    assert (found["lowest_pct"], found["highest_pct"]) == (own["lowest_pct"], own["highest_pct"]) != (None, None)
    assert found["scenario_changes_answer"]


def test_what_is_left_open_about_qualifying_is_in_the_range(snapshot):
    beer = answer_of(snapshot, asked(snapshot, hs="2203.00.00", usmca="any"))
    sides = [answer_of(snapshot, asked(snapshot, hs="2203.00.00", usmca=usmca)) for usmca in ("yes", "no")]
    assert beer["lowest_pct"] == min(side["lowest_pct"] for side in sides) == 50.0
    assert beer["highest_pct"] == max(side["highest_pct"] for side in sides) == 60.0
    # each end of the range is told, once
    assert [reading["total_pct"] for reading in beer["readings"]] == [None, 60.0, 50.0]
    rows, params = drawn(snapshot, "tariff-rate", hs="2203.00.00", usmca="any")
    assert "50\u00a0%" in all_charts()["tariff-rate"].summary(rows, params)
    bus = answer_of(snapshot, asked(snapshot, hs="8702.10.31"))
    assert (bus["lowest_pct"], bus["highest_pct"]) == (10.0, 10.0)  # a bus is none of the metals' equipment
    split = answer_of(snapshot, asked(snapshot, hs="7616.99.51", usmca="no"))
    assert split["lowest_pct"] == min(part["lowest_pct"] for part in split["narrower"]) == 12.5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heading", "fields"),
    [
        ("8703", {"us_content_pct": 60.0}),
        ("8703", {"usmca": "any"}),
        ("8704", {"usmca": "any", "us_content_pct": 60.0}),
        ("4407", {"company": "Canfor"}),
        ("7320", {"origin": "DEU", "on": date(2025, 9, 1), "metal_content_pct": 40.0}),
        ("2203", {"usmca": "any"}),
    ],
)
def test_each_code_of_a_heading_is_listed_with_its_own_answer(snapshot, heading, fields):
    """Content, company and what is left open about qualifying are asked of every code, not of single ones only."""
    listed = answer_of(snapshot, asked(snapshot, hs=heading, **fields))
    said = ("total_pct", "lowest_pct", "highest_pct", "banned")
    for part in listed.get("narrower") or [listed]:
        own = answer_of(snapshot, asked(snapshot, hs=part["hs"], **fields))
        assert {name: part[name] for name in said} == {name: own[name] for name in said}, part["hs"]
    assert listed["lowest_pct"] == min(part["lowest_pct"] for part in listed.get("narrower") or [listed])


@pytest.mark.parametrize(("line", "longer", "origin"), [("8473.30.11", "40", "CAN"), ("4009.12.00", "20", "DEU")])
def test_the_range_of_a_line_holds_that_of_longer_codes_that_pay_the_same(snapshot, line, longer, origin):
    whole, part = (answer_of(snapshot, asked(snapshot, hs=hs, origin=origin)) for hs in (line, f"{line}.{longer}"))
    assert whole["total_pct"] == part["total_pct"] and not whole["narrower"]
    assert whole["lowest_pct"] <= part["lowest_pct"] and whole["highest_pct"] >= part["highest_pct"]
    assert {whole["lowest_pct"], whole["highest_pct"]} <= {reading["total_pct"] for reading in whole["readings"]}
    listed = {one["hs"]: one for one in answer_of(snapshot, asked(snapshot, hs=line[:4], origin=origin))["narrower"]}
    assert all(listed[line][name] == whole[name] for name in ("total_pct", "lowest_pct", "highest_pct"))


def test_a_duty_per_unit_is_held_by_an_all_in_rate(snapshot):
    wine = {"hs": "2204.21.50", "origin": "DEU", "on": date(2025, 8, 7)}
    (ordinary,) = [one for one in answer_of(snapshot, asked(snapshot, **wine))["layers"] if one["programme"] == "base"]
    assert ordinary["reason"] == "base_in_all_in"
    assert (
        "comes on top"
        not in all_charts()["tariff-rate"].figure(*drawn(snapshot, "tariff-rate", **wine)).layout.title.subtitle.text
    )


def test_what_the_figures_lack_is_said(snapshot):
    early = {"on": date(2024, 6, 1)}  # as known today
    rows, params = drawn(snapshot, "tariff-rate", product="softwood-lumber", **early)
    assert "older duties may be missing" in all_charts()["tariff-rate"].summary(rows, params)
    assert answer_of(snapshot, asked(snapshot, product="softwood-lumber", **early))["before_coverage"]
    rows, params = drawn(snapshot, "tariff-rate", company="Canfor", on=date(2025, 8, 5))
    assert "rate is not in our sources" in all_charts()["tariff-rate"].summary(rows, params)
    assert answer_of(snapshot, asked(snapshot, company="Canfor", on=date(2025, 8, 5)))["rate_not_held"]


def test_a_rate_on_a_content_that_is_given_is_exact(snapshot):
    rows, params = drawn(snapshot, "tariff-rate", hs="8703.23.01", us_content_pct=60.0)
    for said in (
        all_charts()["tariff-rate"].summary(rows, params),
        all_charts()["tariff-rate"].figure(rows, params).layout.title.text,
    ):
        assert "10\u00a0%" in said and "at most" not in said and "not known" not in said
    assert "content_given" in set(rows["why"])


def test_a_code_of_the_right_length_that_is_not_there_is_told_the_nearest(snapshot):
    rows, params = drawn(snapshot, "tariff-rate", hs="9999")
    said = all_charts()["tariff-rate"].summary(rows, params)
    assert "4 to 10 digits" not in said and "near it: 9" in said


def test_digits_that_are_no_code_are_told_how_long_one_is(snapshot):
    rows, params = drawn(snapshot, "tariff-rate", hs="73")
    assert "4 to 10 digits" in all_charts()["tariff-rate"].summary(rows, params)


@pytest.mark.parametrize(
    ("question", "producers"),
    [
        ({}, "(all other producers)"),
        ({"hs": "4407.12.00"}, "(all other producers)"),
        ({"company": "Canfor"}, "(Canfor)"),
        ({"origin": "SWE"}, ""),
        ({"product": "steel"}, ""),
    ],
)
def test_where_trade_remedies_are_set_by_company_the_goods_say_whose(snapshot, question, producers):
    said = goods_in_words(snapshot, asked(snapshot, **question))
    assert said.endswith(producers) and bool(producers) == ("(" in said.split(" from ")[1])
