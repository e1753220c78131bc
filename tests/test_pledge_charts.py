"""The pledges charts against hand-made numbers: what is met is said, what is left is arithmetic, assumptions travel."""

import pandas as pd
import pytest

from dashboard import language, links
from dashboard.charts import all_charts, claims_compare, pledge_backsolve, pledge_cost, pledge_history, pledge_path
from dashboard.drawing import draw
from dashboard.sections.growth_table import entries_of
from dashboard.topics.pledges import parsed_growth
from policy.assumptions import Start
from policy.baseline import baseline
from policy.estimates import reproduce


def drawn(chart, snapshot, **query):
    """(rows, title, summary) of a chart opened by a link."""
    language.use("en")
    asked = links.params_of(chart.Params, {"known": "2026-11-21", **query}, snapshot)
    assert not asked.notes
    params = asked.params.explicit(snapshot)
    rows = chart.rows(snapshot, params)
    return rows, chart.figure(rows, params).layout.title.text, chart.summary(rows, params)


def goal_of(rows, goal):
    return rows[(rows["kind"] == "goal") & (rows["goal"] == goal)].iloc[0]


# --- path ----------------------------------------------------------------------------------------------------------


def test_canada_has_met_two_per_cent_and_the_path_says_so(snapshot):
    rows, title, summary = drawn(pledge_path, snapshot)
    assert "2\u00a0% met since 2025 (estimate)" in summary and "1.37 points" in title
    for goal in ("can-2027-proposed", "can-2030"):
        own = goal_of(rows, goal)
        assert (own["standing"], own["met_since"], own["met_since_estimate"]) == ("met", 2025, True)
        assert rows[(rows["kind"] == "path") & (rows["goal"] == goal)].empty
    assert "Met: 2\u00a0% by 2027" in summary and "real GDP +1.5\u00a0% a year" in summary


def test_the_gap_of_canada_is_arithmetic(snapshot):
    rows, _title, _summary = drawn(pledge_path, snapshot)
    own = goal_of(rows, "can-hague-3.5")
    # 3.5 % of 2,464,958 less 52,455 million US dollars; times 71,517 / 52,455 in Canadian dollars.
    assert own["gap_usd_million"] == pytest.approx(0.035 * 2_464_958 - 52_455, abs=0.1)
    assert own["gap_ncu_million"] == pytest.approx((0.035 * 2_464_958 - 52_455) * 71_517 / 52_455, abs=0.2)
    assert not own["due_assumed"] and goal_of(rows, "can-2.5-proposed")["due_assumed"]


def test_no_growth_leaves_the_gap_of_the_start(snapshot):
    rows, _title, _summary = drawn(pledge_path, snapshot, growth="0", deflator="0")
    own = goal_of(rows, "can-hague-3.5")
    assert own["above_flat_ncu_million"] == pytest.approx(own["gap_ncu_million"], abs=0.2)
    assert own["added_ncu_million"] == pytest.approx(own["gap_ncu_million"] / 9, abs=0.2)


def test_another_ally_is_held_to_the_alliance_targets(snapshot):
    rows, title, _summary = drawn(pledge_path, snapshot, country="SVN")
    assert set(rows["goal"].dropna()) == {"nato-2", "hague-3.5"}
    # The guideline was due in 2024: the year is an assumption now, and it is told.
    own = goal_of(rows, "nato-2")
    assert own["standing"] == "short" and own["due_assumed"] and own["year"] == 2030
    assert title.startswith("Slovenia: 1.61")


def test_an_edition_of_shares_alone_shows_no_amounts(snapshot):
    rows, title, summary = drawn(pledge_path, snapshot, edition="2025-08")
    assert rows[[name for name in rows if "_million" in name]].isna().all(axis=None)
    assert "1.49 points away" in title and "no amounts" in summary


def test_as_known_before_the_editions_of_2025_canada_was_short(snapshot):
    rows, title, _summary = drawn(pledge_path, snapshot, known="2025-07-01")
    assert set(rows["edition"]) == {"2024-06"} and "met" not in title
    assert goal_of(rows, "can-2030")["standing"] == "short"


