"""A file as its publisher sent it, in the forms readers take it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.contract import Problem
from etl.files.table import Understood
from etl.publishers.common.grid import Sheets, from_cells


@dataclass(frozen=True)
class Content:
    """A file: its name, its bytes, and the sheets of a workbook (sheet name -> rows of cells, beginning at A1).
    `coloured`: where numbers stand in blue or red, by sheet; None where colours could not be read. Of a file that was
    fetched: `listing`, the file in which its address was found, and `before`, what was kept of that address last."""

    name: str = ""
    data: bytes = field(default=b"", repr=False)
    sheets: Sheets = field(default_factory=dict, repr=False)
    coloured: Mapping[str, frozenset[tuple[int, int]] | None] = field(default_factory=dict, repr=False)
    listing: bytes = field(default=b"", repr=False)
    before: bytes = field(default=b"", repr=False)


def content_of(understood: Understood | list[Problem], name: str, data: bytes) -> Content:
    """The content of a file that the limited reader has read, or could make no table of."""
    if not isinstance(understood, Understood) or not understood.is_workbook:
        return Content(name, data)
    coloured = {sheet: cells.coloured for sheet, cells in understood.cells.items()}
    return Content(name, data, from_cells(understood.cells), coloured)
