"""What the charts of pledges, claims and deadlines say: one amount for a gap, one count, and each thing once."""

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
    drawing = drawn(ledger, "pledge-backsolve", spoken)
    with language.spoken(spoken):
        assert labels.of("shape", "straight") not in drawing.summary + drawing.further
    assert drawing.title.count("2030") == 0 and any(text.startswith(("if C$", "si l’on")) for text in words(drawing))


def test_the_last_year_of_a_cost_is_named_and_has_its_figures(ledger):
    drawing = drawn(ledger, "pledge-cost")
    assert 2035 in drawing.data["layout"]["xaxis"]["tickvals"] and any("+63" in text for text in words(drawing))
    for form in (drawing.data, drawing.narrow):
        assert form["data"][1]["text"][-1] == "161"
