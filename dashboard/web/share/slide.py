"""A view as one slide: an editable title, the chart with its table, and notes to speak from."""

from pptx.util import Inches

from dashboard.citations import citation, plain
from dashboard.drawing import Drawing
from dashboard.language import _, current
from dashboard.ledger import ledger
from dashboard.web.share import deck
from dashboard.web.share.deck import ACROSS, LEAST_POINTS, LEFT, Box
from dashboard.web.share.html_table import readable
from dashboard.web.share.images import Pictures

TOP, BOTTOM = Inches(1.65), Inches(7.4)
PICTURE_WIDTH, TABLE_LEFT, TABLE_WIDTH = Inches(8.1), Inches(8.75), Inches(4.15)
ONE_LINE = 110  # characters of a subtitle
MOST_ROWS_IN_NOTES = 60


def slide(drawing: Drawing, pictures: Pictures, address: str) -> bytes:
    """PPTX with one slide. Raises NoBrowser."""
    made, spoken = deck.new_deck(), current()
    page = deck.slide_of(made, plain(drawing.title), spoken)
    subtitle = plain(drawing.subtitle)
    points = 14 if len(subtitle) <= ONE_LINE else LEAST_POINTS
    deck.text(page, subtitle, Box(LEFT, Inches(1.12), ACROSS, Inches(0.5)), points, spoken)
    credits, box = credits_of(drawing), picture_box(drawing)
    deck.figure(page, drawing, pictures, box)
    height, above = box.height, BOTTOM - TOP - box.height
    table = deck.fitting(readable(deck.brief(drawing)), TABLE_WIDTH, height)
    if table.headers:
        deck.add_table(page, table, Box(TABLE_LEFT, TOP, TABLE_WIDTH, height), subtitle, spoken)
    if len(table.rows) < len(drawing.rows):
        words = _("{shown} of {all} rows; the rest stand in the workbook")
        credits.append(words.format(shown=len(table.rows), all=len(drawing.rows)))
    deck.text(page, " · ".join(credits), Box(LEFT, BOTTOM - above, ACROSS, above), LEAST_POINTS, spoken)
    release = ledger().release(drawing.release)
    day = release.published_on
    notes = [drawing.summary, subtitle, citation(drawing, address, day, day)]
    page.notes_slide.notes_text_frame.text = "\n\n".join(filter(None, [*notes, whole_table(drawing)]))
    return deck.saved(made, plain(drawing.title), release.published_at)


def picture_box(drawing: Drawing) -> Box:
    """Where the picture stands: as high as the credits below it leave room."""
    return Box(LEFT, TOP, PICTURE_WIDTH, BOTTOM - TOP - deck.tall(" · ".join(credits_of(drawing)), ACROSS))


def credits_of(drawing: Drawing) -> list[str]:
    """Whose figures these are, and what their publishers ask to be said."""
    return list(dict.fromkeys([drawing.credit_line, *(source.credit for source in drawing.sources if source.credit)]))


def whole_table(drawing: Drawing) -> str:
    """The whole table as text, when it is not too long to be of use in notes."""
    table = readable(drawing.rows)
    if len(table.rows) > MOST_ROWS_IN_NOTES:
        return ""
    lines = ["\t".join(table.headers)]
    lines += ["\t".join(cell.text or ", ".join(cell.sources) for cell in row) for row in table.rows]
    return "\n".join(lines)
