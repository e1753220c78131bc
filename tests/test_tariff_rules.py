"""What holds for every measure, product, origin and day: replay, precedence, sums, the matrix."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.tariffs import Tables, intervals, matrix, replay, stack
from policy.tariffs.replay import LEGAL_ACTS
from tests.tariff_tables import seed, tables

FIRST, LAST = pd.Timestamp("2025-01-01"), pd.Timestamp("2027-06-30")
DAYS = st.integers(0, (LAST - FIRST).days).map(lambda number: FIRST + pd.Timedelta(number, "D"))
PRODUCTS = sorted(seed("products")["product_id"])
ORIGINS = sorted(seed("countries")["iso3"])
COMPANIES = ["", "Canfor", "West-Fraser", "annex-iii", "authorised-producer"]
QUERIES = st.lists(
    st.fixed_dictionaries(
        {
            "product_id": st.sampled_from(PRODUCTS),
            "origin": st.sampled_from(ORIGINS),
            "on": DAYS,
            "company": st.sampled_from(COMPANIES),
            "usmca": st.sampled_from(["qualifying", "non_qualifying"]),
            "importer": st.sampled_from(["USA", "CAN", "EU27"]),
        }
    ),
    min_size=1,
    max_size=20,
).map(pd.DataFrame)
few = settings(max_examples=25, deadline=None)


@cache
def all_known() -> pd.DataFrame:
    return replay(tables(), LAST)


@few
@given(QUERIES, DAYS)
def test_parts_sum_to_the_total(queries, known):
    found = stack(tables(), queries, known)
    parts = found.layers.groupby("query")["counted_pct"].sum()
    totals = found.totals.set_index("query")["total_pct"]
    open_to_trade = totals.notna()
    assert parts[open_to_trade].to_numpy() == pytest.approx(totals[open_to_trade].to_numpy(), abs=1e-9)
    assert (found.totals["banned"] == found.totals["total_pct"].isna()).all()
    assert (parts[~open_to_trade] == 0).all()
    left_out = found.layers[~found.layers["included"]]
    assert (left_out["counted_pct"] == 0).all()
    counted = found.layers[found.layers["included"]]
    assert (counted["status"] == "in_force").all()


@few
@given(QUERIES, DAYS)
def test_what_gives_way_says_to_which_programme_of_the_same_goods(queries, known):
    layers = stack(tables(), queries, known).layers
    gives_way = layers["reason"].isin(["excluded", "excluded_disputed", "rest_of_value"])
    assert (layers.loc[~gives_way, "excluded_by"] == "").all()
    assert (layers.loc[gives_way, "excluded_by"] != layers.loc[gives_way, "programme"]).all()
    live = set(layers.loc[layers["status"] == "in_force", ["query", "programme"]].itertuples(index=False, name=None))
    assert set(layers.loc[gives_way, ["query", "excluded_by"]].itertuples(index=False, name=None)) <= live


@few
@given(QUERIES, DAYS, DAYS)
def test_a_past_day_changes_by_events_only(queries, one, other):
    """Between two days of knowledge without a step in between, no answer differs."""
    early, late = sorted((one, other))
    known = tables().steps["known_on"]
    late = min([late, *(known[known > early] - pd.Timedelta(1, "D"))])
    queries = queries[queries["on"] <= early]
    if len(queries):
        before, after = (stack(tables(), queries, day).totals for day in (early, late))
        pd.testing.assert_frame_equal(before, after)


@pytest.mark.slow
@few
@given(QUERIES, DAYS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(queries, known, random):
    def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
        order = list(range(len(frame)))
        random.shuffle(order)
        return frame.iloc[order].reset_index(drop=True)

    names = ("measures", "lines", "steps", "product_groups", "exclusions", "country_groups")
    mixed = Tables(**{name: shuffled(getattr(tables(), name)) for name in names})
    expected, found = stack(tables(), queries, known), stack(mixed, queries, known)
    pd.testing.assert_frame_equal(found.totals, expected.totals)
    pd.testing.assert_frame_equal(found.layers, expected.layers)


@few
@given(QUERIES, DAYS)
def test_without_a_legal_act_nothing_is_counted(queries, known):
    bare = replace(tables(), steps=tables().steps[~tables().steps["act"].isin(LEGAL_ACTS)].reset_index(drop=True))
    found = stack(bare, queries, known)
    assert not found.layers["included"].any()
    assert (found.totals["total_pct"] == 0).all()


def test_threats_proposals_and_preliminary_results_are_never_in_force():
    stretches = all_known()
    assert not ((stretches["role"] != "layer") & (stretches["status"] == "in_force")).any()
    for measure in ("US-GREENLAND", "US-IEEPA-CAN-PLUS10", "US-232-METALS-CAN50", "US-CAN-AUTO50-THREAT"):
        assert "in_force" not in set(stretches.loc[stretches["measure_id"] == measure, "status"])


def test_stretches_of_a_line_do_not_overlap():
    stretches = all_known().sort_values(["line_id", "starts_on"])
    same = stretches["line_id"].eq(stretches["line_id"].shift(-1))
    following = stretches["starts_on"].shift(-1)
    assert (stretches.loc[same, "ends_on"] <= following[same]).all()


def test_greenland_stands_for_four_days_on_eight_allies():
    for known, expected in (("2026-01-16", 0), ("2026-01-20", 16), ("2026-01-21", 0)):
        found = intervals(tables(), pd.Timestamp(known), products=["general-goods"])
        standing = found[(found["measure_id"] == "US-GREENLAND") & (found["status"] == "threatened")]
        on_day = standing[(standing["starts_on"] <= known) & ~(standing["ends_on"] <= known)]
        assert len(on_day) == expected
    planned = found[found["measure_id"] == "US-GREENLAND"]
    assert set(planned["status"]) == {"threatened", "withdrawn"}


def test_greenland_steps_name_their_planned_starts():
    found = replay(tables(), pd.Timestamp("2026-01-18"))
    steps = found[found["measure_id"] == "US-GREENLAND"].set_index("rate_pct")["planned_on"]
    assert steps.to_dict() == {10.0: pd.Timestamp("2026-02-01"), 25.0: pd.Timestamp("2026-06-01")}


VEHICLES = ("cars", "car-parts", "uk-quota-cars", "buses", "heavy-trucks", "truck-parts", "car-and-truck-parts")


def test_precedence_follows_the_stated_order():
    lines, groups = tables().lines, tables().product_groups
    country = lines["origin"].isin(ORIGINS)
    world = lines["origin"].str.startswith("WLD")
    expected = (
        1000 * (lines["usmca"] != "any") + 200 * country + 100 * (~country & ~world) + 40 * ~lines["condition_met"]
    )
    expected = expected + 20 * (lines["company"] != "") + 2 * ~lines["product"].isin(groups["product_group"])
    expected = expected + 2000 * (lines["product"].isin(VEHICLES) & (lines["slot"] == "s232"))
    assert (lines["precedence"] == expected).all()


def test_no_two_lines_of_a_slot_tie_on_a_day():
    """Two lines in force for the same goods, slot and precedence would leave the answer to chance."""
    found = intervals(tables(), LAST)
    found = found[(found["status"] == "in_force") & (found["coverage"] == "full")]
    keys = ["imposing_country", "slot", "origin", "product_id", "company", "usmca", "condition", "precedence"]
    found = found.sort_values([*keys, "starts_on"])
    same = (found[keys] == found[keys].shift(-1)).all(axis=1)
    overlap = same & ~(found["ends_on"] <= found["starts_on"].shift(-1))
    assert found.loc[overlap, "line_id"].tolist() == []


def test_nothing_is_charged_by_a_country_on_itself():
    found = intervals(tables(), LAST)
    assert (found["origin"] != found["imposing_country"]).all()


@pytest.mark.parametrize("usmca", ["qualifying", "non_qualifying"])
def test_the_matrix_is_the_stack_of_every_cell(usmca):
    days = pd.date_range("2025-01-15", periods=24, freq="29D")
    products, origins, known = PRODUCTS[::3], ["CAN", "DNK", "GBR", "NOR", "MEX"], pd.Timestamp("2026-10-10")
    cells = matrix(tables(), products, origins, days, known, usmca=usmca)
    assert len(cells) == len(products) * len(origins) * len(days)
    asked = cells[["product_id", "origin", "on"]].astype({"product_id": "str", "origin": "str"}).assign(usmca=usmca)
    totals = stack(tables(), asked, known).totals
    for column in ("total_pct", "threatened_pct", "scheduled_pct"):
        np.testing.assert_allclose(cells[column], totals[column])
    for column in ("status", "banned", "base_included", "upper_bound"):
        assert (cells[column].astype("object").to_numpy() == totals[column].astype("object").to_numpy()).all()


def test_an_empty_matrix():
    assert matrix(tables(), [], ["CAN"], [FIRST], LAST).empty


def test_goods_that_no_table_knows_pay_nothing_known():
    found = stack(tables(), pd.DataFrame([{"product_id": "moonstone", "origin": "CAN", "on": FIRST}]), LAST)
    assert found.totals["status"].tolist() == ["none"]
    assert found.layers["measure_id"].tolist() == ["MFN"]
