"""The tariff and trade seeds keep every event of the figures, and what they are made into hangs together."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from etl.contract.check import check
from etl.datasets import all_datasets
from tests.tariff_tables import seed

FIGURES = Path(__file__).parents[2] / "shared" / "figures"
MINE = [
    name
    for name in all_datasets()
    if name.startswith(("tariff_", "trade_"))
    or name in ("products", "country_groups", "softwood_companies", "s338_products")
]


def figures(name: str) -> list[dict[str, str]]:
    path = FIGURES / name
    if not path.exists():
        pytest.skip("the figures are not here")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", MINE)
def test_seed_keeps_its_contract(name):
    others = {other: seed(other) for other in all_datasets()}
    problems = check(seed(name), all_datasets()[name], others)
    assert [problem.sentence() for problem in problems] == []


def test_every_event_is_kept():
    events = seed("tariff_events").set_index("event_id")
    rows = figures("tariff_events.csv")
    assert len(rows) == 130
    for row in rows:
        event = events.loc[row["event_id"]]
        assert event["measure_id"] == row["measure_id"]
        assert event["event"] == row["event"]
        assert event["event_on"] == pd.Timestamp(row["event_date"])
        assert event["trust"] == row["source_class"]
        assert (event["quote"] if pd.notna(event["quote"]) else "") == row["quote"]
        assert event["rate_pct"] == float(row["rate_percent"]) if row["rate_percent"] else pd.isna(event["rate_pct"])


def test_knowledge_never_follows_the_event():
    events = seed("tariff_events")
    assert (events["known_on"] <= events["event_on"]).all()
    steps = seed("tariff_steps").merge(events[["event_id", "event_on"]], on="event_id")
    assert (
        steps.loc[steps["act"] == "effective", "known_on"] <= steps.loc[steps["act"] == "effective", "starts_on"]
    ).all()


def test_steps_that_are_not_derived_say_what_their_event_says():
    """Rate and kind of such a step are those the event states; a derived step names the event it is read from."""
    steps = seed("tariff_steps").merge(seed("tariff_events"), on="event_id", suffixes=("", "_event"))
    plain = steps[~steps["derived"] & steps["rate_pct"].notna() & steps["rate_pct_event"].notna()]
    assert len(plain) > 80
    assert (plain["rate_pct"] == plain["rate_pct_event"]).all()
    assert (plain["rate_kind"] == plain["rate_kind_event"]).all()
    assert (plain["trust"] == plain["trust_event"]).all()
    assert (plain["source_id"] == plain["source_id_event"]).all()
    silent = steps[steps["derived"] & steps["note"].isna()]
    assert silent["step_id"].tolist() == []


def test_conflicts_are_told_in_both_languages():
    events = seed("tariff_events")
    assert (events["conflict"].notna() == events["conflict_fr"].notna()).all()
    assert events["conflict"].notna().sum() >= 6


def test_origins_and_products_of_lines_are_known():
    lines = seed("tariff_lines")
    places = set(seed("countries")["iso3"]) | set(seed("country_groups")["group_id"])
    goods = set(seed("products")["product_id"]) | set(seed("tariff_product_groups")["product_group"])
    assert set(lines["origin"]) <= places
    assert set(lines["product"]) <= goods
    assert set(lines["company"].dropna()) <= set(seed("tariff_companies")["company_id"])
    events = seed("tariff_events")
    named = {origin for cell in events["origin"].dropna() for origin in cell.split(";")}
    assert named <= places
    assert {name for cell in events["product_ids"].dropna() for name in cell.split(";")} <= goods


def test_groups_have_their_members():
    sizes = seed("country_groups").groupby("group_id").size()
    assert sizes["NATO"] == 32
    assert sizes["EU27"] == 27
    assert sizes["EIGHT"] == 8
    assert sizes["USMCA_PARTNERS"] == 2
    assert sizes["S301_NOT_NAMED"] == 4


def test_softwood_duties_add_up():
    rows = seed("softwood_companies").dropna(subset=["sum_pct", "cvd_pct"])
    assert len(rows) == 8
    assert (rows["ad_pct"] + rows["cvd_pct"] + rows["s232_pct"]).to_numpy() == pytest.approx(rows["sum_pct"].to_numpy())


def test_trade_groups_are_parts_of_the_whole():
    trade = seed("trade_us_imports")
    months = trade[(trade["frequency"] == "month") & (trade["measure"] == "imports_consumption_usd")]
    wholes = months[months["code"] == "all_products"].set_index("period")["value"]
    chapters = months[months["grouping"] == "hs2"].groupby("period")["value"].sum()
    assert len(wholes) == 14
    assert chapters.to_numpy() == pytest.approx(wholes.loc[chapters.index].to_numpy(), rel=1e-6)
    claimed = trade.pivot_table(
        index=["period", "frequency", "origin", "grouping", "code"], columns="measure", values="value"
    )
    both = claimed.dropna(subset=["usmca_claimed_usd", "imports_consumption_usd"])
    assert (both["usmca_claimed_usd"] <= both["imports_consumption_usd"]).all()


def test_section_338_lists_have_their_published_length():
    sizes = seed("s338_products").groupby("product_id").size().to_dict()
    assert sizes == {"s338-alcohol": 63, "s338-dairy": 52, "s338-motor-vehicles": 439}


@pytest.mark.parametrize(
    "name, column", [("tariff_measures", "title"), ("tariff_events", "title"), ("products", "name_en")]
)
def test_names_that_are_shown_are_written_with_typographic_signs(name, column):
    """Quotation marks, an apostrophe, a dash, and a no-break space before the sign of per cent."""
    assert seed(name).loc[lambda rows: rows[column].str.contains(r"[\"']|\s-\s|\d ?%", regex=True), column].empty
