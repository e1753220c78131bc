"""Any usual dialect of CSV and any ordinary workbook reads back as the table that was written."""

import csv
import datetime
import io
import json
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.files import child
from etl.files.cells import Sheet, decode
from etl.files.delimited import read_delimited
from etl.files.encodings import find_encoding
from etl.files.limits import FileRejected, Limits
from etl.files.read import grids_of, read_limited
from etl.files.table import Understood, understand
from etl.files.workbook import read_workbook

# The round trips call the readers directly: a process for each example would take minutes.
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WORDS = (
    st.text(st.sampled_from("abcxyzÉéœüñTÜ €’“-_ 'ß"), min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
TEXTS = st.one_of(WORDS, st.sampled_from(["", "a,b;c\td|e", 'say "no"', "two\nlines", "NA", "null", "=1+1", "2029-30"]))
NUMBERS = st.decimals(-99_999, 99_999, places=2).map(str)


@st.composite
def tables(draw) -> list[list[str]]:
    """A header of distinct words and rows of texts and numbers, each row with something in its first cell."""
    width = draw(st.integers(2, 6))
    header = draw(st.lists(WORDS, min_size=width, max_size=width, unique=True))
    row = st.tuples(WORDS, *[st.one_of(TEXTS, NUMBERS)] * (width - 2), WORDS).map(list)
    return [header, *draw(st.lists(row, min_size=1, max_size=8))]


def read_csv(content: bytes) -> Understood:
    read = read_delimited(content, Limits())
    return understand("t.csv", len(content), {"": Sheet("", read["rows"])}, read)


def cells(understood: Understood) -> list[list[str]]:
    return [list(understood.columns), *understood.frame.to_numpy().tolist()]


@QUICK
@given(
    tables(),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_table_in_any_dialect_reads_back(table, delimiter, encoding, quoting, newline):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=newline).writerows(table)
    understood = read_csv(text.getvalue().encode(encoding))
    assert understood.delimiter == delimiter
    assert understood.header_row == 1
    assert cells(understood) == table
    assert not understood.problems


@QUICK
@given(tables(), st.integers(0, 3), st.integers(0, 2))
def test_title_and_blank_rows_move_the_header_and_row_numbers_stay(table, blanks, between):
    lines = [["A title of the table"], *[[]] * blanks, table[0], *[[]] * between, *table[1:]]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(lines)
    understood = read_csv(text.getvalue().encode())
    assert understood.header_row == 2 + blanks
    assert cells(understood) == table
    assert understood.frame.index[0] == 3 + blanks + between


@pytest.mark.slow
@QUICK
@given(tables())
def test_a_table_in_a_workbook_reads_back(table):
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    for cell in (cell for row in book.active.iter_rows() for cell in row):
        if isinstance(cell.value, str):
            cell.data_type = "s"
    file = io.BytesIO()
    book.save(file)
    [sheet] = read_workbook(file.getvalue(), Limits())["sheets"]
    understood = understand("t.xlsx", 1, {"Sheet": Sheet("Sheet", sheet["rows"])}, {"kind": "xlsx"})
    assert cells(understood) == table


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        ("pays;année\nCôte;1\n", "utf-8", "utf-8"),
        ("pays;année\nCôte;1\n", "utf-8-sig", "utf-8-sig"),
        ("pays;année\nCôte;1\n", "cp1252", "cp1252"),
        ("pays;année\nCôte;1\n", "utf-16", "utf-16"),
        ("pays;année\nCôte;1\n", "utf-16-le", "utf-16-le"),
        ("pays;année\nCôte;1\n", "utf-16-be", "utf-16-be"),
    ],
)
def test_encodings_are_found(text, encoding, found):
    assert find_encoding(text.encode(encoding)) == (found, None)


def test_bytes_of_no_encoding_are_refused():
    with pytest.raises(FileRejected, match="no text encoding"):
        find_encoding(b"\x81\x8d\xff\xfe,a\n")


def sentences(understood: Understood) -> list[str]:
    return [problem.sentence() for problem in understood.problems]


