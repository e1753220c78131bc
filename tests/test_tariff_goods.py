"""What someone types for goods: a code, a word of the official description, a product in English or French."""

from datetime import date

import pytest

from dashboard.charts import all_charts
from dashboard.topics.tariff_codes import schedule
from dashboard.topics.tariff_goods import answer_of, companies_of, content_that_matters, goods_of, one_of
from dashboard.topics.tariff_sum import sum_of_layers
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
    goods = goods_of(snapshot, asked(snapshot, hs="7308.99.99"))
    assert not goods.exact and all(code.startswith("7308") for code in goods.lines)
    misspelt = goods_of(snapshot, asked(snapshot, hs="umbrelas"))
    assert not misspelt.exact and misspelt.lines
    assert goods_of(snapshot, asked(snapshot, hs="zzqx")).lines == ()


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


def test_the_matrix_has_the_other_moment_beside_it(snapshot):
    fields = {"products": ("steel",), "origins": ("CAN",), "before_on": date(2026, 1, 15)}
    chart = all_charts()["tariff-matrix"]
    params = chart.Params(**(DAYS | fields)).explicit(snapshot)
    assert params.before_known == date(2026, 1, 15)
    rows = chart.rows(snapshot, params)
    then = answer_of(snapshot, asked(snapshot, product="steel", on=date(2026, 1, 15), known=date(2026, 1, 15)))
    assert rows["before_pct"].tolist() == [then["total_pct"]]
    assert chart.figure(rows, params).layout.title.subtitle.text
