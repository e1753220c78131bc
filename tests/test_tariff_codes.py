"""Goods by tariff code: the law's lists decide, the ordinary duty is counted once, and nothing is guessed."""

from functools import cache

import pandas as pd
import pytest

from policy.tariffs import CodeLists, CodeQuery, code_readings, code_totals, for_codes, narrower, stack
from policy.tariffs.tables import plain
from tests.tariff_tables import seed, tables

LATEST = pd.Timestamp("2026-10-10")


@cache
def lists() -> CodeLists:
    return CodeLists(plain(seed("tariff_code_lists")))


@cache
def goods() -> pd.DataFrame:
    return seed("tariff_codes")


def asked(code: str, origin: str, on: str, known: str = "", usmca: str = "non_qualifying"):
    seen = pd.Timestamp(known or min(on, "2026-10-10"))
    duty = goods().set_index("hts8")["mfn_pct"][code[:8]]
    question = {"product_id": code, "origin": origin, "on": pd.Timestamp(on), "usmca": usmca}
    question["base_pct"] = 0.0 if usmca == "qualifying" else duty
    return stack(for_codes(tables(), lists(), [code], seen), pd.DataFrame([question]), seen)


@pytest.mark.parametrize(
    ("code", "origin", "on", "usmca", "total"),
    [
        ("73089030", "CAN", "2026-10-01", "qualifying", 100.0),  # steel structure, Section 232 and the list of 338
        ("73089030", "CAN", "2026-09-14", "qualifying", 50.0),  # the day before it was put on the list
        ("72085100", "NOR", "2026-10-01", "non_qualifying", 50.0),
        ("87032301", "DEU", "2026-10-01", "non_qualifying", 15.0),  # 15 in all, 2.5 of it the ordinary duty
        ("87042101", "DEU", "2026-10-01", "non_qualifying", 25.0),  # the ordinary duty is higher than the floor
        (
            "87012100",
            "GBR",
            "2026-10-01",
            "non_qualifying",
            29.0,
        ),  # a truck is none of the United Kingdom's metal goods
        ("87012100", "GBR", "2025-12-01", "non_qualifying", 29.0),
        ("87084030", "GBR", "2026-10-01", "non_qualifying", 25.0),  # nor is a part of a truck
        ("73202010", "GBR", "2026-10-01", "non_qualifying", 10.0),  # a spring on the list of car parts: 10 in all
        ("73202010", "DEU", "2026-10-01", "non_qualifying", 15.0),
        ("85423100", "DEU", "2025-12-01", "non_qualifying", 0.0),  # exempt as a whole
        ("87032301", "GBR", "2026-10-01", "non_qualifying", 10.0),  # in the quota: 7.5 and the ordinary 2.5
        ("87042101", "GBR", "2026-10-01", "non_qualifying", 50.0),  # no text at hand puts light trucks in that quota
        ("61091000", "DEU", "2025-10-01", "non_qualifying", 16.5),
        ("61091000", "NOR", "2025-10-01", "non_qualifying", 31.5),  # 15 on top
        ("9403608093", "CAN", "2026-09-20", "non_qualifying", 75.0),
        ("22042120", "CAN", "2026-09-28", "qualifying", 50.0),
        ("27090010", "NOR", "2026-10-01", "non_qualifying", 0.0),
    ],
)
def test_a_code_pays(code, origin, on, usmca, total):
    found = asked(code, origin, on, usmca=usmca)
    assert found.totals["total_pct"].tolist() == [total]
    assert found.layers["counted_pct"].sum() == pytest.approx(total)
    assert found.totals["base_included"].all()


@pytest.mark.slow
def test_a_ban_on_packaged_goods_leaves_the_duty_in_bulk():
    found = asked("22083030", "CAN", "2026-09-29", usmca="qualifying")
    assert found.totals["banned"].all()
    assert found.readings.set_index("reading")["total_pct"]["in_bulk"] == 50.0
    assert asked("22042120", "CAN", "2026-09-29").readings.empty  # any container: no way in


def test_no_ordinary_duty_is_counted_on_goods_that_may_not_enter():
    found = asked("04041005", "CAN", "2026-10-01")
    assert found.totals["banned"].all() and found.layers["counted_pct"].sum() == 0
    (ordinary,) = found.layers[found.layers["programme"] == "base"].to_dict("records")
    assert (ordinary["rate_pct"], ordinary["included"], ordinary["reason"]) == (8.5, False, "ban_in_force")


@pytest.mark.slow
def test_both_clocks_hold_for_codes():
    assert asked("72085100", "CAN", "2025-03-20", "2025-03-20").totals["total_pct"].tolist() == [50.0]
    assert asked("72085100", "CAN", "2025-03-20", "2025-04-29").totals["total_pct"].tolist() == [25.0]
    later = asked("73089030", "CAN", "2026-09-20", "2026-09-07", usmca="qualifying")
    assert later.totals["total_pct"].tolist() == [50.0]  # not known yet that it would be listed


