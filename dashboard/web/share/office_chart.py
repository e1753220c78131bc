"""A native chart as a part of an office file: its sheet of figures, and how it looks."""

import re
from typing import Any

from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Pt

from dashboard import style
from dashboard.web.share.native_chart import NativeChart, Point, Series

POINTS, LEAST_POINTS = 12, 7  # of any text; of the names of many bars
LEADING = 1.3
DEEP = 330  # red, green and blue together, of 765: words on it are white
FONT = "Calibri"  # as the texts around it have it
LYING = (XL_CHART_TYPE.BAR_CLUSTERED, XL_CHART_TYPE.BAR_STACKED)
MOST_NAMED = 12  # years along an axis
ROOM_FOR_LABELS = 1.12  # beyond the longest bar


def data_of(made: NativeChart) -> CategoryChartData:
    """The figures as they stand in the sheet behind the chart."""
    data = CategoryChartData(number_format=made.number_format)
    data.categories = made.categories
    for one in made.series:
        data.add_series(one.name, [one.points[at].value if at in one.points else None for at in made.categories])
    return data


def dress(chart: Chart, made: NativeChart, height: int, points: float = POINTS) -> None:
    """Colours, dashes, labels and axes as in the drawing; many bars in that height (EMU) have smaller texts."""
    room = height / Pt(1) / len(made.categories) / LEADING if made.kind in LYING else points
    chart.font.name = FONT
    chart.font.size, chart.font.color.rgb = Pt(max(LEAST_POINTS, min(points, room))), rgb(style.INK)
    chart.has_title, chart.has_legend = False, len(made.series) > 1 or not _says_its_unit(made)
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        _shorten_legend(chart, made)
    category, value = chart.category_axis, chart.value_axis
    category.format.line.color.rgb = rgb(style.MUTED)
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    category.has_major_gridlines, category.reverse_order = False, made.reverse
    _thin_out(category, len(made.categories), made.is_line)
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = made.number_format, False
    value.format.line.fill.background()
    value.has_major_gridlines = not made.labelled
    if value.has_major_gridlines:
        value.major_gridlines.format.line.color.rgb = rgb(style.GRID)
    value.visible = not made.labelled
    if made.labelled and (tallest := _tallest(made)) > 0:  # an axis nobody sees leaves no empty half beside the labels
        value.maximum_scale = tallest * (1 if made.is_stacked else ROOM_FOR_LABELS)
    if not made.is_line:
        plot = chart.plots[0]
        plot.gap_width, plot.vary_by_categories = 35, False
        if made.is_stacked or _each_once(made):
            plot.overlap = 100
    for drawn, one in zip(chart.plots[0].series, made.series, strict=True):
        (_dress_line if made.is_line else _dress_bars)(drawn, one, made)


def _tallest(made: NativeChart) -> float:
    """The largest figure, or sum of what stands on top of each other."""
    together = sum if made.is_stacked else max
    return max(together(one.points[at].value for one in made.series if at in one.points) for at in made.categories)


def _says_its_unit(made: NativeChart) -> bool:
    """Whether a unit stands at the bars or along the axis; else the name of the figures says it."""
    return made.number_format != "General"


def _shorten_legend(chart: Chart, made: NativeChart) -> None:
    """A name stands once."""
    names = [one.name for one in made.series]
    for place, one in enumerate(made.series):
        if one.name in names[:place]:
            entry = OxmlElement("c:legendEntry")
            for tag, value in (("c:idx", str(place)), ("c:delete", "1")):
                entry.append(part := OxmlElement(tag))
                part.set("val", value)
            chart.legend._element.find(qn("c:legendPos")).addnext(entry)


def _thin_out(category: Any, count: int, is_line: bool) -> None:
    """Every second of many years is named; every bar is."""
    every = OxmlElement("c:tickLblSkip")
    every.set("val", "2" if is_line and count > MOST_NAMED else "1")
    category._element.find(qn("c:noMultiLvlLbl")).addprevious(every)


def _each_once(made: NativeChart) -> bool:
    """Whether no category has bars of two series: they then stand in each other's place, not beside it."""
    places = [place for one in made.series for place in one.points]
    return len(places) == len(set(places))


def _dress_bars(drawn: Any, one: Series, made: NativeChart) -> None:
    drawn.invert_if_negative = False
    usual = next(iter(one.points.values())).colour  # what the legend shows
    _full(drawn.format.fill, usual)
    for at, place in enumerate(made.categories):
        if (point := one.points.get(place)) is None:
            continue
        if point.estimated:
            fill = drawn.points[at].format.fill
            fill.patterned()
            fill.pattern = MSO_PATTERN.LIGHT_UPWARD_DIAGONAL
            fill.fore_color.rgb, fill.back_color.rgb = rgb(style.PAPER), rgb(point.colour)
        elif point.colour != usual:
            _full(drawn.points[at].format.fill, point.colour)
    if made.labelled:
        labels = drawn.data_labels
        labels.show_value, labels.number_format, labels.number_format_is_linked = True, made.number_format, False
        if made.is_stacked:
            labels.font.color.rgb = rgb(style.PAPER if sum(rgb(usual)) < DEEP else style.INK)
        else:
            labels.position = XL_LABEL_POSITION.OUTSIDE_END


def _full(fill: Any, colour: str) -> None:
    fill.solid()
    fill.fore_color.rgb = rgb(colour)


def _dress_line(drawn: Any, one: Series, made: NativeChart) -> None:
    drawn.smooth = False
    first = next(iter(one.points.values()))
    drawn.format.line.width = Pt(2.25 if first.marker else 1.25)
    if first.line:
        drawn.format.line.color.rgb = rgb(first.colour)
    else:
        drawn.format.line.fill.background()
    if all(point.estimated for point in one.points.values()):
        drawn.format.line.dash_style = MSO_LINE.DASH
    drawn.marker.style = XL_MARKER_STYLE.CIRCLE if first.marker else XL_MARKER_STYLE.NONE
    if not first.marker:
        return
    if not first.line:
        drawn.marker.style = XL_MARKER_STYLE.DIAMOND
    drawn.marker.size = 7 if first.line else 10
    _fill(drawn.marker.format, first)
    for at, place in enumerate(made.categories):
        point = one.points.get(place)
        if point is not None and point.estimated and first.line:
            drawn.points[at].format.line.color.rgb = rgb(point.colour)
            drawn.points[at].format.line.dash_style = MSO_LINE.DASH
            _fill(drawn.points[at].marker.format, point)


def _fill(form: Any, point: Point) -> None:
    """A figure's mark is full, an estimate's is hollow."""
    _full(form.fill, style.PAPER if point.estimated else point.colour)
    form.line.color.rgb = rgb(point.colour)


def rgb(colour: str) -> RGBColor:
    """A colour of the palette; what is not written with a hash is muted."""
    return RGBColor.from_string(colour[1:] if re.fullmatch(r"#[0-9A-Fa-f]{6}", colour) else style.MUTED[1:])
