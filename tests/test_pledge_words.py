"""What the charts of pledges, claims and deadlines say: one amount for a gap, one count, and each thing once."""

import re

import pytest

from dashboard import labels, language, links
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.language import money


def drawn(ledger, chart_id, spoken="en", **query):
    """A chart opened by a link."""
    with language.spoken(spoken):
        asked = links.params_of(all_charts()[chart_id].Params, {"known": "2026-11-30", **query}, ledger.at(1))
        assert not asked.notes
        return draw(ledger, chart_id, asked.params, 1)


def words(drawing):
    return [note["text"] for note in drawing.data["layout"]["annotations"]]


def test_the_deadlines_that_are_over_are_counted_once(ledger):
    drawing = drawn(ledger, "deadlines-timeline", on="2026-11-30")
    before = next(text for text in words(drawing) if "Before:" in text)
    counts = before.removeprefix("<b>Before: ").removesuffix("</b>").split(", ")
    assert all(part in drawing.summary for part in counts)
    over = (drawing.rows["deadline_status"] != "pending").sum()
    assert over == sum(int(part.split()[0]) for part in counts) and "have no date" in drawing.further


@pytest.mark.parametrize("country", ["CAN", "DEU", "ESP"])
def test_the_gap_to_a_pledge_has_one_amount_where_it_is_the_finding(ledger, country):
    path, cost = (drawn(ledger, chart, country=country) for chart in ("pledge-path", "pledge-cost"))
    amount = money(cost.rows["above_flat_ncu_million"].iloc[-1], cost.rows["currency"].iloc[0])
    level = next(text for text in words(path) if text.startswith("<b>3.5"))
    assert all(amount in text for text in (path.title, cost.title, level))
    assert "at the gdp" not in f"{path.title} {cost.title}".lower() and "At the GDP of 2026" in path.further


@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_a_pace_is_no_path_and_its_amount_is_what_was_asked_for(ledger, spoken):
    assert set(drawn(ledger, "pledge-backsolve", spoken).rows["kind"]) == {"pace"}, "no amount unless one is asked for"
    drawing = drawn(ledger, "pledge-backsolve", spoken, spend="110")
    assert set(drawing.rows["kind"]) == {"pace", "amount"} and "◇" in drawing.title and "◇" in drawing.subtitle
    with language.spoken(spoken):
        assert labels.of("shape", "straight") not in drawing.summary + drawing.further
    assert drawing.title.count("2030") == 1 and any(
        re.search(r"5[34]\s%.*2026", text.replace("<br>", " ")) for text in words(drawing)
    )


@pytest.mark.parametrize("form", ["data", "narrow"])
def test_a_year_that_reads_as_if_it_were_at_the_goal_is_named_on_a_phone_too(ledger, form):
    told = [
        note["text"] for note in getattr(drawn(ledger, "pledge-backsolve", pace="8"), form)["layout"]["annotations"]
    ]
    assert any("2034: 3.497\u00a0%" in text.replace("<br>", " ") for text in told)


def test_the_last_year_of_a_cost_is_named_and_has_its_figures(ledger):
    drawing = drawn(ledger, "pledge-cost")
    assert 2035 in drawing.data["layout"]["xaxis"]["tickvals"] and any("+63" in text for text in words(drawing))
    for form in (drawing.data, drawing.narrow):
        assert form["data"][1]["text"][-1] == "161"


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("country", ["CAN", "DEU", "USA"])
def test_what_is_left_to_a_goal_stands_on_its_level_not_below_the_picture(ledger, country, spoken):
    drawing = drawn(ledger, "pledge-path", spoken, country=country)
    for form in (drawing.data, drawing.narrow):
        said = [note for note in form["layout"]["annotations"] if "2035" in note["text"]]
        assert said and all(note["y"] == 3.5 for note in said)


@pytest.mark.parametrize("country", ["DEU", "USA", "SVN", "ISL"])
def test_an_ally_without_a_pledge_of_its_own_is_held_to_the_targets_of_the_alliance(ledger, country):
    with language.spoken("en"):
        params = all_charts()["pledge-history"].Params(country=country, known="2026-11-30")
        drawing = draw(ledger, "pledge-history", params, 1)
    assert drawing.subtitle.startswith("Targets of the alliance") and "Nov 30" not in drawing.title
    assert set(drawing.rows.loc[drawing.rows["kind"] == "pledge", "item"]) == {"nato-2", "hague-3.5", "hague-5"}
    assert "3.5\u00a0% and 5\u00a0% in all by 2035" in drawing.title


def test_what_the_alliance_pledged_binds_an_ally_with_pledges_of_its_own_too_and_is_told_once(ledger):
    drawing = drawn(ledger, "pledge-history")
    held = drawing.rows[drawing.rows["kind"] == "pledge"]
    assert "nato-2" in set(held["item"]) and not {"hague-3.5", "hague-5"} & set(held["item"])
    assert "2\u00a0% by 2024 not met (1.41\u00a0%)" in drawing.title and "2\u00a0% by 2025-26 met" in drawing.title
    assert "reached in 2025" in " ".join(words(drawing)).replace("<br>", " ")


@pytest.mark.parametrize("country", ["CAN", "DEU"])
def test_the_line_of_a_pledge_ends_in_its_due_year_and_five_per_cent_is_explained(ledger, country):
    with language.spoken("en"):
        params = all_charts()["pledge-history"].Params(country=country, known="2026-11-30")
        drawing = draw(ledger, "pledge-history", params, 1)
    ends = {trace["x"][-1][:4] for trace in drawing.data["data"]}
    assert {"2024", "2035"} <= ends and {"2024 ✕" if country == "CAN" else "2024 ✓", "2035"} <= set(words(drawing))
    for form in (drawing.data, drawing.narrow):
        said = " ".join(note["text"].replace("<br>", " ") for note in form["layout"]["annotations"])
        assert "5\u00a0% in all: 3.5 % core defence and 1.5 % defence- and security-related" in said
    assert {"pledged", "due"} <= set(words(drawing))


@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_what_others_proposed_is_no_pledge_of_a_country_and_the_list_is_not_read_out_again(ledger, spoken):
    drawing = drawn(ledger, "pledge-history", spoken)
    assert not re.search(r"2[.,]5\s%", drawing.title) and drawing.further.count(".") < 5
    assert spoken == "en" or not re.search(r"[^\u00a0]:", drawing.summary)


def test_a_claim_names_whose_number_it_took_and_each_dot_bears_its_value(ledger):
    drawing = drawn(ledger, "claims-compare")
    assert "about Canada" in drawing.subtitle and drawing.further.startswith("Shown: 2 of 17 claims held")
    for said in ([note["text"] for note in form["layout"]["annotations"]] for form in (drawing.data, drawing.narrow)):
        assert any("pledged for another" in text for text in said) and any("2.03\u00a0%" in text for text in said)


def test_what_an_office_published_is_reproduced_with_the_share_that_it_meant(ledger):
    drawing = drawn(ledger, "pledge-history", country="CAN")
    told = re.findall(r"([\d.]+ % of a GDP of C\$[\d,]+)", drawing.summary.replace("\u00a0", " "))
    assert set(told) == {"3.5 % of a GDP of C$4,542", "2.0 % of a GDP of C$4,095"}
    listed = " ".join(words(drawing))
    assert not re.search("Juneau|Budget Officer", listed) and "Also in the table: proposals" in drawing.further
