"""What every chart promises, tested the moment a module appears: parameters, table, figure, summary, both languages."""

from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from dashboard import labels, language, links, style
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.labels import LEFT_OPEN
from dashboard.plots import name_of
from dashboard.widgets import is_optional, kind_of

GOLDEN = Path(__file__).parent / "golden"
DAY = date(2026, 11, 21)  # the golden tables are as of this day
CHARTS = list(all_charts().values())


@pytest.fixture(params=CHARTS, ids=lambda chart: chart.id)
def chart(request):
    return request.param


@pytest.fixture(scope="module")
def drawn(ledger, snapshot):
    """The default view of a chart on the day, in a language; drawn once."""

    @cache
    def once(chart, spoken="en"):
        with language.spoken(spoken):
            return draw(ledger, chart.id, params_on_the_day(chart, snapshot), 1)

    return once


@pytest.fixture(scope="module")
def rows_of(snapshot):
    """The rows of the same view, in English; read once: who changes them copies them first."""
    return cache(lambda chart: chart.rows(snapshot, params_on_the_day(chart, snapshot)))


def params_on_the_day(chart, snapshot):
    """The default view of a chart, as of a fixed day."""
    days = {name: DAY for name in ("on", "known") if name in chart.Params.model_fields}
    return chart.Params(**days).explicit(snapshot)


def test_there_are_charts():
    assert len(CHARTS) >= 6


def test_explicit_leaves_nothing_to_choose_and_changes_nothing_twice(chart, snapshot):
    explicit = chart.Params().explicit(snapshot)
    assert explicit.explicit(snapshot) == explicit


def test_a_link_opens_the_same_view(chart, snapshot):
    explicit = params_on_the_day(chart, snapshot)
    asked = links.params_of(chart.Params, links.query_of(explicit), snapshot)
    assert asked.params == explicit and not asked.notes


def test_a_bad_value_falls_back_and_says_so(chart, snapshot):
    for name in links.choices_of(chart.Params):
        asked = links.params_of(chart.Params, {name: "no-such-code"}, snapshot)
        assert asked.refused == (name,) and len(asked.notes) == 1
        assert getattr(asked.params, name) == getattr(chart.Params(), name)


@pytest.mark.slow
def test_rows_name_their_source_and_have_headers(chart, rows_of):
    rows = rows_of(chart)
    assert len(rows) and rows["source_id"].notna().all()
    known = {*labels.COLUMNS, *labels.MEASURES}
    assert not set(rows.columns) - known
    assert len(labels.readable(rows).columns) == len(rows.columns), "two columns have the same header"


@pytest.mark.slow
def test_sources_are_known_to_the_release(chart, drawn):
    drawing = drawn(chart)
    assert drawing.sources and all(source.title and source.publisher for source in drawing.sources)


@pytest.mark.slow
@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_it_is_drawn_and_said_in_both_languages(chart, drawn, spoken):
    drawing = drawn(chart, spoken)
    assert drawing.title and drawing.summary.endswith(".") and len(drawing.summary) > 20
    assert drawing.title not in drawing.further, "what the title says is not said again below the chart"
    assert "\n" not in drawing.summary and "<" not in drawing.summary
    assert drawing.data["layout"]["template"] is not None
    assert "{" not in drawing.title + drawing.subtitle + drawing.summary
    assert "nan" not in (drawing.title + drawing.subtitle + drawing.summary).lower().split()


@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_what_is_spent_and_who_charges_stand_above_a_picture(chart, drawn, spoken):
    """A picture goes round without its page: "% of GDP" is of defence, and a duty is one that a country charges."""
    said = f"{drawn(chart, spoken).title} {drawn(chart, spoken).subtitle}".lower()
    needed = {
        "spending": {"en": ("defence",), "fr": ("défense",)},
        "pledges": {"en": ("defence",), "fr": ("défense",)},
        "tariffs": {"en": ("united states", "us "), "fr": ("états-unis", "américain")},
    }
    words = needed.get(chart.page, {}).get(spoken, ("",))
    assert any(word in said for word in words), said


def test_languages_differ(chart, drawn):
    french, english = drawn(chart, "fr"), drawn(chart)
    assert french.summary != english.summary and french.title != english.title


def colours(value):
    """Every colour written as #RRGGBB anywhere in a value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from colours(key)
            yield from colours(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from colours(item)
    elif isinstance(value, str) and value.startswith("#") and len(value) == 7:
        yield value.upper()


PALETTE = {colour for name, value in vars(style).items() if name.isupper() for colour in colours(value)}


def test_colours_come_from_the_palette(chart, drawn):
    assert set(colours({"data": drawn(chart).data["data"]})) <= PALETTE


def test_numbers_in_the_table_match_the_golden_table(chart, rows_of):
    """A change of any default figure shows as a change of a file one can read. Delete a file to write it anew."""
    text = rows_of(chart).to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d", float_format="%.8g")
    golden = GOLDEN / f"{chart.id}.csv"
    if not golden.exists():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
        pytest.fail(f"wrote {golden.name}: look at it, then commit it")
    expected = pd.read_csv(golden, dtype="str", keep_default_na=False)
    pd.testing.assert_frame_equal(
        pd.read_csv(pd.io.common.StringIO(text), dtype="str", keep_default_na=False), expected
    )


def test_what_a_number_left_open_means_is_said():
    fields = {name: info for chart in all_charts().values() for name, info in chart.Params.model_fields.items()}
    numbers = {name for name, info in fields.items() if is_optional(info) and kind_of(info) in (int, float)}
    assert numbers <= set(LEFT_OPEN), '"all" is no number'


@pytest.mark.parametrize(
    ("summary", "name"),
    [
        ("Short. Whole.", "Short. Whole."),
        ("First. " + "second " * 200 + "end.", "First."),
        ("word " * 300, "word " * 180),
    ],
)
def test_the_name_of_a_figure_is_whole_sentences_that_are_not_too_long(summary, name):
    assert name_of(summary) == name
