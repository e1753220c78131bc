"""Whatever a link can say of a chart gives a picture, a sentence and a table in both languages: never an error."""

import json
import re
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plotly.utils import PlotlyJSONEncoder

from dashboard import language, links
from dashboard.charts import all_charts
from dashboard.drawing import drawn_from
from dashboard.web.middleware.chart_script import our_kinds
from dashboard.web.share.deck import brief
from dashboard.web.share.html_table import readable

MOST = 3  # codes of a list: few make a picture as well as many do, and are drawn sooner
DAYS = st.sampled_from([links.EARLIEST, links.LATEST, date(2026, 11, 21)]) | st.dates(links.EARLIEST, links.LATEST)
WORDS = {
    "hs": st.sampled_from(["7601", "steel", "no such goods", "9903", "0101.21.00.10"]),
    "whatif": st.sampled_from(["US-232-METALS:off", "US-232-METALS:rate=0,US-232-METALS:usmca=exempt"]),
    "growth_by_year": st.sampled_from(["2027:-10", "2026:0,2060:15"]),
}
few = settings(max_examples=3)


def said_of(model, name, snapshot):
    """What a link can say of one parameter: each code it may be, or its range with both ends."""
    allowed = links.allowed(model, snapshot)[name]
    schema = model.model_json_schema()["properties"][name]
    inner = next(part for part in schema.get("anyOf", [schema]) if part.get("type") != "null")
    if name in WORDS:
        return WORDS[name]
    if isinstance(allowed, list):
        codes = st.sampled_from(allowed)
        said = (
            st.lists(codes, min_size=inner.get("minItems", 0), max_size=MOST, unique=True)
            if links.is_list(model, name)
            else codes
        )
    elif inner.get("format") == "date":
        said = DAYS
    else:
        numbers = st.integers if inner["type"] == "integer" else st.floats
        said = numbers(inner["minimum"], inner["maximum"])
    return said.map(links.text_of)


def views(model, snapshot):
    """Links to a chart: a few codes where there are many, and any other of its parameters, each with any value."""
    said = {name: said_of(model, name, snapshot) for name in model.model_fields}
    lists = {name: said.pop(name) for name in model.model_fields if links.is_list(model, name) and name not in WORDS}
    return st.fixed_dictionaries(lists, optional=said)


def looks_right(chart, query, snapshot):
    params = links.params_of(chart.Params, query, snapshot).params.explicit(snapshot)
    drawing = drawn_from(snapshot, chart.id, params)
    assert drawing.title and drawing.summary.endswith((".", "!", "?")), query
    words = f"{drawing.title} {drawing.subtitle} {drawing.summary}"
    assert "{" not in words and not {"nan", "None", "NaT", "<NA>"} & set(re.findall(r"[\w<>]+", words)), query
    json.dumps(drawing.data, cls=PlotlyJSONEncoder)
    assert {trace["type"] for trace in drawing.data["data"]} <= our_kinds(), (
        "the page's script lacks it: it would be dots"
    )
    assert len(readable(drawing.rows).rows) == len(drawing.rows) == len(drawing.table)
    readable(brief(drawing))
    assert drawing.credit_line


@pytest.mark.slow
@pytest.mark.parametrize("chart", all_charts().values(), ids=lambda chart: chart.id)
def test_any_view_of_a_chart_is_drawn(chart, snapshot):
    @few
    @given(views(chart.Params, snapshot), st.sampled_from(sorted(language.LANGUAGES)))
    def is_drawn(query, spoken):
        with language.spoken(spoken):
            looks_right(chart, query, snapshot)

    is_drawn()


@pytest.mark.parametrize(
    ("chart_id", "query"),
    [
        ("tariff-matrix", {"products": "advanced-chips", "origins": "USA", "importer": "USA"}),
        ("tariff-rate", {"hs": "9903", "known": "1949-01-01"}),
        ("pledge-path", {"known": "1949-01-01"}),
        ("pledge-backsolve", {"known": "1949-01-01"}),
        ("pressure-map", {"known": "1949-01-01"}),
        ("tariff-stack", {"hs": "7601"}),
    ],
)
def test_a_view_without_figures_says_so(chart_id, query, snapshot):
    looks_right(all_charts()[chart_id], query, snapshot)


@pytest.mark.parametrize("said", ["0", "86400", "1795219200", "today", "2026-02-30", "1948-12-31"])
def test_what_is_no_day_falls_back_and_is_named(said, snapshot):
    asked = links.params_of(all_charts()["tariff-rate"].Params, {"on": said, "known": said}, snapshot)
    assert asked.params.on is None and asked.params.known is None
    assert asked.refused == ("on", "known") and len(asked.notes) == 2


BY_YEAR = [chart for chart in all_charts().values() if {"edition", "year"} <= chart.Params.model_fields.keys()]


@pytest.mark.slow
@pytest.mark.parametrize("chart", BY_YEAR, ids=lambda chart: chart.id)
def test_a_year_that_an_edition_does_not_hold_is_a_sentence(chart, snapshot):
    allowed = links.allowed(chart.Params, snapshot)
    years = allowed["year"] if isinstance(allowed["year"], list) else (2014, 2026)
    editions = {min(allowed["edition"]), "2024-06"} & {*allowed["edition"]}
    for edition, year in product(sorted(editions), (min(years), max(years))):
        looks_right(chart, {"edition": edition, "year": str(year)}, snapshot)
