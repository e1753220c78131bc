"""The spending side of the seeds holds what the publishers printed: golden figures, read through the contracts."""

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from etl.contract.check import check
from etl.contract.convert import convert
from etl.datasets import all_datasets, read_seed
from etl.datasets.spending import MEASURES

FIGURES = Path(__file__).parents[2] / "shared" / "figures"
SPENDING_SIDE = (
    "sources", "countries", "editions", "spending", "currencies", "targets", "pledges", "independent_estimates",
    "deadlines", "articles", "claims", "agenda",
)  # fmt: skip


@cache
def seed(name: str) -> pd.DataFrame:
    """The typed seed of a dataset; it must convert without a problem."""
    dataset = all_datasets()[name]
    frame, problems = convert(read_seed(dataset), dataset)
    assert [problem.sentence() for problem in problems] == []
    return frame


def others() -> dict[str, pd.DataFrame]:
    return {name: seed(name) for name in all_datasets()}


def value(publisher: str, edition: str, iso3: str, year: int, measure: str = "share_of_gdp_pct") -> float:
    frame = seed("spending")
    rows = frame[
        (frame["publisher"] == publisher)
        & (frame["edition"] == edition)
        & (frame["iso3"] == iso3)
        & (frame["year"] == year)
        & (frame["measure"] == measure)
    ]
    assert len(rows) == 1
    return float(rows["value"].iloc[0])


@pytest.mark.slow
@pytest.mark.parametrize("name", SPENDING_SIDE)
def test_seed_keeps_its_contract(name):
    problems = check(seed(name), all_datasets()[name], others())
    assert [problem.sentence() for problem in problems] == []


@pytest.mark.parametrize("name", SPENDING_SIDE)
def test_seed_is_sorted_by_key_and_every_row_names_its_source(name):
    text = read_seed(all_datasets()[name])
    keys = list(map(tuple, text[list(all_datasets()[name].key)].to_numpy()))
    assert keys == sorted(keys)
    assert (text["source_id"] != "").all()


@pytest.mark.parametrize(
    ("publisher", "edition", "iso3", "year", "figure"),
    [
        ("NATO", "2024-06", "CAN", 2024, 1.37),
        ("NATO", "2025-08", "CAN", 2024, 1.47),
        ("NATO", "2026-07", "CAN", 2024, 1.41),
        ("NATO", "2025-08", "CAN", 2025, 2.01),
        ("NATO", "2026-07", "CAN", 2025, 2.03),
        ("NATO", "2026-07", "CAN", 2026, 2.13),
        ("NATO", "2025-08", "POL", 2025, 4.48),
        ("NATO", "2026-07", "POL", 2025, 4.25),
        ("NATO", "2025-08", "ALB", 2025, 2.01),
        ("NATO", "2026-07", "ALB", 2025, 1.48),
        ("NATO", "2025-08", "NATO_TOTAL", 2025, 2.76),
        ("NATO_REPORT", "2026-03", "CAN", 2025, 2.0),
    ],
)
def test_editions_keep_their_own_figure(publisher, edition, iso3, year, figure):
    assert round(value(publisher, edition, iso3, year), 2) == figure


def test_no_edition_says_canada_reaches_only_1_76_in_2025():
    frame = seed("spending")
    canada = frame[(frame["iso3"] == "CAN") & (frame["year"] == 2025) & (frame["measure"] == "share_of_gdp_pct")]
    assert len(canada) == 4  # NATO 2025-08 and 2026-07, the annual report, SIPRI 2026-04
    assert (canada["value"].sub(1.76).abs() > 0.1).all()
    claim = seed("claims").set_index("claim_id").loc["000-1"]
    assert (claim["value"], claim["claim_year"], claim["subject_iso3"]) == (1.76, 2025, "CAN")


COUNTS = {
    ("NATO", "2024-06"): {
        "expenditure_ncu_constant_million": 341, "expenditure_ncu_current_million": 341,
        "expenditure_per_capita_usd_constant": 363, "real_change_pct": 363, "share_of_gdp_pct": 363,
        "expenditure_usd_constant_million": 363, "expenditure_usd_current_million": 363, "equipment_share_pct": 341,
        "gdp_per_capita_usd_constant_thousand": 374, "gdp_usd_constant_million": 374, "gdp_usd_current_million": 374,
        "infrastructure_share_pct": 341, "military_personnel_thousand": 363, "other_share_pct": 341,
        "personnel_share_pct": 341,
    },
    ("NATO", "2025-08"): {"share_of_gdp_pct": 383, "equipment_share_pct": 1},
    ("NATO", "2026-07"): {
        "expenditure_ncu_constant_million": 403, "expenditure_ncu_current_million": 403,
        "expenditure_per_capita_usd_constant": 429, "real_change_pct": 429, "share_of_gdp_pct": 429,
        "expenditure_usd_constant_million": 429, "expenditure_usd_current_million": 429, "equipment_share_pct": 403,
        "gdp_per_capita_usd_constant_thousand": 429, "gdp_usd_constant_million": 429, "gdp_usd_current_million": 429,
        "infrastructure_share_pct": 401, "military_personnel_thousand": 429, "other_share_pct": 401,
        "personnel_share_pct": 401,
    },
    ("NATO_REPORT", "2026-03"): {"share_of_gdp_pct": 28},
    ("SIPRI", "2025-04"): {"share_of_gdp_pct": 341},
    ("SIPRI", "2026-04"): {"share_of_gdp_pct": 384},
}  # fmt: skip


