"""A briefing as a tagged PDF, printed from HTML by the browser that makes pictures."""

from collections.abc import Sequence
from typing import Any

from pptx.util import Inches

from dashboard import language
from dashboard.forms import HALF_PX
from dashboard.web.pack.content import LEDGER, Part, terms_of
from dashboard.web.pack.section import Section
from dashboard.web.pack.word import tag
from dashboard.web.share.browser import POLICY, NoBrowser
from dashboard.web.share.images import Pictures
from dashboard.web.share.page import rendered
from dashboard.web.share.pdf import as_pdf_ua
from dashboard.web.share.view import ledger_name

DRAWN = (880, HALF_PX)  # CSS pixels across a figure: alone, beside the other language
COLUMN = (Inches(7.2), Inches(4.65))  # how wide a column is on paper, likewise
TALL = (Inches(9.3), Inches(6.7))  # and how tall
HIGHEST = (Inches(5.6), Inches(3.4))  # of a figure
CHARACTERS_AN_INCH = (12.5, 14)  # of texts: fonts differ from machine to machine
MOST_COLUMNS = (6, 4)  # of a table


def paper(parts: Sequence[Part], pictures: Pictures) -> bytes:
    """PDF/UA of a briefing. Raises NoBrowser."""
    told = [_told(part, len(parts) - 1, pictures) for part in parts]
    html = rendered("paper.html", parts=told, foot=LEDGER, policy=POLICY)
    return as_pdf_ua(pictures.browser.document(html), parts[0].title, tag(parts[0].language))


def _told(part: Part, beside: int, pictures: Pictures) -> dict[str, Any]:
    """What the template says of a part."""
    with language.spoken(part.language):
        return {
            "tag": tag(part.language),
            "title": part.title,
            "said": part.said,
            "cover": part.cover,
            "views": [_view(section, beside, pictures) for section in part.sections],
            "published": part.published,
            "method": part.method,
            "limits": part.limits,
            "terms": part.terms,
            "sources": [(source, terms_of(source)) for source in part.sources],
        }


def _view(section: Section, beside: int, pictures: Pictures) -> dict[str, Any]:
    drawing, across = section.drawing, COLUMN[beside]
    most, left = section.room(across, TALL[beside], CHARACTERS_AN_INCH[beside])
    high = min(most, HIGHEST[beside], round(across * drawing.height_for(DRAWN[beside]) / DRAWN[beside]))
    table = section.table(MOST_COLUMNS[beside], across, left - high)
    try:
        figure = pictures.column(drawing, ledger_name(drawing.release), DRAWN[beside])
    except NoBrowser:
        figure = ""
    return {
        "title": section.title,
        "subtitle": section.subtitle,
        "summary": drawing.summary,
        "figure": figure,
        "inches": high / Inches(1),
        "table": table,
        "rows": [[cell.text for cell in row] for row in table.rows],
        "cut": section.cut(table),
        "source_line": section.source_line,
        "address": section.address,
        "changed": section.change_in_words(),
        "changes": section.changes(),
        "headers": section.headers,
    }
