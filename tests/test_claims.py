"""Claims beside editions, pledges by edition: rules on the cases the ledger has."""

from pathlib import Path

import pandas as pd
import pytest

from policy.claims import beside_editions, compare, decimals, same_number, verdict
from policy.periods import first_calendar_year, is_fiscal_year, span_of
from policy.pledges import status_by_edition

# publisher, edition, published_on, precision: Canada's share of GDP by year
EDITIONS = [
    ("NATO", "2024-06", "2024-06-17", "day", {2023: 1.307949, 2024: 1.365155}),
    ("SIPRI", "2025-04", "2025-04-01", "month", {2024: 1.313034}),
    ("NATO", "2025-08", "2025-08-28", "day", {2024: 1.47, 2025: 2.01}),
    ("NATO_REPORT", "2026-03", "2026-03-26", "day", {2025: 2.0}),
    ("SIPRI", "2026-04", "2026-04-01", "month", {2024: 1.348746, 2025: 1.627447}),
    ("NATO", "2026-07", "2026-07-07", "day", {2024: 1.41, 2025: 2.03, 2026: 2.13}),
]
FIGURES = pd.DataFrame(
    [
        {
            "publisher": publisher,
            "edition": edition,
            "published_on": pd.Timestamp(day),
            "published_precision": precision,
            "iso3": "CAN",
            "year": year,
            "measure": "share_of_gdp_pct",
            "value": value,
            "is_estimate": year >= 2024,
        }
        for publisher, edition, day, precision, values in EDITIONS
        for year, value in values.items()
    ]
)
# An ally the edition of 2025-08 leaves out for 2025, as it does Germany, and one decimal only in the report.
FIGURES = pd.concat(
    [
        FIGURES,
        pd.DataFrame(
            [
                {
                    "publisher": "NATO_REPORT",
                    "edition": "2026-03",
                    "published_on": pd.Timestamp("2026-03-26"),
                    "published_precision": "day",
                    "iso3": "DEU",
                    "year": 2025,
                    "measure": "share_of_gdp_pct",
                    "value": 2.4,
                    "is_estimate": True,
                }
            ]
        ),
    ],
    ignore_index=True,
)

PLEDGES = pd.DataFrame(
    [
        ("can-onsaf-1.76", "CAN", "share_of_gdp_pct", 1.76, 2029, "2029-30"),
        ("can-2025-26", "CAN", "share_of_gdp_pct", 2.0, 2025, "2025-26"),
        ("can-2.5-proposed", "CAN", "share_of_gdp_pct", 2.5, None, None),
        ("can-hague-5", "CAN", "total_share_of_gdp_pct", 5.0, 2035, "2035"),
        ("deu-invented", "DEU", "share_of_gdp_pct", 2.0, 2025, "2025"),
    ],
    columns=["pledge_id", "iso3", "measure", "value_pct", "due_year", "due_label"],
)


def claim(**changes):
    told = {
        "topic": "spending",
        "subject_iso3": "CAN",
        "measure": "share_of_gdp_pct",
        "claim_year": 2025,
        "comparator": "eq",
        "value": 1.76,
        "made_on": pd.Timestamp("2026-01-01"),
        "made_precision": "month",
    }
    return told | changes


def test_the_claim_of_1_76_for_2025_differs_then_and_now_and_is_an_older_plan():
    ruled = verdict(claim(), FIGURES, PLEDGES)
    assert (ruled.on_the_day, ruled.now) == ("differs", "differs")
    assert ruled.day_edition == ("NATO", "2025-08")
    assert ruled.now_edition == ("NATO", "2026-07")
    assert ruled.same_number == ("can-onsaf-1.76",)
    rows = beside_editions(claim(), FIGURES)
    assert rows["edition"].tolist() == ["2025-08", "2026-03", "2026-04", "2026-07"]
    assert rows["when"].tolist() == ["known", "since", "since", "since"]
    assert rows["verdict"].tolist() == ["differs"] * 4
    assert rows["difference"].tolist() == pytest.approx([0.25, 0.24, -0.132553, 0.27])


def test_below_two_per_cent_in_2024_agrees_with_every_edition():
    told = claim(claim_year=2024, comparator="lt", value=2.0, made_on=pd.Timestamp("2025-01-01"), made_precision="year")
    rows = beside_editions(told, FIGURES)
    assert set(rows["verdict"]) == {"agrees"}
    # The claim is of 2025, the day not known: two editions may have come before or after it.
    assert rows["when"].tolist() == ["known", "perhaps_known", "perhaps_known", "since", "since"]
    assert verdict(told, FIGURES).day_edition == ("NATO", "2024-06")


@pytest.mark.parametrize(
    ("changes", "ruled", "reason"),
    [
        ({"topic": "pledge"}, "about_something_else", "topic"),
        ({"topic": "target", "claim_year": None}, "about_something_else", "topic"),
        ({"topic": "tariff", "measure": "rate_pct"}, "about_something_else", "topic"),
        ({"measure": "total_share_of_gdp_pct"}, "about_something_else", "topic"),
        ({"value": float("nan")}, "cannot_be_checked", "no_value"),
        ({"claim_year": pd.NA}, "cannot_be_checked", "no_year"),
        ({"subject_iso3": ""}, "cannot_be_checked", "no_country"),
        ({"claim_year": 2030}, "cannot_be_checked", "no_figure"),
    ],
)
def test_claims_no_edition_can_be_held_against(changes, ruled, reason):
    answer = verdict(claim(**changes), FIGURES, PLEDGES)
    assert (answer.on_the_day, answer.now, answer.reason) == (ruled, ruled, reason)


