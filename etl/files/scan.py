"""A look through an XLSX before its values are read: sizes, declared traps, and what values alone do not tell.

Everything streams through expat, so memory does not grow with the file. Runs in the child process.
Source of the names: ECMA-376 Part 1, 18.3 (worksheets), 18.4 (shared strings), 18.8 (styles).
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO
from xml.parsers import expat

from etl.files.limits import FileRejected, Limits, cell_too_long, too_many_cells, too_many_columns, too_many_rows
from etl.message import N_

RESAVE = N_("Open it in your spreadsheet programme, save it as XLSX again and try once more.")
PERCENT_BUILTIN = {9, 10}
INDEXED_SIGNALS = {"2", "4", "10", "12", "16", "18", "30", "32", "39", "60"}  # reds and blues of Excel's old palette
STRONG, APART = 0x80, 0x48
_QUOTED = re.compile(r'"[^"]*"|\\.')
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")


@lru_cache(maxsize=100_000)
def local(name: str) -> str:
    """The element's name without its namespace (transitional and strict files differ in it)."""
    return name.rpartition("}")[2]


def column_letters(column: int) -> str:
    """1 -> A, 28 -> AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def parse(stream: IO[bytes], start=None, end=None, text=None) -> None:
    """Run an XML part through expat. A document type (the door of entity bombs) is refused, never expanded."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = _no_document_type
    if start:
        parser.StartElementHandler = start
    if end:
        parser.EndElementHandler = end
    if text:
        parser.CharacterDataHandler = text
        parser.buffer_text = True
    try:
        parser.ParseFile(stream)
    except expat.ExpatError:
        raise FileRejected(N_("is damaged: a part of the workbook is not valid XML."), RESAVE) from None


def _no_document_type(*_args) -> None:
    raise FileRejected(N_("declares XML entities or a document type, which no spreadsheet programme writes."), RESAVE)


