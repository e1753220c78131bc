"""The lines and bars of a drawing as a chart of an office program: its figures stand in the file, where a person edits them.

Only what such a chart can say is made into one: bars of one direction, or lines over years, whose every figure stands in
the table of the view. All else stays a picture.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from pptx.enum.chart import XL_CHART_TYPE

from dashboard import events, labels, language, style
from dashboard.citations import plain
from dashboard.drawing import Drawing

YEARS = range(1900, 2101)
BOLD = re.compile(r"<b>.*?</b>")
NEAR = 0.5  # of a name to its bar, in lanes
SCALES = (1.0, 1000.0)  # money is held in millions and drawn in billions
KINDS = {
    ("h", False): XL_CHART_TYPE.BAR_CLUSTERED,
    ("h", True): XL_CHART_TYPE.BAR_STACKED,
    ("v", False): XL_CHART_TYPE.COLUMN_CLUSTERED,
    ("v", True): XL_CHART_TYPE.COLUMN_STACKED,
}


@dataclass(frozen=True)
class Point:
    """A figure: its colour, whether it is an estimate (dashed or hatched), what is written at it, whether a line leads to it."""

    value: float
    colour: str
    estimated: bool = False
    text: str = ""
    line: bool = True
    marker: bool = True


@dataclass(frozen=True)
class Series:
    """Figures of one name by category."""

    name: str
    points: dict[str, Point]


@dataclass(frozen=True)
class NativeChart:
    """What an office program draws. `reverse`: the first category stands on top; `number_format` as Excel writes one."""

    kind: XL_CHART_TYPE
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    number_format: str
    labelled: bool
    reverse: bool = False

    @property
    def is_line(self) -> bool:
        return self.kind == XL_CHART_TYPE.LINE_MARKERS

    @property
    def is_stacked(self) -> bool:
        return self.kind in (XL_CHART_TYPE.BAR_STACKED, XL_CHART_TYPE.COLUMN_STACKED)


def native_chart(drawing: Drawing) -> NativeChart | None:
    """The drawing as an office chart; None where only a picture says what it says."""
    traces = [trace for trace in drawing.data["data"] if trace.get("hoverinfo") != "skip"]
    kinds = {trace["type"] for trace in traces}
    if len(kinds) != 1 or bool(getattr(drawing.params, "whatif", False)) or events.asked(drawing.params):
        return None
    made = {"bar": _bars, "scatter": _lines}.get(kinds.pop(), lambda *_: None)(traces, drawing.data["layout"])
    if made is None or not made.categories or sum(not one.name for one in made.series) > 1:
        return None  # what has no name is told apart by its place or its colour alone
    columns = [_columns_of(one, drawing) for one in made.series]
    if not all(columns):
        return None
    named = [one.name or labels.header(found[0]) for one, found in zip(made.series, columns, strict=True)]
    return replace(made, series=tuple(replace(one, name=name) for one, name in zip(made.series, named, strict=True)))


def _columns_of(one: Series, drawing: Drawing) -> list[str]:
    """The columns of the view's table that hold every figure of a series; none where a figure stands in no row."""
    figures = {_rounded(point.value) for point in one.points.values()}
    numbers = drawing.rows.select_dtypes("number")
    return [
        column
        for column in numbers
        for scale in SCALES
        if figures <= {_rounded(value / scale) for value in numbers[column].dropna()}
    ]


def _rounded(value: float) -> float:
    """Without the noise of binary fractions."""
    return float(f"{value:.9g}")


# --- bars --------------------------------------------------------------------------------------------------------------


def _bars(traces: list[dict[str, Any]], layout: dict[str, Any]) -> NativeChart | None:
    across = {trace.get("orientation", "v") for trace in traces}
    stacked = layout.get("barmode") == "stack"
    more = any(trace.get("base") or trace.get("error_y", {}).get("array") for trace in traces)
    if len(across) != 1 or layout.get("barmode") == "overlay" or more:
        return None
    along, values = ("y", "x") if (direction := across.pop()) == "h" else ("x", "y")
    axis = layout.get(f"{along}axis", {})
    named = dict(zip(axis.get("tickvals") or (), axis.get("ticktext") or (), strict=False))
    named |= _lanes([place for trace in traces for place in trace[along]], layout) if direction == "h" else {}
    categories: dict[str, None] = {}
    series = []
    for trace in traces:
        places = [plain(str(named.get(place, place))) for place in trace[along]]
        if len(set(places)) < len(places) or any(isinstance(at, float) and at not in named for at in trace[along]):
            return None
        points = _bar_points(trace, places, values)
        if stacked:  # nothing is no part of a sum, and may stand for what is not known
            points = {place: point for place, point in points.items() if point.value}
        categories |= dict.fromkeys(points)
        series.append(Series(plain(trace.get("name") or ""), points))
    texts = [(point.value, point.text) for one in series for point in one.points.values() if point.text]
    written = _format_of_texts(
        texts
    )  # empty where words, units or sums stand at the bars: then the axis says the values
    low, high = axis.get("range") or (0, 1)
    return NativeChart(
        KINDS[direction, stacked],
        tuple(categories),
        tuple(series),
        written or _format_of_axis(layout.get(f"{values}axis", {})),
        bool(written),
        axis.get("autorange") == "reversed" or low > high or (bool(named) and _falls(traces, along)),
    )


