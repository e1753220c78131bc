"""CSV in any usual dialect -> rows of text. Runs in the child process.

Nothing is guessed about the meaning of a cell here: every cell stays the text the person wrote.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator

from etl.files.encodings import check_encoding, find_encoding, plain_bytes
from etl.files.limits import FileRejected, Limits, cell_too_long, too_many_cells, too_many_columns, too_many_rows
from etl.message import N_

# In the order of preference when two explain a file equally well: a tab or semicolon is rarely part of a text.
DELIMITERS = ("\t", ";", "|", ",")
SAMPLE = 64 * 1024
SAMPLE_ROWS = 300


def read_delimited(
    content: bytes, limits: Limits, name: str = "", encoding: str | None = None, delimiter: str | None = None
) -> dict:
    """Encoding, delimiter and rows of a CSV file; row 1 is the first record of the file, blank ones counted.

    What a person chose is taken as given; `doubts` are the codes of what else could have been meant.
    """
    _check_first_line(content, limits)
    doubts = []
    if encoding:
        doubt = check_encoding(content, encoding)
    else:
        encoding, doubt = find_encoding(content)
    doubts += [doubt] if doubt else []
    content, plain = plain_bytes(content, encoding)
    sample = _sample(content, plain)
    declared, found, rivals = find_delimiter(sample)
    tabs = name.lower().endswith((".tsv", ".tab")) and "\t" in sample
    if rivals and not (delimiter or tabs):
        doubts.append("delimiter")
    delimiter = delimiter or ("\t" if tabs else found)
    rows = list(_rows(content, plain, delimiter, limits))
    if declared:
        rows[0] = []  # the line "sep=;" that Excel understands; its row number stays
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise FileRejected(N_("holds no table: every row is empty."), N_("Choose the file that has the figures."))
    return {"kind": "csv", "encoding": encoding, "delimiter": delimiter, "rows": rows, "doubts": doubts}


def _check_first_line(content: bytes, limits: Limits) -> None:
    head = content[: limits.first_line]
    if len(content) > limits.first_line and b"\n" not in head and b"\r" not in head:
        raise FileRejected(
            N_("has a first line of more than {limit} bytes."),
            N_("Save the table as CSV with one row a line."),
            limit=limits.first_line,
        )


def _text(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors="replace", newline="")


def _sample(content: bytes, encoding: str) -> str:
    return _text(content, encoding).read(SAMPLE)


def find_delimiter(sample: str) -> tuple[bool, str, tuple[str, ...]]:
    """Whether the file declares it (`sep=;`), the delimiter under which most rows have the same width, and others that
    explain the file as well. A tab is never typed within a cell, so where it divides all rows nothing rivals it."""
    first = sample.partition("\n")[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return True, first[-1], ()
    scores = {one: _agreement(sample, one) for one in DELIMITERS}
    if scores["\t"][0] == 1:
        return False, "\t", ()
    best = max(DELIMITERS, key=lambda one: (scores[one], -DELIMITERS.index(one)))
    if not scores[best][0]:
        return False, ",", ()
    rivals = tuple(one for one in DELIMITERS if one != best and scores[one][0] >= scores[best][0])
    return False, best, rivals


def _agreement(sample: str, delimiter: str) -> tuple[float, float]:
    """Share of rows with the commonest width, and that width; (0, 0) when the delimiter divides nothing."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    widths = []
    try:
        for row in reader:
            if any(row):
                widths.append(len(row))
            if len(widths) >= SAMPLE_ROWS:
                break
    except csv.Error:
        return 0.0, 0.0
    if len(sample) == SAMPLE and len(widths) > 1 and len(widths) < SAMPLE_ROWS:
        widths.pop()  # cut off in the middle
    counts = Counter(width for width in widths if width > 1)
    if not counts:
        return 0.0, 0.0
    width, count = max(counts.items(), key=lambda item: (item[1], item[0]))
    return round(count / len(widths), 2), width


def _rows(content: bytes, encoding: str, delimiter: str, limits: Limits) -> Iterator[list[str]]:
    csv.field_size_limit(limits.cell_length)
    reader = csv.reader(_text(content, encoding), delimiter=delimiter, strict=True)
    cells = number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unreadable(error, number, limits) from None
        _check_size(row, number, cells, limits)
        cells += len(row) - row.count("")
        yield row


def _check_size(row: list[str], number: int, cells: int, limits: Limits) -> None:
    if number > limits.rows:
        raise too_many_rows(limits.rows)
    if len(row) > limits.columns:
        raise too_many_columns(limits.columns, row=number)
    if cells > limits.cells:
        raise too_many_cells(limits.cells)


def _unreadable(error: csv.Error, number: int, limits: Limits) -> FileRejected:
    if "field larger" in str(error):
        return cell_too_long(limits.cell_length, row=number)
    return FileRejected(
        N_("has a quotation mark that is opened and not closed as CSV demands."),
        N_("Double the quotation marks inside a quoted cell, or save the table as XLSX."),
        row=number,
    )
