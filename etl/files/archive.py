"""Workbooks of every kind, and a ZIP with one table in it. Runs in the child process."""

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import python_calamine as calamine

from etl.files.limits import ENDINGS, FileRejected, Limits, no_table, too_many_cells, too_many_columns, too_many_rows
from etl.files.workbook import damaged, encode, open_archive, read_workbook
from etl.message import N_

TABLES = tuple(ending for endings in ENDINGS.values() for ending in endings)
NAMES_SHOWN = 6
OTHERS = {
    "word/document.xml": N_("is a text document, not a table."),
    "ppt/presentation.xml": N_("is a presentation, not a table."),
    "Index/Document.iwa": N_("is a document of Apple's programs, which is not read here."),
}
"""Parts that tell what else a ZIP is."""


def read_archive(content: bytes, limits: Limits, read: Callable[[bytes, str, Limits], dict]) -> dict:
    """`read` reads what a ZIP holds. A workbook (XLSX with a look through its parts; XLSB, ODS and XLS by their values), or the one table of a ZIP."""
    if not content.startswith(b"PK"):
        if "WordDocument".encode("utf-16-le") in content[: 1 << 20]:
            raise no_table(OTHERS["word/document.xml"])
        return read_values(content, "xls", limits)
    with open_archive(content, limits) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            return read_workbook(content, limits)
        if "xl/workbook.bin" in names:
            return read_values(content, "xlsb", limits)
        for part, rule in OTHERS.items():
            if part in names:
                raise no_table(rule)
        if "content.xml" in names:
            _check_spreadsheet(archive)
            return read_values(content, "ods", limits)
        inner, bytes_of_it = _only_table(archive, limits)
    return read(bytes_of_it, inner, limits)


def _check_spreadsheet(archive: zipfile.ZipFile) -> None:
    """Refuse what has the parts of an ODS file and is a text or a presentation."""
    try:
        kind = archive.read("mimetype")
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        return  # the reader says what is wrong with it
    if b"spreadsheet" not in kind:
        raise no_table(OTHERS["word/document.xml"])


def _only_table(archive: zipfile.ZipFile, limits: Limits) -> tuple[str, bytes]:
    tables = [
        part.filename
        for part in archive.infolist()
        if part.filename.lower().endswith(TABLES) and not part.filename.startswith("__MACOSX/")
    ]
    if not tables:
        raise no_table(N_("is a ZIP file without a table in it."))
    if len(tables) > 1:
        shown = ", ".join(tables[:NAMES_SHOWN]) + (" …" if len(tables) > NAMES_SHOWN else "")
        raise FileRejected(
            N_("is a ZIP file with several tables: {names}."), N_("Unpack it and choose one of them."), names=shown
        )
    try:
        with archive.open(tables[0]) as stream:
            content = stream.read(limits.file_bytes + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        raise damaged() from None
    if len(content) > limits.file_bytes or (content.startswith(b"PK") and "xl/" not in str(content[:4096])):
        raise FileRejected(N_("is a ZIP file with something else than one table in it."), N_("Unpack it first."))
    return tables[0], content


def read_values(content: bytes, kind: str, limits: Limits) -> dict:
    """The values of a workbook whose parts are not looked through: formulas and percent formats are not seen."""
    try:
        book = calamine.load_workbook(io.BytesIO(content))
        visible = {one.name: one.visible for one in book.sheets_metadata}
        kinds = {one.name: one.typ for one in book.sheets_metadata}
        sheets = [
            _values(book, name, visible[name] != calamine.SheetVisibleEnum.Visible, limits)
            for name in book.sheet_names[: limits.sheets]
            if kinds[name] == calamine.SheetTypeEnum.WorkSheet
        ]
    except calamine.PasswordError:
        raise FileRejected(N_("is protected by a password."), N_("Remove the password and save again.")) from None
    except (calamine.CalamineError, calamine.XmlError, calamine.ZipError, ValueError):
        raise FileRejected(
            N_("is an old or protected workbook that can not be read."),
            N_("Open it, remove the password and save it as XLSX."),
        ) from None
    if sum(len(row) for sheet in sheets for row in sheet["rows"]) > limits.cells * 4:
        raise too_many_cells(limits.cells)
    if not any(sheet["rows"] for sheet in sheets):
        raise FileRejected(N_("holds no table: every sheet is empty."), N_("Choose the file that has the figures."))
    return {"kind": kind, "sheets": sheets}


def _values(book: Any, name: str, hidden: bool, limits: Limits) -> dict:
    sheet = book.get_sheet_by_name(name)
    if sheet.height > limits.rows:
        raise too_many_rows(limits.rows, sheet=name)
    if sheet.width > limits.columns:
        raise too_many_columns(limits.columns, sheet=name)
    top, left = sheet.start or (0, 0)
    rows: list[list[Any]] = [[] for _ in range(top)]
    for row in sheet.to_python(skip_empty_area=True):
        cells = [None] * left + [encode(cell) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        rows.append(cells)
    merged = [(r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or []]
    facts = {"formulas": 0, "hidden_rows": 0, "uncached": [], "errors": [], "percents": [], "coloured": None}
    return {"name": name, "hidden": hidden, "rows": rows, "merged": merged, **facts}
