"""What the charts of pledges, claims and deadlines say: one amount for a gap, one count, and each thing once."""

from dashboard import language, links
from dashboard.charts import all_charts
from dashboard.drawing import draw


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
