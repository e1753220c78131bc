"""Names of level lines cover no point and no other name, on a phone and on a desk; what has no room is told below the plot."""

import pytest

from dashboard import forms, language, links, placement
from dashboard.charts import all_charts
from dashboard.drawing import drawn_from

ALLIES = ["CAN", "DEU", "ISL", "USA", "GBR", "SVN", "POL", "GRC"]


def covered(fig, wide_px: float) -> list[str]:
    """Names of levels that stand on a point or on the line of another level."""
    notes = [note.to_plotly_json() for note in fig.layout.annotations]
    traces = [trace for trace in fig.data if len(trace.x or ()) and "markers" in (trace.mode or "")]
    if not traces:
        return []
    first, last = fig.layout.xaxis.range
    heights = [y for trace in traces for y in trace.y]
    low, high = fig.layout.yaxis.range or (min(0, *heights), max(heights) * 1.06)
    x_px, y_px = wide_px / (last - first), placement.PLOT_PX / (high - low)
    points = [
        placement._box(x * x_px, y * y_px, 8, 8) for trace in traces for x, y in zip(trace.x, trace.y, strict=True)
    ]
    names = [note for note in notes if note.get("xref") == "x domain" and note["text"]]
    boxes = [(note["text"], placement.words_at(note, first, last, x_px, y_px)) for note in names]
    levels = {shape.y0 for shape in fig.layout.shapes if shape.y0 == shape.y1}
    crossed = [text for text, box in boxes if any(box[1] < y * y_px < box[3] for y in levels)]
    return crossed + [text for text, box in boxes if any(placement.meet(box, point) for point in points)]


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("iso3", ALLIES)
@pytest.mark.parametrize("chart_id", ["spending-trend", "pledge-path"])
def test_no_name_of_a_level_stands_on_a_point(snapshot, chart_id, iso3, spoken):
    chart = all_charts()[chart_id]
    asked = {"known": "2026-11-21", "countries" if chart_id == "spending-trend" else "country": iso3}
    with language.spoken(spoken):
        params = links.params_of(chart.Params, asked, snapshot).params.explicit(snapshot)
        rows = chart.rows(snapshot, params)
        drawn = {placement.DESK_PX: chart.figure(rows, params), placement.PHONE_PX: chart.narrow(rows, params)}
    for wide_px, fig in drawn.items():
        assert covered(fig, wide_px) == []
    told = " ".join(note.text for fig in drawn.values() for note in fig.layout.annotations)
    targets = rows.loc[rows["kind"] == "target", "label"] if chart_id == "spending-trend" else []
    assert all(label.split()[0] in told for label in targets)


def drawn(snapshot, chart_id, **asked):
    chart = all_charts()[chart_id]
    params = links.params_of(chart.Params, {"known": "2026-11-21", **asked}, snapshot).params.explicit(snapshot)
    return drawn_from(snapshot, chart_id, params)


def test_a_country_without_figures_is_told_beside_what_is_drawn(snapshot):
    title = drawn(snapshot, "spending-trend", countries="ISL,DEU,USA").title
    assert title.startswith("Germany: ") and title.endswith("; Iceland: no figures")
    assert drawn(snapshot, "spending-trend", countries="ISL").title.startswith("Iceland: no figures")


@pytest.mark.parametrize("chart_id", ["spending-breakdown", "spending-revisions"])
def test_where_nothing_is_drawn_no_axis_counts_nothing(snapshot, chart_id):
    layout = drawn(snapshot, chart_id, country="ISL", countries="ISL").data["layout"]
    assert not layout["xaxis"]["visible"] and not layout["yaxis"]["visible"] and layout["height"] < 100


@pytest.mark.parametrize("iso3", ["ISL", "USA"])
@pytest.mark.parametrize("chart_id", all_charts())
def test_every_chart_fits_its_page_and_a_phone_where_it_holds_nothing_on_a_country(snapshot, chart_id, iso3):
    drawing = drawn(snapshot, chart_id, country=iso3, countries=iso3, origin=iso3)
    for width in (1000, 390):
        figure = forms.cut(drawing.themed("light", width), drawing.height_for(width))
        assert figure["layout"]["height"] > 0
