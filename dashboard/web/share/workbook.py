"""A view as a workbook: data with units in the headers, notes, sources."""

import io
from datetime import date
from math import ceil
from typing import Any

import pandas as pd
import xlsxwriter

from dashboard import labels
from dashboard.citations import citation, plain
from dashboard.drawing import Drawing
from dashboard.language import _
from dashboard.ledger import ledger
from dashboard.params import in_words
from dashboard.provenance import corrected_in_words, corrections_of
from dashboard.web.share.images import Pictures
from dashboard.web.share.native_chart import native_chart
from dashboard.web.share.workbook_chart import add_chart
from etl.files.escape import escape_frame, escaped

WIDEST, LABELS_WIDE, NOTES_WIDE = 60, 24, 100  # characters of a column
LINE_POINTS = 16


def workbook(drawing: Drawing, _pictures: Pictures, address: str) -> bytes:
    """XLSX with the sheets data, notes and sources, and the chart where Excel can draw it. The same view gives the same bytes."""
    out = io.BytesIO()
    release = ledger().release(drawing.release)
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties(
        {
            "title": plain(drawing.title),
            "subject": drawing.summary,
            "author": "Alliance Ledger",
            "created": release.published_at.replace(tzinfo=None),
        }
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    _data(book, book.add_worksheet(_("Data")), drawing, bold)
    if made := native_chart(drawing):
        add_chart(book, made, plain(drawing.title), drawing.summary, bold)
    notes = book.add_worksheet(_("Notes"))
    notes.set_column(0, 0, LABELS_WIDE)
    notes.set_column(1, 1, NOTES_WIDE)
    for row, (label, text) in enumerate(_notes(drawing, address, release.published_on)):
        notes.write_string(row, 0, escaped(label), bold)
        notes.write_string(row, 1, escaped(text), wrapped)
        lines = max(1, ceil(len(label) / LABELS_WIDE), ceil(len(text) / NOTES_WIDE))
        notes.set_row(row, LINE_POINTS * lines)  # not every program makes room for what is wrapped
    _sources(book.add_worksheet(_("Sources")), drawing, bold, wrapped)
    for sheet in book.worksheets():  # printed as wide as the paper is
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _data(book: Any, sheet: Any, drawing: Drawing, bold: Any) -> None:
    shown = escape_frame(labels.readable(drawing.rows))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, (column, header) in enumerate(zip(drawing.rows.columns, shown.columns, strict=True)):
        values = drawing.rows[column]
        digits = labels.digits_of(values) if values.dtype.kind == "f" else 0
        number = (
            book.add_format({"num_format": "#,##0" + ("." + "0" * digits if digits else "")})
            if values.dtype.kind == "f"
            else None
        )
        sheet.write_string(0, place, header, bold)
        longest = len(header) / 2
        for row, value in enumerate(shown.iloc[:, place], start=1):
            _write(sheet, (row, place), value, day if isinstance(value, date) else number)
            longest = max(longest, len(str(value)) if isinstance(value, str) else 9)
        sheet.set_column(place, place, min(WIDEST, longest + 3))
    sheet.set_row(0, 46)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    if len(shown):  # a table by name: who does not see it is told its headers with each cell
        headers = [{"header": header, "header_format": bold} for header in shown.columns]
        table = {
            "name": "Data",
            "columns": headers,
            "style": "Table Style Light 1",
            "description": plain(drawing.title),
        }
        sheet.add_table(0, 0, len(shown), len(shown.columns) - 1, table)


def _write(sheet: Any, place: tuple[int, int], value: Any, form: Any) -> None:
    """One cell in its own type; what is missing stays empty."""
    if isinstance(value, str):
        sheet.write_string(*place, value)
    elif value is None or pd.isna(value):
        return
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, form)
    else:
        sheet.write_number(*place, value, form)


def _notes(drawing: Drawing, address: str, published_on: date) -> list[tuple[str, str]]:
    return [
        (_("Title"), plain(drawing.title)),
        (_("What is drawn"), plain(drawing.subtitle)),
        (_("Summary"), drawing.summary),
        (_("Figures of"), drawing.credit_line),
        *((_("Correction"), corrected_in_words(release)) for release in corrections_of(drawing.changes)),
        (
            _("Rounding"),
            _("Figures are held against a target as published; they are rounded only where they are shown."),
        ),
        (_("Link to this view"), address),
        (_("Citation"), citation(drawing, address, published_on, published_on)),
        *in_words(drawing.params, ledger().at(drawing.release)),
    ]


def _sources(sheet: Any, drawing: Drawing, bold: Any, wrapped: Any) -> None:
    headers = (_("Code"), _("Publisher"), _("Title"), _("Licence"), _("Credit"), _("Address"))
    for place, (header, width) in enumerate(zip(headers, (26, 30, 60, 40, 40, 60), strict=True)):
        sheet.write_string(0, place, header, bold)
        sheet.set_column(place, place, width)
    for row, source in enumerate(drawing.sources, start=1):
        for place, text in enumerate(
            (source.source_id, source.publisher, source.title, source.licence, source.credit, source.url)
        ):
            sheet.write_string(row, place, escaped(text or ""), wrapped)