def test_five_per_cent_has_no_path(snapshot):
    rows, _title, summary = drawn(pledge_path, snapshot, goals="can-hague-5")
    assert goal_of(rows, "can-hague-5")["standing"] == "not_tabulated" and "no path is drawn" in summary
    assert "path" not in set(rows["kind"])


# --- cost and its inverse ------------------------------------------------------------------------------------------


def test_the_cost_ends_at_the_target_and_adds_up(snapshot):
    rows, title, summary = drawn(pledge_cost, snapshot)
    assert rows["year"].tolist() == list(range(2026, 2036))
    assert rows["share_of_gdp_pct"].iloc[-1] == 3.5 and rows["spending_ncu_million"].iloc[0] == pytest.approx(
        71_517, abs=0.2
    )
    assert rows["cumulative_above_flat_ncu_million"].iloc[-1] == pytest.approx(
        rows["above_flat_ncu_million"].sum(), abs=1
    )
    added = (rows["spending_ncu_million"].iloc[-1] - 71_517) / 9
    assert f"C${added / 1000:.1f}" in summary and title.count("C$") == 1


def test_a_stated_rate_moves_us_dollars_only(snapshot):
    usual, _title, _summary = drawn(pledge_cost, snapshot)
    dearer, _title, _summary = drawn(pledge_cost, snapshot, rate="1.5")
    assert dearer["spending_ncu_million"].tolist() == pytest.approx(usual["spending_ncu_million"].tolist(), abs=0.5)
    assert dearer["spending_usd_million"].iloc[0] == pytest.approx(71_517 / 1.5, abs=0.2)


def test_a_year_of_the_table_changes_that_year(snapshot):
    rows, _title, summary = drawn(pledge_cost, snapshot, growth_by_year="2027:3,2028:-1", growth="0", deflator="0")
    flat = rows["flat_spending_ncu_million"]
    assert flat.iloc[1] / flat.iloc[0] == pytest.approx(1.03, abs=1e-5)
    assert flat.iloc[2] / flat.iloc[1] == pytest.approx(0.99, abs=1e-5)
    assert "2027: +3\u00a0%" in summary


def test_a_band_holds_the_path(snapshot):
    rows, _title, _summary = drawn(pledge_cost, snapshot, band="1")
    assert (rows["spending_ncu_million_low"] <= rows["spending_ncu_million"]).all()
    assert (rows["spending_ncu_million_high"] >= rows["spending_ncu_million"]).all()


def test_a_goal_already_met_costs_nothing(snapshot):
    rows, title, _summary = drawn(pledge_cost, snapshot, goal="can-2030")
    assert len(rows) == 1 and "nothing to add" in title


def test_the_amount_of_the_path_comes_back_as_its_share(snapshot):
    cost, _title, _summary = drawn(pledge_cost, snapshot)
    billion = cost.loc[cost["year"] == 2031, "spending_ncu_million"].iloc[0] / 1000
    rows, _title, _summary = drawn(pledge_backsolve, snapshot, spend=f"{billion:.4f}", spend_year="2031")
    share = rows.loc[rows["kind"] == "amount", "share_of_gdp_pct"].iloc[0]
    assert share == pytest.approx(cost.loc[cost["year"] == 2031, "share_of_gdp_pct"].iloc[0], abs=1e-4)


def test_growing_below_the_economy_never_gets_there(snapshot):
    _rows, title, _summary = drawn(pledge_backsolve, snapshot, pace="1")
    assert "does not reach 3.5" in title


@pytest.mark.parametrize(
    ("typed", "entries", "refused"),
    [
        ("2027:1.2, 2028:1.8", ("2027:1.2", "2028:1.8"), ()),
        ("2028 = −0.5 %; 2027 1,2", ("2027:1.2", "2028:-0.5"), ()),
        ("2027:1,2", ("2027:1.2",), ()),
        ("2027:1,2027", (), ("2027:1.2027",)),
        ("2027:1,2,2028:-0,5,2029:2", ("2027:1.2", "2028:-0.5", "2029:2"), ()),
        ("2027:1.2, soon", ("2027:1.2",), ("soon",)),
        ("", (), ()),
    ],
)
def test_a_typed_table_is_read(typed, entries, refused):
    assert parsed_growth(typed) == (entries, refused)


