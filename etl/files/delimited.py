"""CSV in any usual dialect -> rows of text. Runs in the child process.

Nothing is guessed about the meaning of a cell here: every cell stays the text the person wrote.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator

from etl.files.limits import FileRejected, Limits, cell_too_long, too_many_cells, too_many_columns, too_many_rows
from etl.message import N_

# In the order of preference when two explain a file equally well: a tab or semicolon is rarely part of a text.
DELIMITERS = ("\t", ";", "|", ",")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 64 * 1024
SAMPLE_ROWS = 300
SAVE_AS_UTF8 = N_("Save it as “CSV UTF-8”, or as XLSX.")


def read_delimited(content: bytes, limits: Limits) -> dict:
    """Encoding, delimiter and rows of a CSV file; row 1 is the first record of the file, blank ones counted."""
    _check_first_line(content, limits)
    encoding = find_encoding(content)
    declared, delimiter = find_delimiter(_sample(content, encoding))
    rows = list(_rows(content, encoding, delimiter, limits))
    if declared:
        rows[0] = []  # the line "sep=;" that Excel understands; its row number stays
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise FileRejected(N_("holds no table: every row is empty."), N_("Choose the file that has the figures."))
    return {"kind": "csv", "encoding": encoding, "delimiter": delimiter, "rows": rows}


def _check_first_line(content: bytes, limits: Limits) -> None:
    head = content[: limits.first_line]
    if len(content) > limits.first_line and b"\n" not in head and b"\r" not in head:
        raise FileRejected(
            N_("has a first line of more than {limit} bytes."),
            N_("Save the table as CSV with one row a line."),
            limit=limits.first_line,
        )


def find_encoding(content: bytes) -> str:
    """The Python name of the encoding; text that is not Unicode is taken as Windows-1252, the usual one here."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _strict(content, encoding)
    even, odd = content[0:2000:2].count(0), content[1:2000:2].count(0)
    half = len(content[:2000]) // 2
    if half and max(even, odd) > 0.6 * half and min(even, odd) < 0.1 * half:
        return _strict(content, "utf-16-le" if odd > even else "utf-16-be")
    if b"\0" in content:
        raise FileRejected(N_("holds NUL bytes: it is not a text table."), SAVE_AS_UTF8)
    try:
        return _strict(content, "utf-8")
    except FileRejected:
        return _strict(content, "cp1252")


def _strict(content: bytes, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        for start in range(0, len(content), 1 << 20):
            text = decoder.decode(content[start : start + (1 << 20)])
            if "\0" in text:
                raise FileRejected(N_("holds NUL bytes: it is not a text table."), SAVE_AS_UTF8)
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise FileRejected(N_("is in no text encoding we know (UTF-8, UTF-16, Windows-1252)."), SAVE_AS_UTF8) from None
    return encoding


def _text(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def _sample(content: bytes, encoding: str) -> str:
    return _text(content, encoding).read(SAMPLE)


def find_delimiter(sample: str) -> tuple[bool, str]:
    """Whether the file declares it (`sep=;`), and the delimiter under which most rows have the same width."""
    first = sample.partition("\n")[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return True, first[-1]
    best, best_score = ",", (0.0, 0.0)
    for delimiter in DELIMITERS:
        score = _agreement(sample, delimiter)
        if score > best_score:
            best, best_score = delimiter, score
    return False, best


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
