"""What if: a scenario without changes is the ledger, undone changes leave nothing, and their order does not matter."""

from datetime import date
from itertools import permutations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.charts import all_charts
from dashboard.drawing import drawn_from
from dashboard.topics.tariff_goods import answer_of
from dashboard.topics.tariffs import TariffParams
from policy.tariffs import stack
from policy.tariffs.scenario import change, changes, in_scenario
from tests.tariff_tables import tables
from tests.test_tariff_rules import DAYS, QUERIES

MEASURES = sorted(tables().measures["measure_id"])
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(MEASURES),
        st.sampled_from(["off", "rate=17.5", "from=2026-03-01", "usmca=exempt", "usmca=charged"]),
    ),
    max_size=5,
    unique_by=lambda one: (one[0], one[1].partition("=")[0]),
).map(lambda pairs: [f"{measure}:{said}" for measure, said in pairs])
few = settings(max_examples=15, deadline=None)
KNOWN = pd.Timestamp("2026-10-10")


def total(scenario, *, product="steel", usmca="non_qualifying", on="2026-10-01"):
    question = pd.DataFrame([{"product_id": product, "origin": "CAN", "on": pd.Timestamp(on), "usmca": usmca}])
    return stack(in_scenario(tables(), changes(scenario)), question, KNOWN).totals["total_pct"].iloc[0]


@pytest.mark.slow
@few
@given(QUERIES, DAYS, CHANGES)
def test_changes_that_are_taken_back_leave_the_ledger(queries, known, scenario):
    """Switched on and off again, to the last digit: an empty scenario is the ledger, and nothing of it is changed in place."""
    before = stack(tables(), queries, known)
    stack(in_scenario(tables(), changes(scenario)), queries, known)
    after = stack(in_scenario(tables(), changes([])), queries, known)
    for name in ("layers", "totals", "readings"):
        pd.testing.assert_frame_equal(getattr(before, name), getattr(after, name))


@few
@given(QUERIES, DAYS, CHANGES, st.randoms(use_true_random=False))
def test_the_order_of_changes_does_not_matter(queries, known, scenario, random):
    mixed = random.sample(scenario, len(scenario))
    one, other = (stack(in_scenario(tables(), changes(texts)), queries, known) for texts in (scenario, mixed))
    pd.testing.assert_frame_equal(one.totals, other.totals)
    pd.testing.assert_frame_equal(one.layers, other.layers)


@few
@given(QUERIES, DAYS, st.sampled_from(MEASURES))
def test_a_measure_that_is_off_is_in_no_answer_and_other_rates_stay(queries, known, measure):
    found = stack(in_scenario(tables(), changes([f"{measure}:off"])), queries, known)
    assert measure not in set(found.layers["measure_id"])
    parts = found.layers.groupby("query")["counted_pct"].sum()
    open_to_trade = ~found.totals["banned"]
    assert parts[open_to_trade].to_numpy() == pytest.approx(found.totals.loc[open_to_trade, "total_pct"].to_numpy())


def test_each_kind_of_change_does_what_it_says():
    assert total([]) == 50.0
    assert total(["US-232-METALS-2026:off"]) == 10.0  # what had given way to it
    assert total(["US-232-METALS-2026:rate=10"]) == 10.0
    assert total(["US-232-METALS-2026:usmca=exempt"], usmca="qualifying") < 50.0
    assert total(["US-232-METALS-2026:usmca=exempt"]) == 50.0
    assert total(["US-232-METALS-2026:from=2026-10-02"]) < 50.0
    assert total(["US-232-METALS-2026:from=2026-10-02"], on="2026-10-02") == 50.0
    for order in permutations(["US-232-METALS-2026:rate=10", "US-232-METALS-2026:from=2026-10-02"]):
        assert total(order, on="2026-10-02") == 10.0


def test_a_threat_that_takes_effect_is_counted():
    days = [pd.Timestamp(day) for day in ("2026-03-31", "2026-04-01", "2026-08-01")]
    question = pd.DataFrame({"product_id": "general-goods", "origin": "DNK", "on": days})
    taken = in_scenario(tables(), changes(["US-GREENLAND:from=2026-04-01"]))
    layers = stack(taken, question, pd.Timestamp("2026-10-10")).layers
    counted = layers[layers["measure_id"] == "US-GREENLAND"].groupby("query")["counted_pct"].sum()
    assert counted.reindex(range(3), fill_value=0.0).tolist() == [0.0, 10.0, 25.0]  # its second stage four months later