def test_a_claim_made_before_any_edition_cannot_be_checked_on_its_day():
    answer = verdict(claim(value=2.03, made_on=pd.Timestamp("2025-05-01")), FIGURES)
    assert (answer.on_the_day, answer.now, answer.reason) == ("cannot_be_checked", "agrees", "no_figure")


@pytest.mark.parametrize(
    ("claimed", "comparator", "value", "places", "ruled"),
    [
        (1.37, "eq", 1.365155, 6, "agrees"),
        (1.36, "eq", 1.365155, 6, "differs"),
        (2.0, "eq", 2.03, 2, "agrees"),  # "2 %" is told to the whole per cent
        (2.1, "eq", 2.03, 2, "differs"),
        (1.96, None, 2.0, 1, "agrees"),  # the figure itself is only known to one decimal
        (1.76, "eq", 2.0, 1, "differs"),
        (2.0, "lt", 2.0, 2, "differs"),
        (2.0, "le", 2.0, 2, "agrees"),
        (2.0, "ge", 2.01, 2, "agrees"),
        (2.0, "gt", 1.99, 2, "differs"),
    ],
)
def test_agreement_within_rounding(claimed, comparator, value, places, ruled):
    assert compare(claimed, comparator, value, places) == ruled


def test_decimals_a_number_is_written_with():
    assert [decimals(x) for x in (2.0, 2.5, 1.76, 1.365155, 41012.0, 0.1 + 0.2)] == [0, 1, 2, 6, 0, 6]


def test_no_pledge_holds_a_number_that_is_only_a_bound():
    assert same_number(claim(comparator="lt", value=2.0), PLEDGES) == ()


def test_pledge_met_by_two_editions_and_not_by_others():
    table = status_by_edition(PLEDGES, FIGURES)
    assert len(table) == len(PLEDGES) * len(EDITIONS)
    of = table.set_index(["pledge_id", "publisher", "edition"])
    fiscal = of.loc["can-2025-26"]
    assert fiscal["status"].tolist() == ["not_yet_reported", "not_yet_reported", "met", "met", "not_met", "met"]
    assert fiscal["is_fiscal_year"].all()
    assert fiscal.loc[("NATO", "2026-07"), "margin_points"] == pytest.approx(0.03)
    assert fiscal["within_rounding"].tolist() == [False, False, False, True, False, False]
    assert fiscal.loc[("NATO", "2026-07"), "first_year_met"] == 2025
    # Reached long before its due year, which no edition covers yet.
    plan = of.loc[("can-onsaf-1.76", "NATO", "2026-07")]
    assert (plan["status"], plan["first_year_met"]) == ("not_yet_reported", 2025)
    assert set(of.loc["can-2.5-proposed"]["status"]) == {"no_due_year"}
    assert set(of.loc["can-hague-5"]["status"]) == {"not_tabulated"}
    assert of.loc[("deu-invented", "NATO", "2025-08"), "status"] == "not_in_edition"


def test_fiscal_years_and_imprecise_days():
    assert is_fiscal_year("2025-26") and is_fiscal_year("1999-00")
    assert not is_fiscal_year("2025-06") and not is_fiscal_year("2035") and not is_fiscal_year(None)
    assert first_calendar_year("2029-30") == 2029 and first_calendar_year("2027") == 2027
    assert span_of(pd.Timestamp("2025-05-01"), "month") == (pd.Timestamp("2025-05-01"), pd.Timestamp("2025-05-31"))
    assert span_of(pd.Timestamp("2025-05-01"), "year") == (pd.Timestamp("2025-01-01"), pd.Timestamp("2025-12-31"))
    with pytest.raises(ValueError, match="fortnight"):
        span_of(pd.Timestamp("2025-05-01"), "fortnight")


SEEDS = Path(__file__).resolve().parents[1] / "seeds"


def seed(name, **options):
    return pd.read_csv(SEEDS / f"{name}.csv", keep_default_na=False, na_values=[""], **options)


def seed_figures():
    editions = seed("editions", parse_dates=["published_on"])
    kept = editions[["publisher", "edition", "published_on", "published_precision"]]
    return seed("spending").merge(kept, on=["publisher", "edition"])


def test_the_verdict_on_every_claim_in_the_seeds():
    figures, pledges = seed_figures(), seed("pledges")
    claims = seed("claims", parse_dates=["made_on"]).to_dict("records")
    ruled = {one["claim_id"]: verdict(one, figures, pledges) for one in claims}
    checked = {name: one for name, one in ruled.items() if one.on_the_day != "about_something_else"}
    assert set(checked) == {"000-1", "002-1"}  # the only two that state a figure publishers tabulate
    assert (checked["000-1"].on_the_day, checked["000-1"].now) == ("differs", "differs")
    assert checked["000-1"].same_number == ("can-onsaf-1.76",)
    assert (checked["002-1"].on_the_day, checked["002-1"].now) == ("agrees", "agrees")


def test_the_status_the_seeds_give_canadas_pledge_is_the_one_the_rule_gives():
    pledges = seed("pledges")
    table = status_by_edition(pledges, seed_figures())
    nato = table[(table["pledge_id"] == "can-2025-26") & (table["publisher"] == "NATO")]
    assert nato["status"].tolist() == ["not_yet_reported", "met", "met"]
    assert nato["value"].tolist()[1:] == [2.01, 2.03]
    met = set(table.loc[(table["status"] == "met") & (table["publisher"] == "NATO"), "pledge_id"])
    assert met == set(pledges.loc[pledges["status"] == "met", "pledge_id"])
