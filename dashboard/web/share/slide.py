"""A view as one slide: an editable title, the chart as a picture, its table, and notes to speak from."""

import io

import pandas as pd
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Emu, Inches, Pt

from dashboard import style
from dashboard.citations import citation, plain
from dashboard.drawing import Drawing
from dashboard.language import _
from dashboard.ledger import ledger
from dashboard.web.share.html_table import Table, readable
from dashboard.web.share.images import Pictures
from dashboard.web.share.view import ledger_name

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, TOP = Inches(0.45), Inches(1.55)
PICTURE_WIDTH, PICTURE_HEIGHT = Inches(8.1), Inches(5.1)
TABLE_LEFT, TABLE_WIDTH = Inches(8.75), Inches(4.15)
PIXELS = (891, 561)  # of the picture, 110 an inch
MOST_ROWS, MOST_COLUMNS = 13, 4
MOST_ROWS_IN_NOTES = 60
NOT_ON_A_SLIDE = ("source_id", "edition", "publisher", "price_base_year", "label", "quote", "title")


def slide(drawing: Drawing, pictures: Pictures, address: str) -> bytes:
    """PPTX with one slide. Raises NoBrowser."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    page = deck.slides.add_slide(deck.slide_layouts[5])
    title = page.shapes.title
    title.left, title.top, title.width, title.height = LEFT, Inches(0.3), WIDTH - 2 * LEFT, Inches(0.85)
    _write(title.text_frame, plain(drawing.title), 26, bold=True)
    _text(page, plain(drawing.subtitle), Inches(1.12), 14)
    picture = pictures.bare(drawing, ledger_name(drawing.release), *PIXELS, scale=2)
    added = page.shapes.add_picture(io.BytesIO(picture), LEFT, TOP, PICTURE_WIDTH, PICTURE_HEIGHT)
    added._element.nvPicPr.cNvPr.set("descr", drawing.summary)  # what is read to those who can't see it
    short = beside_the_picture(drawing.rows)
    table = readable(short)
    if table.headers:
        _table(page, table)
    credits = list(
        dict.fromkeys([drawing.credit_line, *(source.credit for source in drawing.sources if source.credit)])
    )
    if len(short) < len(drawing.rows):
        credits.append(
            _("{shown} of {all} rows; the rest stand in the workbook").format(shown=len(short), all=len(drawing.rows))
        )
    _text(page, " · ".join(credits), Inches(6.75), 10)
    published = ledger().release(drawing.release).published_at
    notes = [
        drawing.summary,
        plain(drawing.subtitle),
        citation(drawing, address, published, published.date()),
        *_spoken(drawing),
    ]
    page.notes_slide.notes_text_frame.text = "\n\n".join(text for text in notes if text)
    properties = deck.core_properties
    properties.title, properties.author = plain(drawing.title), "Alliance Ledger"
    properties.created = properties.modified = published.replace(tzinfo=None)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def beside_the_picture(rows: pd.DataFrame) -> pd.DataFrame:
    """What fits beside a picture: the columns that tell rows apart and hold figures; of many years the newest."""
    figures = rows[rows["kind"] == "figure"] if "kind" in rows and (rows["kind"] == "figure").any() else rows
    if "year" in figures and figures["year"].nunique() > 1 and len(figures) > MOST_ROWS:
        figures = figures.sort_values("year", ascending=False, kind="stable")
    figures = figures.head(MOST_ROWS)
    informative = [
        column for column in figures if column not in NOT_ON_A_SLIDE and figures[column].nunique(dropna=True) > 1
    ]
    names = [column for column in informative if figures[column].dtype.kind != "f"][:2]
    return figures[
        [*names, *[column for column in informative if column not in names]][:MOST_COLUMNS]
        or list(rows.columns[:MOST_COLUMNS])
    ]


def _table(page, table: Table) -> None:
    rows, columns = len(table.rows) + 1, len(table.headers)
    grid = page.shapes.add_table(
        rows, columns, TABLE_LEFT, TOP, TABLE_WIDTH, Emu(int(PICTURE_HEIGHT * min(1, rows / (MOST_ROWS + 1))))
    ).table
    for place, header in enumerate(table.headers):
        _write(grid.cell(0, place).text_frame, header, 10, bold=True, colour="#FFFFFF")
        grid.cell(0, place).fill.solid()
        grid.cell(0, place).fill.fore_color.rgb = _rgb(style.HOME)
        for row, cells in enumerate(table.rows, start=1):
            _write(grid.cell(row, place).text_frame, cells[place].text, 10)
    for row in grid.rows:
        for cell in row.cells:
            cell.margin_top = cell.margin_bottom = Inches(0.02)
            cell.margin_left = cell.margin_right = Inches(0.05)


def _spoken(drawing: Drawing) -> list[str]:
    """The whole table as text, when it is not too long to be of use in notes."""
    table = readable(drawing.rows)
    if len(table.rows) > MOST_ROWS_IN_NOTES:
        return []
    lines = ["\t".join(table.headers)]
    lines += ["\t".join(cell.text or ", ".join(cell.sources) for cell in row) for row in table.rows]
    return ["\n".join(lines)]


def _text(page, text: str, top: int, size: int) -> None:
    """A line of muted text across the slide."""
    frame = page.shapes.add_textbox(LEFT, top, WIDTH - 2 * LEFT, Inches(0.4)).text_frame
    frame.word_wrap = True
    _write(frame, text, size, colour=style.MUTED)


def _write(frame, text: str, size: int, *, bold: bool = False, colour: str = style.INK) -> None:
    frame.text = text
    for paragraph in frame.paragraphs:
        paragraph.alignment = 1
        for run in paragraph.runs:
            run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, _rgb(colour)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour[1:])