def test_rows_that_do_not_fit_the_header_are_named():
    understood = read_csv(b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n\n5,6,7\n")
    assert sentences(understood) == [
        "t.csv, row 3: fills 2 of the header's 3 columns. Add the missing cells or delimiters.",
        "t.csv, row 4 = '4': has a value in column D, which has no name in the header. Name the column, or put the "
        "text in quotation marks if a delimiter in it divided the cell.",
    ]
    assert understood.frame.index.tolist() == [2, 3, 4, 6]


def test_a_source_line_below_the_table_is_left_out_and_said():
    understood = read_csv(b"a;b\nx;1\ny;2\n\nSource: NATO\n")
    assert understood.rows == 2
    assert "A line below the table, not read: row 5." in [note.text() for note in understood.notes]


def test_the_line_that_declares_the_delimiter_is_obeyed():
    understood = read_csv(b"sep=|\na|b\nx;y|1\n")
    assert (understood.delimiter, understood.header_row, cells(understood)) == ("|", 2, [["a", "b"], ["x;y", "1"]])


def test_decimal_marks_are_found_and_can_be_corrected():
    assert read_csv(b"a;b\nx;1,37\n").decimal == ","
    assert read_csv(b'a,b\nx,"1,370"\ny,2.5\n').decimal == "."
    doubtful = read_csv(b'a,b\nx,"1,370"\n')
    assert (doubtful.decimal, doubtful.decimal_certain) == (".", False)
    assert any("could be read in two ways" in note.text() for note in doubtful.notes)
    assert doubtful.again(decimal=",").decimal_certain
    assert any("some a decimal point" in note.text() for note in read_csv(b"a;b\nx;1,37\ny;1.37\n").notes)


def workbook() -> openpyxl.Workbook:
    """A merged header in rows 3 and 4, dates, percent cells, an Excel error, a formula never calculated."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Shares"
    sheet["A1"] = "Defence expenditure"
    for row in (
        ["Country", "Agreed", "Share of GDP", None],
        [None, None, "2024", "2025"],
        ["Canada", datetime.date(2025, 6, 25), 0.0137, 0.0201],
        ["Denmark", datetime.datetime(2025, 6, 25, 12, 30), 0.0237, "3,2 %"],
        ["Norway", True, 1234.5, "=1+1"],
        ["Sweden", 2025, "#N/A", None],
    ):
        sheet.append(row)
    sheet.insert_rows(2)
    sheet.merge_cells("C3:D3")
    sheet.merge_cells("A3:A4")
    for place in ("C5", "D5", "C6"):
        sheet[place].number_format = "0.00%"
    sheet["C8"].data_type = "e"
    hidden = book.create_sheet("Old")
    hidden.sheet_state = "hidden"
    for number in range(40):
        hidden.append([f"x{number}", number, 1, 2, 3])
    return book


@pytest.fixture(scope="module")
def understood() -> Understood:
    file = io.BytesIO()
    workbook().save(file)
    answer = read_limited(file.getvalue(), "shares.xlsx")
    assert isinstance(answer, Understood)
    return answer


def test_a_workbook_is_understood_as_a_person_sees_it(understood):
    assert (understood.kind, understood.sheets, understood.sheet) == ("xlsx", ("Shares", "Old"), "Shares")
    assert (understood.header_row, understood.decimal) == (3, ",")
    assert understood.columns == ("Country", "Agreed", "Share of GDP 2024", "Share of GDP 2025")
    assert understood.frame.loc[5].tolist() == ["Canada", "2025-06-25", "1,37 %", "2,01 %"]
    assert understood.frame.loc[6].tolist() == ["Denmark", "2025-06-25T12:30:00", "2,37 %", "3,2 %"]
    assert understood.frame.loc[7].tolist() == ["Norway", "true", "1234,5", ""]
    notes = [note.text() for note in understood.notes]
    assert "Cells shown as percent: 3. 0.0137 shown as 1.37 % is read as 1.37." in notes
    assert "The header has two rows; their names were joined." in notes


def test_a_title_and_a_group_merged_over_the_table_are_not_the_header():
    rows = [
        ["Defence expenditure"],
        ["Country", "Share of GDP"],
        [None, "2023", "2024", "2025"],
        ["Canada", 1.3, 1.4, 2.0],
    ]
    merged = ((1, 1, 1, 4), (2, 2, 2, 4), (2, 1, 3, 1))
    understood = understand("t.xlsx", 1, {"S": Sheet("S", rows, merged=merged)}, {"kind": "xlsx"})
    assert understood.header_row == 2
    assert understood.columns == ("Country", *(f"Share of GDP {year}" for year in (2023, 2024, 2025)))
    assert understood.frame.loc[4].tolist() == ["Canada", "1.3", "1.4", "2"]


def test_cells_without_a_value_are_problems(understood):
    assert [sentence.split(". ")[0] for sentence in sentences(understood)] == [
        "shares.xlsx, row 7, column Share of GDP 2025: holds a formula without a saved value",
        "shares.xlsx, row 8, column Share of GDP 2024 = '#N/A': is a spreadsheet error, not a value",
    ]


def testgrids_of_keep_the_cells_own_types(understood):
    grid = understood.grids["Shares"]
    assert {len(row) for row in grid} == {4}
    assert grid[4] == ["Canada", datetime.date(2025, 6, 25), 0.0137, 0.0201]
    assert grid[6] == ["Norway", True, 1234.5, None]
    assert grid[1] == [None] * 4


def test_another_sheet_and_header_can_be_chosen_without_reading_again(understood):
    old = understood.again(sheet="Old", header_row=2)
    assert (old.columns, old.rows) == (("x1", "1", "1 (C)", "2", "3"), 38)
    assert any("is hidden" in note.text() for note in old.notes)
    with pytest.raises(KeyError):
        understood.again(sheet="None")


@pytest.fixture(scope="module")
def seeds() -> list[tuple[str, bytes]]:
    """A workbook's parts unpacked (so that changes reach the XML) and a CSV file."""
    file = io.BytesIO()
    workbook().save(file)
    return [("t.xlsx", file.getvalue()), ("t.csv", 'a;b\nÉ;1,5\n"x\ny";2\n'.encode("utf-16"))]


@QUICK
@given(st.data())
def test_damaged_files_are_refused_or_read_but_never_an_error(seeds, data):
    name, content = data.draw(st.sampled_from(seeds))
    if name == "t.xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {part: archive.read(part) for part in archive.namelist()}
        part = data.draw(st.sampled_from([part for part in sorted(parts) if part.startswith("xl/")]))
        parts[part] = damaged(parts[part], data)
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for one, text in parts.items():
                archive.writestr(one, text)
        content = file.getvalue()
    else:
        content = damaged(content, data)
    try:
        read = json.loads(json.dumps(child.read(content, name, Limits())), object_hook=decode)
    except FileRejected:
        return
    understood = understand(name, len(content), grids_of(read), read)
    assert understood.rows == len(understood.frame)
    assert understood.grids


def damaged(content: bytes, data: st.DataObject) -> bytes:
    """A few pieces of the content replaced, by digits as often as not: numbers are where readers stumble."""
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(changed)))
        piece = data.draw(
            st.one_of(st.binary(max_size=3), st.sampled_from([b"0", b"-1", b"99999999999", b'"', b"<", b"&"]))
        )
        changed[place : place + data.draw(st.integers(0, 3))] = piece
    return bytes(changed)


@pytest.mark.parametrize("name", ["a\0b.csv", "\udc80.csv", "é" * 5000 + ".csv", "../../x", "", "{0}.csv", "-c.csv"])
def test_any_name_is_only_a_name(name):
    assert read_limited(b"a,b\n1,2\n", name).rows == 1
    assert read_limited(b"", name)[0].sentence()


def test_reading_twice_at_once_waits_its_turn_and_works():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: read_limited(f"a,b\nx,{n}\n".encode(), f"{n}.csv"), range(6)))
    assert [answer.frame["b"].tolist() for answer in answers] == [[str(n)] for n in range(6)]