@dataclass
class SheetFacts:
    """What a sheet's XML says beyond its values; positions are (row, column) from 1."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    formulas: int = 0
    hidden_rows: int = 0
    uncached: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    percents: list[tuple[int, int]] = field(default_factory=list)
    coloured: list[tuple[int, int]] = field(default_factory=list)  # numbers in blue or red


class SheetScan:
    """Handlers for one worksheet part; `facts` is complete after the parse."""

    def __init__(
        self, sheet: str, percent_styles: set[int], limits: Limits, *, before: int = 0, coloured: set[int] | None = None
    ):
        self.sheet, self.percent_styles, self.limits = sheet, percent_styles, limits
        self.before, self.coloured_styles = before, coloured or set()  # cells of the sheets before this one
        self.facts = SheetFacts()
        self.row = self.column = 0
        self.kind = self.style = ""
        self.formula = self.in_value = False
        self.value: list[str] = []
        self.length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "c":
            self._open_cell(attributes)
        elif name == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
            self.facts.hidden_rows += attributes.get("hidden") in ("1", "true")
        elif name == "f":
            self.formula = True
        elif name in ("v", "t"):
            self.in_value = True

    def _open_cell(self, attributes: dict[str, str]) -> None:
        place = _REFERENCE.fullmatch(attributes.get("r", ""))
        if place:
            self.column, self.row = column_number(place[1]), int(place[2])
        else:
            self.column += 1
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
        self.formula, self.value, self.length = False, [], 0

    def text(self, data: str) -> None:
        if self.in_value:
            self.value.append(data)
            self.length += len(data)
            if self.length > self.limits.cell_length:
                raise cell_too_long(self.limits.cell_length, sheet=self.sheet, row=self.row)

    def end(self, name: str) -> None:
        name = local(name)
        if name in ("v", "t"):
            self.in_value = False
        elif name == "c":
            self._close_cell()

    def _close_cell(self) -> None:
        facts, here = self.facts, (self.row, self.column)
        value = "".join(self.value)
        facts.formulas += self.formula
        if self.formula and not value and self.kind != "str":
            facts.uncached.append(here)
        if not value:
            return
        facts.cells += 1
        facts.rows, facts.columns = max(facts.rows, self.row), max(facts.columns, self.column)
        if self.kind == "e":
            facts.errors.append((*here, value[:20]))
        elif self.kind == "n" and int(self.style) in self.percent_styles:
            facts.percents.append(here)
        if self.kind == "n" and int(self.style) in self.coloured_styles:
            facts.coloured.append(here)
        self._check_size()

    def _check_size(self) -> None:
        facts, limits, cell = self.facts, self.limits, f"{column_letters(self.column)}{self.row}"
        if self.before + facts.cells > limits.cells:
            raise too_many_cells(limits.cells, sheet=self.sheet)
        area = facts.rows * facts.columns
        far = facts.rows > limits.rows or facts.columns > limits.columns or area > limits.area
        if far and facts.cells < area // 100:
            raise FileRejected(
                N_("is nearly empty but reaches to cell {cell}."),
                N_("Delete the empty rows and columns between the table and that cell, and save again."),
                sheet=self.sheet,
                cell=cell,
            )
        if facts.rows > limits.rows:
            raise too_many_rows(limits.rows, sheet=self.sheet)
        if far:
            raise too_many_columns(limits.columns, sheet=self.sheet)


def cell_styles(stream: IO[bytes]) -> tuple[set[int], set[int]]:
    """Indexes of the cell styles (s="…") that show a percentage, and of those whose font is blue or red."""
    formats: dict[int, str] = {}
    fonts: list[bool] = []
    styles: list[tuple[int, int]] = []
    inside: set[str] = set()

    def start(name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        inside.add(name)
        if name == "numFmt":
            formats[int(attributes.get("numFmtId", -1))] = attributes.get("formatCode", "")
        elif name == "font" and "fonts" in inside:
            fonts.append(False)
        elif name == "color" and "fonts" in inside and fonts:
            fonts[-1] = is_signal(attributes)
        elif name == "xf" and "cellXfs" in inside:
            styles.append((int(attributes.get("numFmtId", 0)), int(attributes.get("fontId", 0))))

    def end(name: str) -> None:
        inside.discard(local(name))

    parse(stream, start, end)
    shown = {number for number, code in formats.items() if "%" in _QUOTED.sub("", code)} | PERCENT_BUILTIN
    signal = {number for number, is_one in enumerate(fonts) if is_one}
    percents = {index for index, (number, _font) in enumerate(styles) if number in shown}
    return percents, {index for index, (_number, font) in enumerate(styles) if font in signal}


def is_signal(color: dict[str, str]) -> bool:
    """Whether a font's colour is a blue or a red: one channel strong, the others well below it."""
    if color.get("indexed") in INDEXED_SIGNALS:
        return True
    rgb = color.get("rgb", "")[-6:]
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", rgb):
        return False
    red, green, blue = (int(rgb[place : place + 2], 16) for place in (0, 2, 4))
    return max(red, blue) >= STRONG and max(red, blue) - green >= APART and abs(red - blue) >= APART


def check_shared_strings(stream: IO[bytes], limits: Limits) -> None:
    """Refuse a shared text longer than a cell may be: every cell that uses it would copy it."""
    length = [0]

    def start(name: str, _attributes: dict[str, str]) -> None:
        if local(name) == "si":
            length[0] = 0

    def text(data: str) -> None:
        length[0] += len(data)
        if length[0] > limits.cell_length:
            raise cell_too_long(limits.cell_length)

    parse(stream, start, None, text)


def relations(stream: IO[bytes]) -> dict[str, str]:
    """Relation id -> target of a .rels part."""
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship":
            found[attributes.get("Id", "")] = attributes.get("Target", "")

    parse(stream, start)
    return found


def sheet_list(stream: IO[bytes]) -> list[tuple[str, str, bool]]:
    """(name, relation id, is hidden) of each sheet, in the workbook's order."""
    found: list[tuple[str, str, bool]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "sheet":
            relation = next((value for key, value in attributes.items() if local(key) == "id"), "")
            found.append((attributes.get("name", ""), relation, attributes.get("state", "visible") != "visible"))

    parse(stream, start)
    return found