def test_a_table_from_a_file_is_read():
    frame = pd.DataFrame({"country": ["CAN", "CAN"], "year": ["2027", "2028"], "growth": ["1,5", "2"]})
    assert entries_of(frame, ",") == ("2027:1.5", "2028:2")


# --- baseline and estimates ----------------------------------------------------------------------------------------


def test_between_the_start_and_the_last_year_the_edition_s_own_growth_holds():
    values = [(2025, 100.0, 110.0), (2026, 103.0, 118.45)]
    figures = pd.DataFrame(
        [
            {"year": year, "measure": measure, "value": value, "is_estimate": True, "source_id": "s"}
            for year, real, nominal in values
            for measure, value in {
                "share_of_gdp_pct": 2.0,
                "gdp_usd_constant_million": real,
                "gdp_usd_current_million": nominal,
                "expenditure_usd_current_million": 0.02 * nominal,
                "expenditure_ncu_current_million": 0.02 * nominal,
            }.items()
        ]
    )
    base = baseline(figures, start_year=2025, real_growth_pct=1, deflator_pct=0)
    assert base.assumptions.nominal_index(2025, 2027).tolist() == pytest.approx([1, 118.45 / 110, 118.45 / 110 * 1.01])
    assert baseline(figures[figures["measure"] != "share_of_gdp_pct"], real_growth_pct=1, deflator_pct=0) is None


def test_an_estimate_without_a_reading_or_an_edition_is_said_to_be_so():
    estimates = pd.DataFrame(
        {"estimate_id": ["pbo-2024-need", "somebody-else"], "fiscal_year": ["2032-33", "2030-31"], "value": [81.9, 1.5]}
    )
    start = Start(2024, 1.365, 2_233_829, 1.3449)
    none = pd.DataFrame({"pledge_id": [], "value_pct": []})
    assert reproduce(estimates, {}, none)["how"].tolist() == ["no_edition", "no_edition"]
    found = reproduce(estimates, dict.fromkeys(estimates["estimate_id"], start), none)
    assert found["how"].tolist() == ["implied_gdp", "no_reading"]
    assert found["implied_gdp_ncu_million"].iloc[0] == pytest.approx(4_095_000)


# --- history and claims --------------------------------------------------------------------------------------------


def test_met_is_a_verdict_of_editions_known_by_the_day(snapshot):
    for known, status in (("2025-08-01", "open"), ("2025-09-01", "met")):
        rows, _title, _summary = drawn(pledge_history, snapshot, known=known)
        assert set(rows.loc[rows["item"] == "can-2025-26", "goal_status"].dropna()) == {status}


def test_the_officer_s_numbers_come_back(snapshot):
    rows, _title, _summary = drawn(pledge_history, snapshot)
    told = rows[rows["kind"] == "estimate"].set_index("item")
    for name in ("pbo-2024-need", "pbo-2024-share"):
        assert told.loc[name, "reproduced"] == pytest.approx(told.loc[name, "value"])
    assert round(told.loc["pbo-2024-now", "reproduced"]) == 41
    assert told.loc["pbo-2022-share", "how"] == "no_edition"
    gaps = set(zip(rows.loc[rows["kind"] == "gap", "item"], rows.loc[rows["kind"] == "gap", "gap"], strict=True))
    assert {
        ("can-2.5-proposed", "no_due_year"),
        ("can-hague-5", "not_tabulated"),
        ("pbo-2024-need", "gdp_not_printed"),
    } <= gaps


