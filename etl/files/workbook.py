"""XLSX -> cells of every sheet, with their types. Runs in the child process.

Values come from calamine; what it does not tell (formulas without a saved value, Excel errors, percent formats) comes
from the scan, which also refuses what calamine could not survive: it reserves the whole used range at once.
"""

import datetime
import io
import posixpath
import zipfile
import zlib
from typing import Any

import python_calamine as calamine

from etl.files import scan
from etl.files.limits import FileRejected, Limits
from etl.message import N_

ENCRYPTED = 0x1
Scanned = tuple[str, bool, scan.SheetFacts]


def read_workbook(content: bytes, limits: Limits) -> dict:
    """All worksheets: cells from A1 (row by row), merged ranges, and the scan's facts for each."""
    with open_archive(content, limits) as archive:
        scanned = _scan(archive, limits)
    try:
        book = calamine.load_workbook(io.BytesIO(content))
        sheets = [_sheet(book, name, hidden, facts) for name, hidden, facts in scanned]
    except (calamine.CalamineError, calamine.XmlError, calamine.ZipError, calamine.PasswordError):
        raise FileRejected(N_("is damaged: the workbook can not be read."), scan.RESAVE) from None
    if not any(sheet["rows"] or sheet["uncached"] for sheet in sheets):
        raise FileRejected(N_("holds no table: every sheet is empty."), N_("Choose the file that has the figures."))
    return {"kind": "xlsx", "sheets": sheets}


def damaged() -> FileRejected:
    return FileRejected(N_("is damaged: a part of the workbook can not be unpacked."), scan.RESAVE)


def open_archive(content: bytes, limits: Limits) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise FileRejected(N_("is damaged: the workbook is cut off or not a workbook at all."), scan.RESAVE) from None
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_bytes:
        raise FileRejected(
            N_("unpacks to {size} MB; at most {limit} MB are read."),
            N_("Delete sheets and rows that are not needed, and save again."),
            size=round(unpacked / 1e6),
            limit=round(limits.unpacked_bytes / 1e6),
        )
    names = [part.filename for part in parts]
    if len(names) > limits.parts or len(set(names)) != len(names):
        raise FileRejected(N_("is damaged: its zip directory is not one of a workbook."), scan.RESAVE)
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise FileRejected(N_("is protected by a password."), N_("Remove the password and save again."))
    return archive


def _scan(archive: zipfile.ZipFile, limits: Limits) -> list[Scanned]:
    """(name, is hidden, facts) of the worksheets in order; every other XML part is checked, too."""
    try:
        return _scan_parts(archive, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, KeyError):
        raise damaged() from None


def _scan_parts(archive: zipfile.ZipFile, limits: Limits) -> list[Scanned]:
    names = set(archive.namelist())
    percent: set[int] = set()
    coloured: set[int] = set()
    if "xl/styles.xml" in names:
        with archive.open("xl/styles.xml") as stream:
            percent, coloured = scan.cell_styles(stream)
    if "xl/sharedStrings.xml" in names:
        with archive.open("xl/sharedStrings.xml") as stream:
            scan.check_shared_strings(stream, limits)
    with archive.open("xl/_rels/workbook.xml.rels") as stream:
        targets = scan.relations(stream)
    with archive.open("xl/workbook.xml") as stream:
        listed = scan.sheet_list(stream)
    if len(listed) > limits.sheets:
        raise FileRejected(
            N_("has more than {limit} sheets."), N_("Keep only the sheets you need."), limit=limits.sheets
        )
    found: list[Scanned] = []
    cells = 0
    seen = {"xl/styles.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml"}
    for name, relation, hidden in listed:
        part = posixpath.normpath(posixpath.join("xl", targets.get(relation, ""))).lstrip("/")
        if part not in names or "worksheets/" not in part:
            continue  # a chart or dialogue sheet
        sheet = scan.SheetScan(name, percent, limits, before=cells, coloured=coloured)
        with archive.open(part) as stream:
            scan.parse(stream, sheet.start, sheet.end, sheet.text)
        seen.add(part)
        cells += sheet.facts.cells
        found.append((name, hidden, sheet.facts))
    for part in names - seen:
        if part.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                scan.parse(stream)
    return found


def _sheet(book: Any, name: str, hidden: bool, facts: scan.SheetFacts) -> dict:
    rows: list[list[Any]] = []
    merged: list[Any] = []
    if facts.cells:
        sheet = book.get_sheet_by_name(name)
        top, left = sheet.start or (0, 0)
        rows = [[] for _ in range(top)]
        for row in sheet.to_python(skip_empty_area=True):
            rows.append([None] * left + [encode(cell) for cell in row])
        merged = [(r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or []]
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    return {
        "name": name,
        "hidden": hidden,
        "rows": rows,
        "merged": merged,
        "formulas": facts.formulas,
        "hidden_rows": facts.hidden_rows,
        "uncached": facts.uncached,
        "errors": facts.errors,
        "percents": facts.percents,
        "coloured": facts.coloured,
    }


def encode(cell: Any) -> Any:
    """A cell as JSON can carry it: text, number, true/false, null, or {"d"|"t": ISO date|moment}."""
    if isinstance(cell, str):
        return cell if cell else None
    if isinstance(cell, datetime.datetime):
        midnight = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
        return {"d": cell.date().isoformat()} if midnight else {"t": cell.isoformat()}
    if isinstance(cell, datetime.date):
        return {"d": cell.isoformat()}
    if isinstance(cell, (datetime.time, datetime.timedelta)):
        return str(cell)
    return cell