def test_rows_by_edition_and_measure():
    counted: dict[tuple[str, str], dict[str, int]] = {}
    for (publisher, edition, measure), rows in seed("spending").groupby(["publisher", "edition", "measure"]):
        counted.setdefault((publisher, edition), {})[measure] = len(rows)
    assert counted == COUNTS


def test_iceland_has_only_gdp_in_nato_editions():
    frame = seed("spending")
    iceland = frame[(frame["iso3"] == "ISL") & (frame["publisher"] != "SIPRI")]
    assert set(iceland["measure"]) == {
        "gdp_usd_current_million",
        "gdp_usd_constant_million",
        "gdp_per_capita_usd_constant_thousand",
    }


def test_every_row_belongs_to_a_listed_edition_and_its_price_base():
    editions = seed("editions")
    frame = seed("spending").merge(editions, on=["publisher", "edition"], how="left", validate="m:1")
    assert frame["title"].notna().all()
    nato = frame[frame["publisher"] == "NATO"]
    for (measure, base), units in nato.groupby(["measure", "constant_price_base_year"])["unit"]:
        assert set(units) == {MEASURES[measure][2].format(year=base)}


def test_estimates_are_the_last_two_years_of_a_nato_edition():
    frame = seed("spending")
    marked = frame[frame["is_estimate"] & (frame["publisher"] == "NATO")]
    years = {edition: set(rows) for edition, rows in marked.groupby("edition")["year"]}
    assert years == {"2024-06": {2023, 2024}, "2025-08": {2024, 2025}, "2026-07": {2025, 2026}}


def problems_of(dataset_name: str, row: int, **cells) -> list:
    frame = seed(dataset_name).copy()
    for column, cell in cells.items():
        frame.loc[row, column] = cell
    return check(frame, all_datasets()[dataset_name], others())


def broken(dataset_name: str, row: int, **cells) -> list[str]:
    return [problem.rule for problem in problems_of(dataset_name, row, **cells)]


def row_of(measure: str, iso3: str = "CAN", year: int = 2020) -> int:
    frame = seed("spending")
    hits = (
        (frame["edition"] == "2024-06")
        & (frame["iso3"] == iso3)
        & (frame["year"] == year)
        & (frame["measure"] == measure)
    )
    return int(frame.index[hits][0])


def test_a_value_without_unit_edition_or_source_is_refused():
    row = row_of("share_of_gdp_pct")
    for column in ("unit", "edition", "source_id", "value"):
        assert "is missing." in broken("spending", row, **{column: None})


def test_bounds_units_and_parts_are_held():
    share, parts = row_of("share_of_gdp_pct"), row_of("equipment_share_pct")
    assert broken("spending", share, value=137.0) == ["is outside {least} to {most}, the bounds of {measure}."]
    assert "The unit does not fit the measure." in broken("spending", share, unit="million US dollars")
    assert any("{target}" in rule for rule in broken("spending", share, edition="2031-01"))
    (parts_problem,) = problems_of("spending", parts, value=90.0)
    assert len(list(parts_problem.every_row)) == 4  # the four parts of that country and year
    assert broken("spending", row_of("real_change_pct"), value=124.9) != []


def test_bulgaria_2019_is_a_named_outlier():
    assert value("NATO", "2026-07", "BGR", 2019, "real_change_pct") > 100
    assert broken("spending", row_of("real_change_pct", "BGR", 2019), value=126.0) == []


def test_pledges_deadlines_and_claims_are_whole():
    assert (len(seed("pledges")), len(seed("deadlines")), len(seed("claims")), len(seed("agenda"))) == (9, 45, 17, 19)
    deal = seed("deadlines").query("series_id == 'can-us-deal'").sort_values("set_on")
    assert list(deal["deadline_id"]) == ["DL-CAN-30DAY", "DL-CAN-JUL21", "DL-CAN-AUG1"]
    assert seed("claims").set_index("claim_id").loc["002-1", "comparator"] == "lt"


def test_countries_are_the_32_allies_and_the_27_members_of_the_union():
    frame = seed("countries")
    assert frame["joined_nato_on"].notna().sum() == 32
    assert frame["is_eu_member"].sum() == 27


@pytest.mark.skipif(not FIGURES.exists(), reason="the collected figures are not on this machine")
def test_every_collected_value_carried_over():
    """Value by value as printed; measures are renamed here, so each is matched by its figures."""
    collected = Counter()
    for publisher, name in (
        ("NATO", "nato_expenditure.csv"),
        ("SIPRI", "sipri_milex.csv"),
        ("NATO_REPORT", "nato_annual_report_2026-03_rounded.csv"),
    ):
        with (FIGURES / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if publisher != "SIPRI" or row["measure"] == "milex_share_gdp":
                    collected[
                        publisher, row["edition"], row["iso3"], row["year"], row["value"], row["is_estimate"]
                    ] += 1
    columns = ["publisher", "edition", "iso3", "year", "value", "is_estimate"]
    held = Counter(read_seed(all_datasets()["spending"])[columns].itertuples(index=False, name=None))
    assert held == collected
