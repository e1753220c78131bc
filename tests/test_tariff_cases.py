"""Cases worked out by hand: what goods pay on a day, as known on a day, and why."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from etl.vocabulary import TARIFF_STATUSES
from policy.tariffs import REASONS, TRUST_ORDER, Stack, stack
from tests.tariff_tables import query, seed, tables

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "tariffs.yaml").read_text(encoding="utf-8"))
ASKED = ("product", "origin", "company", "usmca", "importer", "us_content_pct", "metal_content_pct")


ANSWERS: dict[str, Stack] = {}


def answer(case: dict) -> Stack:
    """What the rules say to a case; asked once."""
    if case["rule"] not in ANSWERS:
        ANSWERS[case["rule"]] = asked(case)
    return ANSWERS[case["rule"]]


def asked(case: dict) -> Stack:
    fields = {name: case[name] for name in ASKED if name in case}
    fields["product_id"] = fields.pop("product")
    return stack(tables(), query(on=case["on"], **fields), pd.Timestamp(case.get("known", case["on"])))


def rates_of(layers: pd.DataFrame, status: str) -> dict[str, float]:
    rows = layers[(layers["status"] == status) & ~layers["included"] & layers["rate_pct"].notna()]
    return rows.groupby("measure_id")["rate_pct"].max().to_dict()


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_case(case):
    found = answer(case)
    layers, total = found.layers, found.totals.iloc[0]
    counted = layers[layers["included"]].set_index("measure_id")["counted_pct"].to_dict()
    assert counted == pytest.approx(case["layers"])
    if case["total"] is None:
        assert total["banned"]
        assert pd.isna(total["total_pct"])
    else:
        assert total["total_pct"] == pytest.approx(case["total"], abs=1e-9)
        assert sum(case["layers"].values()) == pytest.approx(case["total"])
    assert total["status"] == case["status"]
    assert case["source_id"] in set(layers["source_id"])
    assert case["source_id"] in set(seed("sources")["source_id"])


@pytest.mark.parametrize("status", ["threatened", "announced", "scheduled"])
def test_what_is_not_in_force_is_listed(status):
    for case in CASES:
        if status in case:
            found = rates_of(answer(case).layers, status)
            for measure, rate in case[status].items():
                assert found[measure] == rate, case["rule"]
            if not case[status]:
                assert found == {}, case["rule"]


def test_layers_left_out_say_why():
    for case in CASES:
        layers = answer(case).layers
        for measure, reason in case.get("out", {}).items():
            rows = layers[(layers["measure_id"] == measure) & ~layers["included"]]
            assert reason in set(rows["reason"]), case["rule"]


def test_readings_and_flags():
    for case in CASES:
        found = answer(case)
        if "readings" in case:
            pairs = zip(found.readings["reading"], found.readings["total_pct"], strict=True)
            assert {name: None if pd.isna(total) else total for name, total in pairs} == case["readings"], case["rule"]
        for flag in ("upper_bound", "base_included"):
            if flag in case:
                assert found.totals.iloc[0][flag] == case[flag], case["rule"]


def test_every_layer_is_explained_and_sourced():
    for case in CASES:
        layers = answer(case).layers
        assert set(layers["reason"]) <= set(REASONS)
        assert set(layers["status"]) <= set(TARIFF_STATUSES)
        named = layers[layers["programme"] != "base"]
        assert (named["source_id"] != "").all()
        assert set(named["trust"]) <= set(TRUST_ORDER)


def test_rules_are_named_once():
    names = [case["rule"] for case in CASES]
    assert len(set(names)) == len(names) >= 60


def test_published_totals_are_what_the_stack_adds_up_to():
    """Headline events state totals; none is a layer, all are met by the stack (45 is 45.16 in a headline)."""
    events = seed("tariff_events")
    headlines = events[(events["role"] == "headline") & events["rate_pct"].notna()]
    assert len(headlines) == 8
    for event in headlines.itertuples():
        # the totals announced in August held from the day the countervailing result took effect
        day = event.effective_on if pd.notna(event.effective_on) else pd.Timestamp("2025-08-12")
        company = "" if pd.isna(event.company) else event.company
        lumber = query(product_id="softwood-lumber", origin="CAN", on=day, company=company, usmca="qualifying")
        total = stack(tables(), lumber, day).totals["total_pct"].iloc[0]
        assert total == pytest.approx(event.rate_pct, abs=0.2 if event.rate_pct == 45 else 1e-9)
