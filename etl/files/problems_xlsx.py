"""A person's own table with the bad cells marked, and a sheet that lists every problem."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from xlsxwriter.worksheet import Worksheet

from etl.contract import Problem
from etl.files.mapping import YEAR_PREFIX
from etl.files.sheets import Book
from etl.files.table import Understood
from etl.message import N_, Message, Translate, untranslated

COMMENTS = 2_000  # more would make the workbook slow to open; every marked cell is in the list anyway
ROWS_LISTED = 2_000  # of one cause; every one of its cells is marked in the table
LONGEST = 32_000  # characters a cell may hold
Place = tuple[int, int]  # row and column from 0


def problems_xlsx(
    table: Understood,
    problems: Iterable[Problem],
    mapping: Mapping[str, str | None] | None = None,
    translate: Translate = untranslated,
    worded: Iterable[Problem] | None = None,
) -> bytes:
    """XLSX of two sheets: the table as uploaded (same rows, same columns) with marked cells and comments, and the list.

    `mapping` (file column -> dataset column) tells which cell of the file a problem of the dataset is about. A problem
    of a row marks its first cell; one of the whole table stands in the list only. `worded`: the same ones as they are
    said to people, with names for codes.
    """
    problems = list(problems)
    said: dict[Place, list[Problem]] = defaultdict(list)
    spoken = problems if worded is None else list(worded)
    for problem, told in zip(problems, spoken, strict=True):
        for place in _places(problem, table, mapping or {}):
            said[place].append(told)  # the sentence is made for the cells that get a comment
    book = Book.new()
    _write_table(book, table, said, translate)
    _write_list(book, spoken, translate)
    return book.close()


def _rule(problem: Problem, translate: Translate) -> str:
    return " ".join(Message(text, problem.params).text(translate) for text in (problem.rule, problem.remedy) if text)


def _places(problem: Problem, table: Understood, mapping: Mapping[str, str | None]) -> Iterator[Place]:
    """The cells of the sheet that a problem is about; a key of several columns marks them all."""
    targets = {problem.column, *(problem.column or "").split(", ")}
    if targets & {"value", "year"}:
        targets |= {target for target in mapping.values() if target and target.startswith(YEAR_PREFIX)}
    columns = [
        (name, place)
        for name, place in zip(table.columns, table.places, strict=True)
        if name in problem.every_column or mapping.get(name) in targets - {None}
    ]
    values = {value.strip() for value in problem.every_value}
    for row in problem.every_row:
        here = columns
        if values and len(columns) > 1 and row in table.frame.index:
            # of a row's many years the one with that value; of a key's columns none has it, so all stay
            cells = table.frame.loc[row]
            here = [(name, place) for name, place in columns if cells[name].strip() in values] or columns
        yield from [(row - 1, place) for _, place in here] or [(row - 1, table.places[0] if table.places else 0)]


def _write_table(book: Book, table: Understood, said: Mapping[Place, list[Problem]], translate: Translate) -> None:
    sheet = book.workbook.add_worksheet(translate(N_("Table")))
    source = table.cells[table.sheet]
    marked = set(said)
    for row, cells in enumerate(source.rows):
        for column, cell in enumerate(cells):
            kind = "percent" if (row + 1, column + 1) in source.percents else ""
            here = (row, column) in marked
            book.write(sheet, row, column, cell, kind=kind, marked=here)
            marked.discard((row, column))
    for row, column in marked:  # beyond what the file holds: a missing cell
        book.write(sheet, row, column, None, marked=True)
    for (row, column), found in islice(said.items(), COMMENTS):
        text = "\n".join(_rule(problem, translate) for problem in found)
        sheet.write_comment(row, column, text[:2_000], {"x_scale": 2})
    sheet.freeze_panes(table.header_row, 0)


def _write_list(book: Book, problems: list[Problem], translate: Translate) -> None:
    sheet: Worksheet = book.workbook.add_worksheet(translate(N_("Problems")))
    titles = (N_("Where"), N_("Row"), N_("Column"), N_("Value"), N_("Problem"), N_("What to do"))
    for column, (title, width) in enumerate(zip(titles, (16, 8, 20, 24, 60, 60), strict=True)):
        sheet.set_column(column, column, width)
        book.write(sheet, 0, column, translate(title), kind="head")
    for row, problem in enumerate(problems, 1):
        rule, remedy = (
            Message(text, problem.params).text(translate) if text else "" for text in (problem.rule, problem.remedy)
        )
        rows = ", ".join(map(str, problem.every_row[:ROWS_LISTED])) + (
            " …" if len(problem.every_row) > ROWS_LISTED else ""
        )
        lines: str | int | None = problem.row if len(problem.every_row) == 1 else rows
        columns = ", ".join(problem.every_column)
        values = ", ".join(problem.every_value[:ROWS_LISTED])[:LONGEST]
        for column, cell in enumerate((problem.dataset, lines, columns, values, rule, remedy)):
            book.write(sheet, row, column, cell, kind="wrap" if isinstance(cell, str) else "")
    sheet.freeze_panes(1, 0)
