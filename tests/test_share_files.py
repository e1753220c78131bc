"""Workbook, slide and archive of a view: complete, in the reader's language, safe to open."""

import io
import json
import zipfile
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from PIL import Image
from pptx import Presentation
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Inches

from dashboard import language
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.web.share import deck, files, html_table, slide, view, workbook
from dashboard.web.share.browser import HeadlessBrowser
from dashboard.web.share.image_cache import ImageCache
from dashboard.web.share.images import Pictures
from dashboard.web.share.native_chart import native_chart

ADDRESS = "https://ledger.example/c/spending-trend?release=1&lang=en"
NOBODY = Pictures(HeadlessBrowser(find=lambda: None), None)


@pytest.fixture
def drawing(ledger, monkeypatch):
    """Draws a chart from the test's ledger, which is then the one that files ask, and goes on speaking its language."""
    for module in (files, workbook, slide, view):
        monkeypatch.setattr(module, "ledger", lambda: ledger)
    view.ledger_name.cache_clear()

    def drawn(chart="spending-trend", spoken="en", **values):
        language.use(spoken)
        return draw(ledger, chart, all_charts()[chart].Params(**values), 1)

    yield drawn
    language.use("en")


def sheets(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_a_workbook_has_the_same_numbers_with_units_notes_and_sources(drawing):
    seen = drawing("spending-ranking")
    book = sheets(workbook.workbook(seen, NOBODY, ADDRESS))
    assert book.sheetnames == ["Data", "Chart", "Notes", "Sources"]
    headers = [cell.value for cell in book["Data"][1]]
    assert "Share of GDP (%)" in headers
    column = headers.index("Share of GDP (%)")
    (table,) = book["Data"].tables.values()
    assert (table.name, table.headerRowCount, [one.name for one in table.tableColumns]) == ("Data", 1, headers)
    assert [row[column].value for row in book["Data"].iter_rows(min_row=2)] == [
        None if pd.isna(value) else value for value in seen.rows["share_of_gdp_pct"]
    ]
    notes = {row[0].value: row[1].value for row in book["Notes"].iter_rows()}
    assert notes["Link to this view"] == ADDRESS
    assert "release 1" in notes["Figures of"]
    assert "NATO" in [cell.value for cell in book["Sources"]["B"]]


@pytest.mark.parametrize("chart", ["spending-trend", "pledge-cost", "spending-breakdown", "spending-heatmap"])
def test_a_workbook_has_the_chart_that_excel_can_draw_with_the_figures_of_its_table(drawing, chart):
    seen = drawing(chart)
    content = workbook.workbook(seen, NOBODY, ADDRESS)
    book, made = sheets(content), native_chart(seen)
    assert ("Chart" in book.sheetnames) is (made is not None) is (chart != "spending-heatmap")
    if made is None:
        return
    head, *rows = book["Chart"].iter_rows(values_only=True)
    assert list(head[1:]) == [one.name for one in made.series]
    held = {
        round(value / scale, 6)
        for column in seen.rows.select_dtypes("number")
        for value in seen.rows[column].dropna()
        for scale in (1, 1000)
    }
    assert {round(value, 6) for row in rows for value in row[1:] if value is not None} <= held
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        drawn = parts.read("xl/charts/chart1.xml").decode()
        assert seen.summary[:40].replace("'", "&apos;") in parts.read("xl/drawings/drawing1.xml").decode().replace(
            "'", "&apos;"
        )
    assert drawn.count("<c:ser>") == len(made.series)


def test_a_workbook_is_printed_as_wide_as_the_paper_with_its_headers_on_each_page(drawing):
    book = sheets(workbook.workbook(drawing("spending-trend"), NOBODY, ADDRESS))
    for sheet in book.worksheets:
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert book["Data"].print_title_rows == "$1:$1"


def test_a_workbook_speaks_french(drawing):
    book = sheets(workbook.workbook(drawing("spending-ranking", "fr"), NOBODY, ADDRESS))
    assert book.sheetnames[0] == "Données"
    assert "Grèce" in [cell.value for row in book["Données"].iter_rows() for cell in row]
    notes = {row[0].value: row[1].value for row in book["Notes"].iter_rows()}
    assert notes["Pays"] == "Canada; OTAN Europe et Canada; États-Unis", (
        "what was chosen is read in words, not in codes"
    )
    for row, (label, text) in enumerate(notes.items(), start=1):
        lines = book["Notes"].row_dimensions[row].height / 15
        assert lines >= 1 and 24 * lines >= len(label) and 100 * lines >= len(text), "a note that is cut"
    assert notes["Par rapport à"].startswith("Ligne directrice de 2") and notes["Année"] == "2026"


def test_a_workbook_runs_no_text(drawing):
    seen = drawing("spending-ranking")
    rows = seen.rows.assign(label='=HYPERLINK("https://bad.example")')
    book = sheets(workbook.workbook(replace(seen, rows=rows, title="=1+1"), NOBODY, ADDRESS))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert not [cell.value for cell in cells if isinstance(cell.value, str) and cell.value.startswith("=")]


def test_the_same_view_is_the_same_workbook(drawing):
    first, again = (workbook.workbook(drawing(), NOBODY, ADDRESS) for _ in range(2))
    assert first == again


@pytest.mark.slow
@pytest.mark.parametrize("chart", all_charts())
def test_every_chart_has_a_workbook(chart, drawing):
    seen = drawing(chart, "fr")
    assert sheets(workbook.workbook(seen, NOBODY, ADDRESS)).worksheets[0].max_row == len(seen.rows) + 1


def test_an_archive_without_a_browser_still_has_the_rest(drawing):
    packed = zipfile.ZipFile(io.BytesIO(files.archive(drawing(), NOBODY, ADDRESS)))
    names = set(packed.namelist())
    assert {"metadata.json", "LICENCE.txt", "citation-en.txt", "citation-fr.txt", "NO-PICTURES.txt"} <= names
    about = json.loads(packed.read("metadata.json"))
    assert about["release"] == 1
    assert about["params"]["countries"] == "CAN,NATO_EUR_CAN,USA"
    assert "Reuse allowed with credit to NATO" in packed.read("LICENCE.txt").decode()
    assert "lang=fr" in packed.read("citation-fr.txt").decode()
    assert "version publiée 1" in packed.read("citation-fr.txt").decode()


def test_figures_of_sipri_carry_the_credit_its_terms_ask_for(drawing):
    seen = drawing("publishers-compare")
    assert set(seen.rows.columns) & {"sipri_pct"}
    book = sheets(workbook.workbook(seen, NOBODY, ADDRESS))
    credits = [cell.value for cell in book["Sources"]["E"] if cell.value]
    assert [text for text in credits if "Stockholm International Peace Research Institute" in text]


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(("chart", "native"), [("spending-ranking", True), ("spending-heatmap", False)])
def test_a_slide_can_be_edited_and_spoken_from(chart, native, drawing, tmp_path):
    studio = HeadlessBrowser()
    seen = drawing(chart, "fr")
    pictures = Pictures(studio, ImageCache(tmp_path))
    page = Presentation(io.BytesIO(slide.slide(seen, pictures, ADDRESS))).slides[0]
    without_rows = replace(seen, rows=seen.rows.head(0))
    bare = Presentation(io.BytesIO(slide.slide(without_rows, pictures, ADDRESS))).slides[0]
    studio.close()
    assert not any(shape.has_table for shape in bare.shapes), "a chart without rows has no table"
    assert page.shapes.title.text_frame.text == seen.title
    if native:
        (chart,) = (shape for shape in page.shapes if shape.has_chart)
        assert chart._element.nvGraphicFramePr.cNvPr.get("descr") == seen.summary
        (bars,) = chart.chart.plots[0].series
        shares = seen.rows["share_of_gdp_pct"].dropna()
        assert list(bars.values) == list(shares[::-1]) and list(chart.chart.plots[0].categories)[-1] == "Lituanie"
        assert chart.chart.part.chart_workbook.xlsx_part.blob, "its figures stand in a sheet"
    else:
        (picture,) = (shape for shape in page.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE)
        assert picture._element.nvPicPr.cNvPr.get("descr") == seen.summary
        assert Image.open(io.BytesIO(picture.image.blob)).width > 1500
    table = next(shape.table for shape in page.shapes if shape.has_table)
    assert table.cell(1, 0).text == "Lituanie"
    frame = next(shape for shape in page.shapes if shape.has_table)
    assert frame._element.nvGraphicFramePr.cNvPr.get("descr")
    cells = [cell.text_frame for row in table.rows for cell in row.cells]
    runs = [
        run
        for text in (*cells, *(shape.text_frame for shape in page.shapes if shape.has_text_frame))
        for paragraph in text.paragraphs
        for run in paragraph.runs
    ]
    assert {run.font.language_id for run in runs} == {MSO_LANGUAGE_ID.FRENCH_CANADIAN}
    assert min(run.font.size.pt for run in runs) >= 12
    read = [shape.shape_type for shape in page.shapes if not shape.is_placeholder]
    drawn = MSO_SHAPE_TYPE.CHART if native else MSO_SHAPE_TYPE.PICTURE
    assert read.index(drawn) < read.index(MSO_SHAPE_TYPE.TABLE), "the chart is read before its table"
    assert seen.summary in page.notes_slide.notes_text_frame.text
    assert native is ("Grèce" in page.notes_slide.notes_text_frame.text), "a table of hundreds of rows is no note"


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("chart", all_charts())
def test_the_table_of_a_slide_stands_beside_its_picture_in_words_that_are_whole(chart, spoken, drawing):
    width, height = slide.TABLE_WIDTH, Inches(4.5)
    brief = deck.brief(drawing(chart, spoken))
    assert len(brief) and 2 <= len(brief.columns) <= deck.MOST_COLUMNS
    assert not [column for column in brief if column != "iso3" and column.endswith(("_id", "_code"))], "words, no codes"
    assert brief.iloc[:, 0].notna().all(), "a row that says nothing of itself"
    table = html_table.readable(brief)
    rows = deck.rows_that_fit(table, width, height)
    assert 1 <= rows <= len(table.rows)
    wide = deck.widths(deck.texts_of(table), width)
    assert sum(wide) <= width
    across = [one / 914_400 * deck.CHARACTERS_AN_INCH for one in wide]
    lines = [
        max(len(cell.text) // room + 1 for cell, room in zip(row, across, strict=True)) for row in table.rows[:rows]
    ]
    assert rows == 1 or sum(lines) * deck.LINE_HEIGHT <= height
    words = [
        (word, room)
        for row in deck.texts_of(table)
        for text, room in zip(row, across, strict=True)
        for word in text.split()
    ]
    assert not [word for word, room in words if len(word) > room * 1.25], "a word that its column breaks in two"
