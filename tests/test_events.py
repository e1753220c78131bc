"""Dated events on charts over time: which are shown, where they are said, and where their names stand."""

import itertools
import shutil
from datetime import date
from typing import get_args

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard import language, links
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.event_lines import within
from dashboard.placement import in_rows
from etl.datasets import all_datasets
from etl.ledger.ledger import Ledger
from etl.ledger.store import Store

OVER_TIME = [name for name, chart in all_charts().items() if "events" in chart.Params.model_fields]


def drawn(ledger, chart, **asked):
    return draw(ledger, chart, all_charts()[chart].Params(**asked), 1)


def names_above(figure):
    return [note["text"] for note in figure["layout"]["annotations"] if note.get("yref") == "paper" and note["y"] == 1]


def test_every_chart_over_time_has_the_switch_and_it_is_off():
    assert len(OVER_TIME) == 13
    assert not any(all_charts()[name].Params().events for name in OVER_TIME)


@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_what_is_drawn_is_said_in_summary_table_and_sources(ledger, spoken):
    with language.spoken(spoken):
        bare, drawing = (drawn(ledger, "spending-trend", events=shown) for shown in (False, True))
    names = names_above(drawing.data)
    assert names == names_above(drawing.narrow) and len(names) == 6
    for name in names:
        assert name in drawing.summary and name not in bare.summary
        assert any(name in cell for cell in drawing.rows["events_then"].dropna())
    assert {"nato-members", "un-es-11-1"} <= {source.source_id for source in drawing.sources}
    assert bare.rows.equals(drawing.rows.drop(columns="events_then"))
    assert links.query_of(drawing.params)["events"] == "yes"


def test_events_are_those_of_the_countries_shown_known_by_the_day_and_of_the_page(ledger):
    assert "Election in Canada" not in drawn(ledger, "spending-trend", events=True, countries=("DEU",)).summary
    assert "Montenegro joins NATO" in drawn(ledger, "spending-trend", events=True, countries=("MNE",)).summary
    assert "The Hague summit" not in drawn(ledger, "spending-trend", events=True, known=date(2025, 1, 1)).summary
    assert "IEEPA duties end" in drawn(ledger, "tariff-stack", events=True).summary
    assert "summit" not in drawn(ledger, "tariff-stack", events=True).summary


def test_where_no_event_falls_that_is_said(ledger):
    assert drawn(ledger, "spending-trend", events=True, countries=("ISL",)).summary
    before_all = drawn(ledger, "spending-breakdown", events=True, known=date(1999, 1, 1))
    assert before_all.summary.endswith("No event is held for the time shown.")
    assert drawn(ledger, "pledge-cost", events=True).summary.endswith("No event is held for the time shown.")


@pytest.mark.parametrize("chart", [name for name in OVER_TIME if all_charts()[name].Params.OVER_TIME])
def test_where_a_chart_does_not_run_along_time_events_are_neither_offered_nor_said(ledger, chart):
    model = all_charts()[chart].Params
    name, along_time = model.OVER_TIME
    for code in get_args(model.model_fields[name].annotation):
        assert model.matters("events", {name: code}) == (code == along_time)
        bare, drawing = (drawn(ledger, chart, events=shown, **{name: code}) for shown in (False, True))
        assert (drawing.summary != bare.summary) == (code == along_time)


def test_of_the_other_charts_each_runs_along_time(ledger):
    """With an event on every day of a century, one stands in each; so none offers what it can not show."""
    every = pd.DataFrame({"event_on": pd.date_range("1990-01-01", "2040-01-01", freq="20D")})
    for name in OVER_TIME:
        model = all_charts()[name].Params
        along_time = dict([model.OVER_TIME]) if model.OVER_TIME else {}
        figure = go.Figure(drawn(ledger, name, **along_time).data)
        assert len(within(every, figure)), name


@pytest.fixture(scope="module")
def without_events(seeded_store, tmp_path_factory) -> Ledger:
    """A ledger whose second release holds no event, as every release from before they were held."""
    folder = tmp_path_factory.mktemp("eventless") / "ledger"
    shutil.copytree(seeded_store.catalog_file.parent, folder)
    eventless = Ledger(Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet")))
    eventless.publish({"events": all_datasets()["events"].empty()}, author="Ana", message="no events")
    return eventless


@pytest.mark.slow
@pytest.mark.parametrize("chart", OVER_TIME)
def test_a_release_from_before_events_were_held_draws_none(without_events, chart):
    model = all_charts()[chart].Params
    asked = dict([model.OVER_TIME]) if model.OVER_TIME else {}
    drawing = draw(without_events, chart, model(events=True, **asked), 2)
    assert drawing.summary.endswith("No event is held for the time shown.")


def test_a_year_s_events_stand_around_its_figure_and_a_comparison_goes_without(ledger):
    lines = [
        shape
        for shape in drawn(ledger, "spending-trend", events=True).data["layout"]["shapes"]
        if shape.get("x0") == shape.get("x1")
    ]
    assert any(2024.9 < line["x0"] < 2025.1 for line in lines)  # The Hague, in June: at the figure of 2025
    model = all_charts()["spending-trend"].Compared
    compared = draw(ledger, "spending-trend", model(events=True, with_known=date(2025, 1, 1)), 1)
    assert compared.rows.equals(draw(ledger, "spending-trend", model(with_known=date(2025, 1, 1)), 1).rows)


def test_names_in_a_band_keep_apart_and_lines_pass_beside_them():
    labels = [(10.0, 80.0), (20.0, 80.0), (200.0, 60.0), (290.0, 90.0)]
    rows = in_rows(labels, 300, 4)
    assert rows[-1] == (0, 196.0)  # it would run past the plot: it ends at its line
    assert in_rows([(60.0, 280.0)], 300, 4) == [(0, 20.0)]  # neither side holds it: it ends where the plot does
    assert in_rows([(250.0, 280.0)], 300, 4, beside=40) == [(0, -34.0)]  # names of a list leave room above them
    assert rows[0][0] > rows[1][0]  # the first one's name is above, where no later line runs
    for row in {row for row, _left in rows}:
        spans = sorted((left, left + wide) for (own, left), (_x, wide) in zip(rows, labels, strict=True) if own == row)
        assert all(one[1] < other[0] for one, other in itertools.pairwise(spans))


def test_names_stand_above_the_slanted_months_of_a_list_in_french(ledger):
    def lowest(spoken):
        with language.spoken(spoken):
            notes = drawn(ledger, "pledge-history", events=True).data["layout"]["annotations"]
        return min(note["yshift"] for note in notes if note.get("yref") == "paper" and note["y"] == 1)

    assert lowest("fr") - lowest("en") > 30
