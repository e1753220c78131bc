"""Exports that run nothing, templates that read back, problems marked in the person's own table."""

import csv
import io

import openpyxl
import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard import language
from dashboard.sections.update.tables import worded
from etl.contract import Dataset, Problem, day, flag, number, text, whole
from etl.contract.convert import convert
from etl.files.escape import STARTS, escape_frame, escaped, unescaped
from etl.files.mapping import suggest, to_frame
from etl.files.problems_xlsx import problems_xlsx
from etl.files.read import read_limited
from etl.files.template import template_xlsx

NOTED = Dataset(
    name="noted",
    title="Noted",
    description="A dataset with notes.",
    key=("iso3", "edition"),
    min_rows=1,
    references={"iso3": "countries.iso3"},
    fields={
        "iso3": text("Country"),
        "edition": text("Edition", choices=("2024-06", "2025-08")),
        "year": whole("Year", ge=1949, le=2040),
        "value": number("Share of GDP", nullable=True, unit="%", ge=0),
        "made_on": day("Day", nullable=True),
        "is_estimate": flag("Estimate"),
        "note": text("Note", nullable=True),
    },
)


@given(st.text(st.sampled_from("=+-@\t\r'12.aé ;\""), max_size=8))
@example("a;=1+1")
@example("a;'=1+1")
@example('a;"=1"')
def test_escaped_text_runs_nothing_and_reads_back(text):
    safe = escaped(text)
    number = text.startswith("-") and text[1:].replace(".", "", 1).isdigit()
    assert number or not safe.startswith(STARTS)
    for cell in safe.replace("\t", ";").split(";")[1:]:  # as a program sees it that divides there
        negative = cell.startswith("-") and cell[1:].replace(".", "", 1).isdigit()
        assert negative or not cell.lstrip('"').startswith(("=", "+", "-", "@"))
    assert unescaped(safe) == text


def test_negative_numbers_are_not_escaped():
    assert [escaped(cell) for cell in ("-1.2", "-5", "=1", "+1", "-x", "@a", "\ta", "\ra", "a=1")] == [
        "-1.2",
        "-5",
        "'=1",
        "'+1",
        "'-x",
        "'@a",
        "'\ta",
        "'\ra",
        "a=1",
    ]


def test_a_frame_is_escaped_in_its_text_only():
    frame = pd.DataFrame({"text": ["=cmd", None], "number": [-1.5, 2.0], "=x": ["a", "-2"]}).astype({"text": "str"})
    safe = escape_frame(frame)
    assert safe.columns.tolist() == ["text", "number", "'=x"]
    assert safe["text"].tolist()[0] == "'=cmd"
    assert safe["text"].isna().tolist() == [False, True]
    assert safe["number"].tolist() == [-1.5, 2.0]
    assert frame["text"].iloc[0] == "=cmd"


def test_the_template_explains_itself_and_a_filled_one_reads_back():
    template = template_xlsx(NOTED)
    book = openpyxl.load_workbook(io.BytesIO(template))
    assert book.sheetnames == ["noted", "Notes"]
    assert [cell.value for cell in book["noted"][1]] == NOTED.columns
    notes = {row[0]: row for row in book["Notes"].iter_rows(min_row=5, values_only=True)}
    assert notes["value"] == ("value", "Share of GDP", "%", "number", "no", "yes", "At least 0.")
    assert notes["iso3"][4:] == ("yes", "no", "A code that is in countries.iso3.")
    assert notes["edition"][6] == "One of: 2024-06, 2025-08."
    book["noted"].append(["CAN", "2025-08", 2025, 2.01, None, "true", "=x"])
    book["noted"]["G2"].data_type = "s"
    file = io.BytesIO()
    book.save(file)
    understood = read_limited(file.getvalue(), "filled.xlsx").again(sheet="noted")
    frame, problems = to_frame(understood, NOTED)
    assert not problems
    assert convert(frame, NOTED)[1] == []
    assert frame.loc[2].tolist() == ["CAN", "2025-08", "2025", "2.01", "", "true", "=x"]


def test_problems_are_marked_where_the_person_finds_them():
    content = "Titre\n\nPays;Année;Valeur;Note\nCanada;2025;2,01;ok\nDanemark;20x5;oops;=HYPERLINK(1)\n"
    understood = read_limited(content.encode(), "t.csv")
    mapping = suggest(understood.columns, NOTED)
    problems = [
        Problem("noted", "is not a number.", 5, "value", "oops", remedy="Write a number."),
        Problem("noted", "repeats the key of an earlier row.", 5, "iso3, edition", "DNK"),
        Problem("noted", "is unlikely.", 4),
        Problem("noted", "has {count} rows.", params={"count": 2}),
    ]
    book = openpyxl.load_workbook(io.BytesIO(problems_xlsx(understood, problems, mapping)))
    table, listed = book["Table"], book["Problems"]
    marked = {cell.coordinate for row in table.iter_rows() for cell in row if cell.fill.fgColor.rgb == "FFFFD8B8"}
    assert marked == {"C5", "A5", "A4"}
    assert table["C5"].comment.text == "is not a number. Write a number."
    assert [table["A1"].value, table["A3"].value, table["D5"].value] == ["Titre", "Pays", "'=HYPERLINK(1)"]
    rows = list(listed.iter_rows(min_row=2, values_only=True))
    assert rows[0] == ("noted", 5, "value", "oops", "is not a number.", "Write a number.")
    assert rows[3][4] == "has 2 rows."


def test_the_list_of_problems_is_in_the_words_of_people_and_the_marks_stay():
    understood = read_limited(b"Country;Value\nCanada;oops\n", "t.csv")
    problems = [Problem("spending", "is not a number.", 2, "value", "oops")]
    with language.spoken("fr"):
        told = list(map(worded, problems))
        book = openpyxl.load_workbook(
            io.BytesIO(problems_xlsx(understood, problems, suggest(understood.columns, NOTED), worded=told))
        )
    table, listed = book.worksheets
    assert table["B2"].comment.text == "is not a number."
    assert [cell.value for cell in listed[2]][:3] == ["Dépenses de défense", 2, "Valeur (value)"]


def test_an_export_can_be_uploaded_unchanged():
    frame = pd.DataFrame({"iso3": ["CAN", "DNK"], "note": ["=1+1", "'=1"]})
    text = escape_frame(frame).to_csv(index=False, quoting=csv.QUOTE_MINIMAL)
    back, _ = to_frame(read_limited(text.encode(), "t.csv"), NOTED)
    assert back["note"].tolist() == frame["note"].tolist()
