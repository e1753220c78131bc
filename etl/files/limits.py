"""How much a person's file may ask of us; beyond it the file is refused with a sentence."""

from dataclasses import asdict, dataclass

from etl.message import N_

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds on a file and on the process that reads it. Sizes in bytes, times in seconds.

    The ledger's largest table has about 20,000 cells an edition: the defaults leave room for twenty-five of them.
    """

    file_bytes: int = 50 * MIB
    unpacked_bytes: int = 192 * MIB  # of an XLSX, as its zip directory declares
    parts: int = 2_000  # files inside an XLSX
    sheets: int = 100
    rows: int = 200_000
    columns: int = 1_000
    cells: int = 500_000  # cells that hold something
    area: int = 2_000_000  # rows x columns of one sheet, empty cells included
    cell_length: int = 32_767  # characters; Excel's own limit
    first_line: int = 256 * 1024
    result_bytes: int = 48 * MIB
    memory: int = 448 * MIB  # so that child and parent together stay under 512 above idle
    cpu: int = 15
    wall: int = 30

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


class FileRejected(Exception):
    """The file can not be read: an English template, its parameters and what to do; where, if known."""

    def __init__(self, rule: str, remedy: str, *, row: int | None = None, sheet: str | None = None, **params):
        super().__init__(rule)
        self.rule, self.remedy, self.row, self.sheet, self.params = rule, remedy, row, sheet, params

    def as_dict(self) -> dict:
        return {"rule": self.rule, "remedy": self.remedy, "row": self.row, "sheet": self.sheet, "params": self.params}


ENDINGS = {
    "CSV": (".csv", ".txt"),
    "TSV": (".tsv", ".tab"),
    "XLSX": (".xlsx", ".xlsm"),
    "XLSB": (".xlsb",),
    "XLS": (".xls",),
    "ODS": (".ods",),
    "JSON": (".json",),
    "XML": (".xml",),
}
"""The kinds of tables that are read, and how their files' names end: said where a file is asked for and refused."""
KINDS = f"{', '.join(ENDINGS)}, ZIP"  # of one table
CHOOSE_TABLE = N_("Choose a file with the figures as a table ({kinds}).")
SPLIT = N_("Keep only the table you need, or split the file.")


def no_table(rule: str) -> FileRejected:
    """For a file of a kind that is not read."""
    return FileRejected(rule, CHOOSE_TABLE, kinds=KINDS)


def too_many_rows(limit: int, **where) -> FileRejected:
    return FileRejected(N_("has more than {limit} rows."), SPLIT, limit=limit, **where)


def too_many_columns(limit: int, **where) -> FileRejected:
    return FileRejected(N_("has more than {limit} columns."), SPLIT, limit=limit, **where)


def too_many_cells(limit: int, **where) -> FileRejected:
    return FileRejected(N_("has more than {limit} filled cells."), SPLIT, limit=limit, **where)


def cell_too_long(limit: int, **where) -> FileRejected:
    return FileRejected(
        N_("has a cell with more than {limit} characters."), N_("Shorten the text in that cell."), limit=limit, **where
    )
