"""How a file is read, as found or as a person says: encoding, delimiter, edition, sheet, header row, decimal mark, rows."""

import hashlib
from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.language import _
from dashboard.page import Page, escaped
from etl.contract import Dataset, Problem
from etl.files.doubts import best_sheet
from etl.files.encodings import ENCODING_NAMES, ENCODINGS
from etl.files.row_numbers import row_numbers
from etl.files.table import Understood
from etl.importing.proposal import Request

DECIMALS = (".", ",")


def ask_text(request: Request, read: Understood | list[Problem]) -> None:
    """Encoding and delimiter of a text file: found out unless a person chooses them."""
    if isinstance(read, Understood) and read.kind != "csv":
        return
    if not isinstance(read, Understood) and not (request.encoding or request.delimiter):
        return
    scope = hashlib.sha256(request.content).hexdigest()[:12]
    names = {name: _(ENCODING_NAMES[name]) for name in ENCODINGS}
    with st.container(horizontal=True):
        st.selectbox(
            _("Encoding"),
            list(names),
            index=None,
            format_func=names.__getitem__,
            placeholder=_("As found"),
            key=f"update.encoding.{scope}",
            width=200,
        )
        st.selectbox(
            _("Delimiter"),
            list(delimiters()),
            index=None,
            format_func=delimiters().__getitem__,
            placeholder=_("As found"),
            key=f"update.delimiter.{scope}",
            width=200,
        )


def delimiters() -> dict[str, str]:
    return {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("vertical bar")}


def ask_edition(page: Page, request: Request, publisher: str, edition: str | None) -> Request:
    """The edition and day of publication of an official workbook, where a person says them."""
    scope = hashlib.sha256(request.content).hexdigest()[:12]
    left, right = st.columns(2)
    typed = left.text_input(
        _("Edition (year and month of publication)"),
        value=edition or "",
        placeholder="2027-07",
        max_chars=7,
        key=f"update.edition.{scope}",
    ).strip()
    day = right.date_input(
        _("Day it was published, where known"), value=None, format="YYYY-MM-DD", key=f"update.published.{scope}"
    )
    held = page.snapshot.sql("SELECT edition FROM editions WHERE publisher = $publisher", publisher=publisher)
    if typed in set(held["edition"]):
        st.caption(
            _(
                "Edition {edition} is held: the workbook would correct it. For another edition, change the month."
            ).format(edition=typed)
        )
    chosen = typed if typed and typed != edition else None
    return replace(request, edition=chosen, published_on=pd.Timestamp(day) if day else None)


def ask_reading(request: Request, read: Understood, dataset: Dataset) -> tuple[Request, Understood]:
    """Sheet, header row and decimal mark: as found, or as the person says."""
    found, _rivals = best_sheet(read, dataset)
    table = found
    scope = f"update.{hashlib.sha256(request.content).hexdigest()[:12]}.{dataset.name}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(read.sheets) > 1:
            sheet = st.selectbox(
                _("Sheet"), read.sheets, index=read.sheets.index(table.sheet), key=f"{scope}.sheet", width=220
            )
            table = read.again(sheet=sheet) if sheet != table.sheet else table
        header = st.number_input(
            _("Header in row"), 1, 1_000, table.header_row, key=f"{scope}.{table.sheet}.header", width=130
        )
        if header != table.header_row:
            table = table.again(sheet=table.sheet, header_row=int(header))
        marks = {".": _("point (1.37)"), ",": _("comma (1,37)")}
        decimal = st.segmented_control(
            _("Decimal mark"),
            DECIMALS,
            format_func=marks.__getitem__,
            default=table.decimal,
            required=True,
            wrap=True,
            key=f"{scope}.{table.sheet}.decimal",
        )
        if decimal != table.decimal:
            table = table.again(sheet=table.sheet, header_row=table.header_row, decimal=decimal)
    _facts(table)
    skipped = _skipped(scope)
    moved = table.header_row != found.header_row
    chosen = replace(
        request,
        sheet=table.sheet if moved or table.sheet != found.sheet else None,
        header_row=table.header_row if moved else None,
        decimal=table.decimal if table.decimal != found.decimal else None,
        skip_rows=skipped,
    )
    return chosen, table


def _skipped(scope: str) -> frozenset[int]:
    """Rows to leave out, by their numbers in the file."""
    typed = st.text_input(_("Rows to leave out"), placeholder="12, 14-20", key=f"{scope}.skip", width=220).strip()
    try:
        return row_numbers(typed)
    except ValueError:
        st.caption(_("Write row numbers such as 12, 14-20."))
        return frozenset()


def _facts(table: Understood) -> None:
    facts = [_("rows: {rows}, columns: {columns}").format(rows=table.rows, columns=len(table.columns))]
    if table.encoding:
        facts.append(_("encoding {encoding}").format(encoding=_(ENCODING_NAMES[table.encoding])))
    if table.delimiter:
        facts.append(_("divided by {delimiter}").format(delimiter=delimiters().get(table.delimiter, table.delimiter)))
    st.caption(escaped(" · ".join(facts)))
    for note in table.notes:
        st.caption(escaped(note.text(_)))