def test_the_claim_of_1_76_differs_from_every_edition(snapshot):
    rows, title, summary = drawn(claims_compare, snapshot)
    own = rows[rows["claim_id"] == "000-1"]
    assert set(own["verdict"]) == {"differs"} and title.startswith(
        "Defence spending of Canada in 2025: 1.76\u00a0% of GDP in an article; NATO now has 2.03\u00a0% (estimate)"
    )
    assert summary.endswith(
        "1.76\u00a0% was pledged for another year: Government of Canada (Our North, Strong and Free), 2029-30."
    )
    assert len(claims_compare.short_table(rows)) == 2


def test_every_claim_has_a_row_and_one_that_is_not_compared_says_why(snapshot):
    rows, _title, _summary = drawn(claims_compare, snapshot)
    assert rows["claim_id"].nunique() == snapshot.sql("SELECT count(*) AS n FROM claims")["n"].iloc[0]
    assert rows.loc[rows["figure"].isna(), "reason"].notna().all()


@pytest.mark.slow
def test_the_name_of_a_level_hides_no_figure_of_any_ally(ledger):
    """At a desk's width: 7 px a letter of 720, 16 px a line of 340."""
    hidden = []
    params = all_charts()["pledge-path"].Params
    for iso3 in links.choices_of(params)["country"].codes(ledger.at(1)):
        drawing = draw(ledger, "pledge-path", params(country=iso3), 1)
        layout, figures = drawing.data["layout"], drawing.rows[drawing.rows["kind"] == "figure"]
        (first, last), (low, high) = layout["xaxis"]["range"], layout["yaxis"]["range"]
        for note in layout["annotations"]:
            if note.get("xref") == "x domain" and note.get("bgcolor"):
                lines = note["text"].replace("<b>", "").replace("</b>", "").split("<br>")
                wide = max(map(len, lines)) * 7 / 720 * (last - first)
                tall = len(lines) * 16 / 340 * (high - low)
                years = (last - wide, last) if note["x"] else (first, first + wide)
                heights = (
                    (note["y"], note["y"] + tall) if note["yanchor"] == "bottom" else (note["y"] - tall, note["y"])
                )
                inside = figures["year"].between(*years) & figures["share_of_gdp_pct"].between(
                    *heights, inclusive="neither"
                )
                hidden += [(iso3, note["text"])] * bool(inside.any())
    assert hidden == []


@pytest.mark.parametrize("kind", ["real", "nominal"])
@pytest.mark.parametrize("country", ["CAN", "USA", "DEU", "SVN"])
def test_unasked_spending_grows_as_much_as_the_goal_needs_in_its_year_and_no_more(snapshot, country, kind):
    rows, title, _summary = drawn(pledge_backsolve, snapshot, country=country, pace_kind=kind)
    params = links.params_of(pledge_backsolve.Params, {"country": country, "pace_kind": kind}, snapshot).params
    pace = params.explicit(snapshot).pace
    assert set(rows["met_on_path"]) == {2035} and "must grow" in title and f"{pace:g}" in title
    start = rows.iloc[0]
    prices = 1.0 if kind == "nominal" else 1.02
    nominal = (3.5 * 1.015**9 * 1.02**9 / start["share_of_gdp_pct"]) ** (1 / 9)  # GDP grows, and its share
    assert rows["needed_pace_pct"].iloc[0] == pytest.approx(100 * (nominal / prices - 1), abs=1e-6)
    assert 0 <= pace - rows["needed_pace_pct"].iloc[0] < 0.1
    lower, title, _summary = drawn(
        pledge_backsolve, snapshot, country=country, pace_kind=kind, pace=f"{pace - 0.2:.1f}"
    )
    assert set(lower["met_on_path"]) != {2035} and "if defence spending grows" in title


def test_the_year_of_the_pledge_is_marked(snapshot):
    params = links.params_of(pledge_backsolve.Params, {"country": "USA"}, snapshot).params.explicit(snapshot)
    layout = pledge_backsolve.figure(pledge_backsolve.rows(snapshot, params), params).layout
    assert any(shape.x0 == shape.x1 == 2035 for shape in layout.shapes)
    assert "due 2035" in {note.text for note in layout.annotations}
