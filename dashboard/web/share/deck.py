"""What slides are made of: a wide deck, texts, tables and figures that a person edits, each marked with its language."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate
from textwrap import wrap
from typing import Any, NamedTuple

import pandas as pd
from pptx import Presentation
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.util import Emu, Inches, Pt

from dashboard import style
from dashboard.drawing import Drawing
from dashboard.web.share.html_table import Table
from dashboard.web.share.images import Pictures
from dashboard.web.share.native_chart import native_chart
from dashboard.web.share.office_chart import data_of, dress, rgb
from dashboard.web.share.view import ledger_name
from etl.settings import days

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT = Inches(0.45)
ACROSS = WIDTH - 2 * LEFT
TITLE_ONLY = 5  # of the layouts that every deck has
PIXELS_AN_INCH = 110  # of a picture
MOST_ROWS, LEAST_COLUMNS, MOST_COLUMNS = 11, 2, 4
LEAST_POINTS = 12  # of any text
ONE_LINE = 72  # characters of a title
CHARACTERS_AN_INCH, LINE_HEIGHT, CELL_MARGINS = 10, Inches(0.2), Inches(0.04)  # of a text of that size, in a wide font
SPOKEN = {"en": MSO_LANGUAGE_ID.ENGLISH_CANADIAN, "fr": MSO_LANGUAGE_ID.FRENCH_CANADIAN}
NOT_ON_A_SLIDE = ("source_id", "edition", "publisher", "price_base_year", "quote", "kind")
IN_WORDS = ("label", "title", "company")  # what names a row in words, in the place of codes
LEAST_WIDE, MOST_WIDE, BOLD = 4, 24, 1  # characters of a column of a table; what a bold word takes more


class Box(NamedTuple):
    """A place on a slide."""

    left: int
    top: int
    width: int
    height: int


def new_deck() -> Any:
    """A deck without slides, as wide as a projector; the places of its layouts are widened with it."""
    deck = Presentation()
    wider = WIDTH / deck.slide_width
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    for layout in (deck.slide_master, *deck.slide_layouts):
        for shape in layout.placeholders:
            shape.left, shape.width = round(shape.left * wider), round(shape.width * wider)
    return deck


def saved(deck: Any, title: str, published: datetime) -> bytes:
    """The file, with its properties."""
    properties = deck.core_properties
    properties.title, properties.author = title, "Alliance Ledger"
    properties.created = properties.modified = published.replace(tzinfo=None)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def title_points(title: str, points: int = 26) -> int:
    """How large a title is written: one of two lines is smaller, and what would need three is so again."""
    return points - 4 * min(2, len(title) // ONE_LINE)


def slide_of(deck: Any, title: str, spoken: str) -> Any:
    """A new slide with its title."""
    page = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    shape = page.shapes.title
    shape.left, shape.top, shape.width, shape.height = LEFT, Inches(0.3), ACROSS, Inches(0.85)
    write(shape.text_frame, title, title_points(title), spoken, bold=True)
    return page


def tall(said: str, width: int) -> int:
    """How tall a text of the least size is in a place so wide."""
    return LINE_HEIGHT * (len(wrap(said, int(width / Inches(1) * CHARACTERS_AN_INCH))) + 1)


def text(page: Any, said: str, box: Box, points: int, spoken: str, *, colour: str = style.MUTED) -> Any:
    """A text across its place; the frame, for more."""
    frame = page.shapes.add_textbox(*box).text_frame
    frame.word_wrap = True
    write(frame, said, points, spoken, colour=colour)
    return frame


def link(frame: Any, address: str, points: int, spoken: str, said: str) -> None:
    """Words in a line of their own that lead to an address."""
    run = frame.add_paragraph().add_run()
    run.text, run.hyperlink.address = said, address
    run.font.size, run.font.language_id = Pt(points), SPOKEN[spoken]


def write(frame: Any, said: str, points: int, spoken: str, *, bold: bool = False, colour: str = style.INK) -> None:
    """The text of a frame, in a size and a language."""
    frame.text = said
    for paragraph in frame.paragraphs:
        paragraph.alignment = 1
        for run in paragraph.runs:
            run.font.size, run.font.bold, run.font.color.rgb = Pt(points), bold, rgb(colour)
            run.font.language_id = SPOKEN[spoken]


# --- figures -----------------------------------------------------------------------------------------------------------


def figure(page: Any, drawing: Drawing, pictures: Pictures, box: Box) -> None:
    """The chart of a view: native where an office program can draw it, else as a picture. Raises NoBrowser."""
    if made := native_chart(drawing):
        frame = page.shapes.add_chart(made.kind, *box, data_of(made))
        dress(frame.chart, made, box.height)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", drawing.summary)
        return
    width, height = (round(side / Inches(1) * PIXELS_AN_INCH) for side in (box.width, box.height))
    drawn = pictures.bare(drawing, ledger_name(drawing.release), width, height, scale=2)
    added = page.shapes.add_picture(io.BytesIO(drawn), *box)
    added._element.nvPicPr.cNvPr.set("descr", drawing.summary)  # what is read to those who can't see it


# --- tables ------------------------------------------------------------------------------------------------------------


def brief(drawing: Drawing, most_columns: int = MOST_COLUMNS) -> pd.DataFrame:
    """What fits beside a picture: the chart's own choice of columns, else those that tell rows apart and hold figures.

    Of many years the newest come first, unless they are still to come. Rows that differ in no column are one.
    """
    chart, rows = drawing.chart, drawing.rows
    named = [column for column in chart.brief if column in rows]  # another form of the view has other columns
    if drawing.is_comparison or len(named) < LEAST_COLUMNS:
        return _informative(_newest_first(rows), most_columns)
    first, *_others, last = named
    told = (chart.brief_rows or _newest_first)(rows)
    told = told[told[first].notna() & (told[first] != "") & told[last].notna()]
    filled = told[named].dropna(axis="columns", how="all")
    return filled.iloc[:, :most_columns].drop_duplicates().head(MOST_ROWS)


def _newest_first(rows: pd.DataFrame) -> pd.DataFrame:
    figures = rows[rows["kind"] == "figure"] if "kind" in rows and (rows["kind"] == "figure").any() else rows
    if "year" not in figures or figures["year"].nunique() < 2 or figures["year"].max() > days.today().year:
        return rows
    return figures.sort_values("year", ascending=False, kind="stable")


def _informative(rows: pd.DataFrame, most_columns: int) -> pd.DataFrame:
    rows = rows.head(MOST_ROWS)
    informative = [column for column in rows if column not in NOT_ON_A_SLIDE and rows[column].nunique(dropna=True) > 1]
    if in_words := [column for column in informative if column in IN_WORDS]:
        codes = [column for column in informative if column.endswith(("_id", "code"))]
        informative = [*in_words[:1], *(one for one in informative if one not in (*codes, *in_words))]
    names = [column for column in informative if rows[column].dtype.kind != "f"][:2]
    rest = [column for column in informative if column not in names]
    rest.sort(key=lambda column: rows[column].dtype.kind != "f")  # figures come first
    return rows[[*names, *rest][:most_columns] or list(rows.columns[:most_columns])]


def widths(texts: Sequence[Sequence[str]], width: int) -> list[int]:
    """How wide each column of a table is: no word is broken, what is left goes to long texts. The head comes first."""
    head, *rows = texts
    given = []
    for place, header in enumerate(head):
        cells = [row[place] for row in rows]
        words = " ".join(cells).split()
        least = 1 + max(LEAST_WIDE, *map(len, words), *(len(word) + BOLD for word in header.split()))
        given.append((least, min(MOST_WIDE, max(least, len(header) // 2, *map(len, cells)))))
    left = max(0.0, width / Inches(1) * CHARACTERS_AN_INCH - sum(least for least, _wanted in given))
    lack = max(1, sum(max(0, wanted - least) for least, wanted in given))
    shares = [least + left * max(0, wanted - least) / lack for least, wanted in given]
    return [int(width * share / sum(shares)) for share in shares]


def texts_of(table: Table) -> list[Sequence[str]]:
    """Its head and its rows."""
    return [table.headers, *([cell.text for cell in row] for row in table.rows)]


def rows_that_fit(table: Table, width: int, height: int) -> int:
    """How many rows stand in a place when long texts are broken into lines."""
    if not table.headers:
        return 0
    texts = texts_of(table)
    across = [max(1, int(one / Inches(1) * CHARACTERS_AN_INCH)) for one in widths(texts, width)]
    lines = [max(len(wrap(one, room)) or 1 for one, room in zip(row, across, strict=True)) for row in texts]
    heights = accumulate(LINE_HEIGHT * count + CELL_MARGINS for count in lines)
    return max(1, sum(tall <= height for tall in heights) - 1)


def fitting(table: Table, width: int, height: int, *, least: int = 1) -> Table:
    """The first rows of a table, as many as stand in a place, and no fewer than `least`."""
    return replace(table, rows=table.rows[: max(least, rows_that_fit(table, width, height))])


def add_table(page: Any, table: Table, box: Box, called: str, spoken: str) -> None:
    """A table with a head; `called` is what it is named to those who can't see it."""
    rows, columns = len(table.rows) + 1, len(table.headers)
    tall = Emu(rows * (LINE_HEIGHT + CELL_MARGINS))  # rows with more lines make themselves taller
    added = page.shapes.add_table(rows, columns, box.left, box.top, box.width, tall)
    added._element.nvGraphicFramePr.cNvPr.set("descr", called)
    grid = added.table
    for column, wide in zip(grid.columns, widths(texts_of(table), box.width), strict=True):
        column.width = wide
    for place, header in enumerate(table.headers):
        write(grid.cell(0, place).text_frame, header, LEAST_POINTS, spoken, bold=True, colour="#FFFFFF")
        grid.cell(0, place).fill.solid()
        grid.cell(0, place).fill.fore_color.rgb = rgb(style.HOME)
        for row, cells in enumerate(table.rows, start=1):
            write(grid.cell(row, place).text_frame, cells[place].text, LEAST_POINTS, spoken)
    for row in grid.rows:
        for cell in row.cells:
            cell.margin_top = cell.margin_bottom = Inches(0.02)
            cell.margin_left = cell.margin_right = Inches(0.05)