def _lanes(places: list[Any], layout: dict[str, Any]) -> dict[float, str]:
    """The name of each bar that stands in a lane: the words that begin at zero above it."""
    notes = [(note["y"], plain(note["text"])) for note in layout.get("annotations", ()) if note.get("x") == 0]
    near = {at: min(notes, key=lambda note: abs(note[0] - at)) for at in places if isinstance(at, float) and notes}
    return {at: name for at, (height, name) in near.items() if abs(height - at) <= NEAR}


def _falls(traces: list[dict[str, Any]], along: str) -> bool:
    """Whether lanes are counted downwards: the first bar stands on top."""
    places = list(traces[0][along])
    return len(places) > 1 and isinstance(places[0], float) and places[0] > places[-1]


def _bar_points(trace: dict[str, Any], places: list[str], values: str) -> dict[str, Point]:
    marker = trace.get("marker", {})
    count = len(places)
    colours = _each(marker.get("color", style.HOME), count)
    shapes = _each(marker.get("pattern", {}).get("shape", ""), count)
    texts = _each(trace.get("text") or "", count)
    return {
        place: Point(float(value), colour, bool(shape), _bare(str(text or "")))
        for place, value, colour, shape, text in zip(places, trace[values], colours, shapes, texts, strict=True)
        if pd.notna(value)
    }


def _bare(text: str) -> str:
    """Without the few tags that plotly knows; no-break spaces stay, as they tell a number's unit from other words."""
    return re.sub(r"<[^>]*>", "", text)


def _each(given: Any, count: int) -> list[Any]:
    return [given] * count if given is None or isinstance(given, str) else list(given)


# --- lines -------------------------------------------------------------------------------------------------------------


def _lines(traces: list[dict[str, Any]], layout: dict[str, Any]) -> NativeChart | None:
    modes = [set(str(trace.get("mode", "")).split("+")) for trace in traces]
    bent = any(trace.get("line", {}).get("shape", "linear") != "linear" or trace.get("fill") for trace in traces)
    years = [place for trace in traces for place in trace["x"]]
    whole = all(isinstance(year, int) and year in YEARS for year in years)
    if bent or not whole or not years or any("text" in mode for mode in modes) or not any("lines" in m for m in modes):
        return None
    series: dict[tuple[str, str], dict[str, Point]] = {}
    for trace, mode in zip(traces, modes, strict=True):
        line, marker = trace.get("line", {}), trace.get("marker", {})
        colour = line.get("color") if "lines" in mode else marker.get("color")
        points = series.setdefault((plain(trace.get("name") or ""), str(colour)), {})
        dashed = line.get("dash", "solid") not in ("solid", None)
        if any(
            str(year) in points and points[str(year)].value != value
            for year, value in zip(trace["x"], trace["y"], strict=True)
        ):
            return None  # two lines that nothing tells apart
        for year, value in zip(trace["x"], trace["y"], strict=True):
            if value is not None and str(year) not in points:  # an estimated part begins at the last figure
                points[str(year)] = Point(
                    float(value), str(colour), dashed, line="lines" in mode, marker="markers" in mode
                )
    categories = tuple(str(year) for year in range(min(years), max(years) + 1))
    levels = tuple(_levels(layout, categories))
    shown = tuple(Series(name, points) for (name, _colour), points in series.items() if points) + levels
    return NativeChart(XL_CHART_TYPE.LINE_MARKERS, categories, shown, _format_of_axis(layout.get("yaxis", {})), False)


def _levels(layout: dict[str, Any], categories: tuple[str, ...]) -> list[Series]:
    """Lines drawn across at a value, as a target is, with the words that stand at them."""
    said = {
        note.get("y"): plain((BOLD.search(note["text"]) or [note["text"]])[0])
        for note in layout.get("annotations", ())
        if note.get("xref") == "x domain"
    }
    found = []
    for shape in layout.get("shapes", ()):
        if shape.get("type") == "line" and shape.get("xref") == "x domain" and shape["y0"] == shape["y1"]:
            level = Point(float(shape["y0"]), shape["line"]["color"], True, marker=False)
            name = said.get(shape["y0"], "").partition(" (")[0] or language.number(level.value)
            found.append(Series(name, dict.fromkeys(categories, level)))
    return found


# --- numbers -----------------------------------------------------------------------------------------------------------


def _format_of_texts(texts: list[tuple[float, str]]) -> str:
    """The number format that writes these texts for these values, but for the marks behind the unit; empty where no one does."""
    around, most = set(), 0
    for value, text in texts:
        digits = next((digits for digits in (2, 1, 0) if language.number(value, digits) in text), None)
        if digits is None:
            return ""
        before, _number, after = text.partition(language.number(value, digits))
        around.add((before, after.split(" ")[0]))  # a no-break space stands before a unit
        most = max(most, digits)
    if len(around) != 1:
        return ""
    before, after = around.pop()
    return _number_format(before, most, after)


def _format_of_axis(axis: dict[str, Any]) -> str:
    return _number_format(axis.get("tickprefix") or "", None, axis.get("ticksuffix") or "")


def _number_format(before: str, digits: int | None, after: str) -> str:
    number = "General" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return "".join([f'"{before}"' if before else "", number, f'"{after}"' if after else ""])
