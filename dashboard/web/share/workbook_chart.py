"""The lines and bars of a view as a chart of its workbook, beside the figures that it draws."""

from typing import Any

from pptx.enum.chart import XL_CHART_TYPE

from dashboard import style
from dashboard.language import _
from dashboard.web.share.native_chart import NativeChart, Series
from dashboard.web.share.office_chart import rgb
from etl.files.escape import escaped

KINDS = {
    XL_CHART_TYPE.LINE_MARKERS: {"type": "line"},
    XL_CHART_TYPE.BAR_CLUSTERED: {"type": "bar"},
    XL_CHART_TYPE.BAR_STACKED: {"type": "bar", "subtype": "stacked"},
    XL_CHART_TYPE.COLUMN_CLUSTERED: {"type": "column"},
    XL_CHART_TYPE.COLUMN_STACKED: {"type": "column", "subtype": "stacked"},
}
WIDE_PX, LINE_PX, LEAST_PX = 900, 22, 420
FIRST_WIDTH = 24  # characters of the column of names


def add_chart(book: Any, made: NativeChart, title: str, summary: str, bold: Any) -> None:
    """A sheet with the figures of a native chart, a column a series, and the chart; `summary` is read to who can't see it."""
    sheet = book.add_worksheet(_("Chart"))
    sheet.set_column(0, 0, FIRST_WIDTH)
    number = book.add_format({"num_format": made.number_format})
    for row, category in enumerate(made.categories, start=1):
        sheet.write_string(row, 0, escaped(category))
    chart = book.add_chart(KINDS[made.kind])
    for place, one in enumerate(made.series, start=1):
        sheet.write_string(0, place, escaped(one.name), bold)
        for row, category in enumerate(made.categories, start=1):
            if point := one.points.get(category):
                sheet.write_number(row, place, point.value, number)
        last = len(made.categories)
        chart.add_series(
            {
                "name": [sheet.name, 0, place],
                "categories": [sheet.name, 1, 0, last, 0],
                "values": [sheet.name, 1, place, last, place],
                **(_line(one) if made.is_line else _bars(one, made)),
            }
        )
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    chart.set_legend({"position": "bottom"})
    chart.set_y_axis(
        {"num_format": made.number_format, "major_gridlines": {"visible": True, "line": {"color": style.GRID}}}
    )
    if made.kind in (XL_CHART_TYPE.BAR_CLUSTERED, XL_CHART_TYPE.BAR_STACKED):
        chart.set_x_axis({"num_format": made.number_format})
        chart.set_y_axis({"reverse": made.reverse})
    chart.set_size({"width": WIDE_PX, "height": max(LEAST_PX, LINE_PX * len(made.categories) * (not made.is_line))})
    sheet.insert_chart(0, len(made.series) + 2, chart, {"description": summary})


def _line(one: Series) -> dict[str, Any]:
    first = next(iter(one.points.values()))
    dashed = all(point.estimated for point in one.points.values())
    line: dict[str, Any] = {"color": _hex(first.colour), "width": 2.25 if first.marker else 1.25}
    if dashed:
        line["dash_type"] = "dash"
    colours = {
        "border": {"color": _hex(first.colour)},
        "fill": {"color": style.PAPER if dashed else _hex(first.colour)},
    }
    marker = {"type": "circle" if first.line else "diamond", "size": 7, **colours} if first.marker else {"type": "none"}
    return {"line": line if first.line else {"none": True}, "marker": marker}


def _bars(one: Series, made: NativeChart) -> dict[str, Any]:
    points = [one.points.get(category) for category in made.categories]
    usual = next(iter(one.points.values())).colour
    fills = [{"fill": {"color": _hex(point.colour)}} if point else None for point in points]
    labels = {"data_labels": {"value": True, "num_format": made.number_format}} if made.labelled else {}
    return {"fill": {"color": _hex(usual)}, "points": fills, "gap": 35, **labels}


def _hex(colour: str) -> str:
    return f"#{rgb(colour)}"