@pytest.mark.parametrize(
    "text", ["", "US-232-METALS", "US-232-METALS-2026:rate=", "X:from=2026-13-01", "X:rate=-1", "X:off=1"]
)
def test_a_change_that_is_not_one_is_refused(text):
    with pytest.raises(ValueError):
        change(text)
    with pytest.raises(ValueError):
        changes(["X:rate=1", "X:rate=2"])


SCENARIO = ("US-232-METALS-2026:rate=10", "US-301-FL-CAN:off")
ON = {"on": date(2026, 10, 1), "known": date(2026, 10, 10)}


@pytest.mark.slow
def test_the_answer_of_a_scenario_has_the_ledger_beside_it(snapshot):
    params = TariffParams(product="steel", whatif=SCENARIO, **ON).explicit(snapshot)
    answer = answer_of(snapshot, params)
    assert (
        answer["total_pct"] == 10.0 and answer["ledger"]["total_pct"] == 50.0 and answer["scenario"] == list(SCENARIO)
    )
    assert "scenario" not in answer_of(snapshot, params.model_copy(update={"whatif": ()}))
    by_code = answer_of(snapshot, params.model_copy(update={"hs": "7208.51.00"}))
    assert (by_code["total_pct"], by_code["ledger"]["total_pct"]) == (10.0, 50.0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tariff-rate", "tariff-matrix", "tariff-exposure", "tariff-stack", "tariff-schedule"])
def test_pictures_and_files_of_a_scenario_say_so(snapshot, name):
    chart = all_charts()[name]
    goods = {"products": ("steel", "cars")} if name == "tariff-matrix" else {"product": "steel"}
    drawing = drawn_from(snapshot, name, chart.Params(whatif=SCENARIO, **goods, **ON).explicit(snapshot))
    own = drawn_from(snapshot, name, chart.Params(**goods, **ON).explicit(snapshot))
    assert (drawing.rows["scenario"] == ";".join(SCENARIO)).all() and "scenario" not in own.rows
    for text in (drawing.title, drawing.summary, drawing.credit_line, str(drawing.data["layout"]["annotations"])):
        assert "scenario" in text.lower()
    assert "scenario" not in (own.title + own.summary + own.credit_line).lower()
    assert "scenario" in drawing.file_name("csv") and "scenario" not in own.file_name("csv")


def test_the_ledger_is_no_reading_of_a_scenario(snapshot):
    chart = all_charts()["tariff-rate"]
    params = chart.Params(product="steel", usmca="yes", whatif=SCENARIO, **ON).explicit(snapshot)
    rows = chart.rows(snapshot, params)
    assert rows.loc[rows["kind"] == "ledger", "rate_pct"].tolist() == [50.0]
    assert "highest 50" not in chart.summary(rows, params)


@pytest.mark.slow
def test_matrix_and_dollars_have_the_ledger_beside_them(snapshot):
    chart = all_charts()["tariff-matrix"]
    params = chart.Params(products=("steel",), origins=("CAN", "NOR"), whatif=SCENARIO, **ON).explicit(snapshot)
    rows = chart.rows(snapshot, params)
    assert rows["total_pct"].tolist() == [10.0, 10.0] and rows["ledger_pct"].tolist() == [50.0, 50.0]
    exposure = all_charts()["tariff-exposure"]
    static = exposure.rows(snapshot, exposure.Params(whatif=SCENARIO, **ON).explicit(snapshot))
    own = exposure.rows(snapshot, exposure.Params(**ON).explicit(snapshot)).set_index("code")["duty_usd_million"]
    for row in static.itertuples():
        assert row.ledger_duty_usd_million == pytest.approx(own[row.code], nan_ok=True)
    elastic = exposure.Params(whatif=SCENARIO, elasticity=2.0, **ON).explicit(snapshot)
    steel = exposure.rows(snapshot, elastic).set_index("product_id").loc["steel"]
    before = static.set_index("product_id").loc["steel"]
    assert (
        1.0 < steel["imports_usd_million"] / before["imports_usd_million"] < (1.5 / 1.1) ** 2
    )  # codes at other rates, too
    flat = exposure.rows(snapshot, elastic.model_copy(update={"elasticity": 0.0}))
    pd.testing.assert_series_equal(flat["duty_usd_million"], static["duty_usd_million"])