@pytest.mark.parametrize(("day", "sizes"), [("2026-09-14", (63, 52, 439)), ("2026-09-15", (101, 52, 513))])
def test_the_lists_of_section_338_have_their_published_length(day, sizes):
    frame = lists().frame
    held = frame[(frame["from_on"] <= day) & ~(frame["to_on"] <= day)]
    names = ("s338-alcohol-goods", "s338-dairy-goods", "s338-motor-vehicles-goods")
    assert tuple((held["list_id"] == name).sum() for name in names) == sizes


def test_sixty_eight_codes_are_banned():
    bans = lists().frame[lists().frame["list_id"].str.startswith("ban-")]
    assert len(bans) == 68
    assert (bans["list_id"] == "ban-alcohol-packaged").sum() == 28


def test_imports_of_the_year_add_up():
    assert goods()["imports_from_canada_2025_usd"].sum() / 1e9 == pytest.approx(380.3, abs=0.05)
    assert goods()["usmca_claimed_2025_usd"].sum() / 1e9 == pytest.approx(255.4, abs=0.05)


def test_a_split_line_names_its_parts():
    assert narrower(lists(), "94036080", pd.Timestamp("2026-10-01"), LATEST) == ["9403608093"]


def test_many_codes_at_once_are_each_code_on_its_own():
    some = goods().iloc[::1500]
    day = pd.Timestamp("2026-10-01")
    many = code_totals(CodeQuery(tables(), lists(), some, "DEU", day, LATEST)).set_index("hts8")
    for code in some["hts8"]:
        one = asked(code, "DEU", "2026-10-01").totals.iloc[0]
        assert many["total_pct"][code] == pytest.approx(one["total_pct"], nan_ok=True), code


def test_readings_of_many_codes_lie_around_their_totals():
    some = goods()[goods()["hts8"].str.startswith(("8703", "2208", "7308"))]
    found = code_readings(CodeQuery(tables(), lists(), some, "CAN", pd.Timestamp("2026-10-01"), LATEST))
    open_to_trade = found[~found["banned"]]
    assert (open_to_trade["lowest_pct"] <= open_to_trade["total_pct"]).all()
    assert (open_to_trade["total_pct"] <= open_to_trade["highest_pct"]).all()
    assert (found["lowest_pct"] < found["highest_pct"]).any()
    packaged = found.set_index("hts8").loc["22083030"]
    assert packaged["banned"] and packaged["highest_pct"] == 60.0  # in bulk


def test_lists_are_those_that_lines_name():
    lines, groups = tables().lines, tables().product_groups
    rules = set(tables().exclusions["product_group"])
    assert set(lists().frame["list_id"]) <= set(lines["product"]) | set(groups["product_group"]) | rules


@pytest.mark.parametrize(
    ("code", "origin", "on", "lowest", "highest"),
    [
        ("87012100", "DEU", "2026-05-01", 29.0, 29.0),  # metal of US origin matters to what pays for metals only
        ("87081030", "GBR", "2025-06-29", 27.5, 27.5),
        ("85423100", "DEU", "2025-12-01", 0.0, 0.0),
        ("7326908688", "NOR", "2026-10-01", 52.9, 52.9),  # of Annex I-A: metal of US origin is a matter of Annex I-B
        (
            "87082951",
            "DEU",
            "2025-10-31",
            15.0,
            15.0,
        ),  # as a part of a car; the duty on parts of trucks begins the day after
        (
            "87082951",
            "DEU",
            "2025-11-01",
            15.0,
            27.5,
        ),  # the code is on both lists: as a part of a truck 25 and the ordinary 2.5
        ("87082951", "GBR", "2026-10-01", 10.0, 27.5),
        ("87082951", "CAN", "2026-10-01", 27.5, 27.5),  # as either
        ("85071000", "DEU", "2026-10-01", 10.0, 28.5),  # a battery is a part of either by its use only
        ("87084030", "GBR", "2026-10-01", 25.0, 25.0),  # on the list of truck parts alone
        ("94039940", "CAN", "2026-10-01", 10.0, 75.0),  # one duty gives way, and the metal is of US origin
    ],
)
def test_the_least_and_the_most_are_of_all_readings_together(code, origin, on, lowest, highest):
    found = asked(code, origin, on, "2026-10-10").ranges.iloc[0]
    assert (found["lowest_pct"], found["highest_pct"]) == (lowest, highest)


@pytest.mark.parametrize(("code", "counted"), [("84799095", 15.0), ("7326908688", 50.0)])
def test_goods_are_not_called_exempt_from_a_measure_that_is_counted(code, counted):
    layers = asked(code, "NOR", "2026-10-01").layers
    metals = layers[layers["measure_id"] == "US-232-METALS-2026"]
    assert metals["counted_pct"].max() == counted and "exempt_goods" not in set(metals["reason"])
