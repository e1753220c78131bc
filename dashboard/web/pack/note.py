"""A briefing as a Word document: one language page after page, or two side by side, each in a column of its own."""

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from docx import Document
from docx.shared import Inches

from dashboard import language
from dashboard.web.pack.content import LEDGER, Part, terms_of
from dashboard.web.pack.section import Section
from dashboard.web.pack.word import SOURCE, Writer
from dashboard.web.share.browser import NoBrowser
from dashboard.web.share.images import Pictures
from dashboard.web.share.native_chart import native_chart
from dashboard.web.share.view import ledger_name
from etl.settings.days import today

PIXELS_AN_INCH = 112  # of a picture
NATIVE = 0.52  # height of a native chart, by its width
TALLEST = (Inches(5.6), Inches(3.3))  # of a figure: alone, beside the other language
TALL = (Inches(9.1), Inches(6.6))  # of a page, likewise
CHARACTERS_AN_INCH = (15, 17)  # of texts, likewise
MOST_COLUMNS = (5, 4)  # of a table, likewise

Write = Callable[[Writer, Part, str], None]


def note(parts: Sequence[Part], pictures: Pictures) -> bytes:
    """DOCX of a briefing. Pictures that can't be made are said to be lacking."""
    document = Document()
    writer = Writer(document, parts[0].language, len(parts))
    properties = document.core_properties
    properties.title, properties.author, properties.language = parts[0].title, LEDGER, parts[0].language
    properties.created = properties.modified = datetime.combine(today(), datetime.min.time())
    writer.footer(f"{LEDGER} · {parts[0].title}")
    _side_by_side(writer, parts, _cover, first="")
    for place in range(len(parts[0].sections)):
        _side_by_side(writer, parts, partial(_view, place=place, pictures=pictures))
    for write in (_changed, _method):
        _side_by_side(writer, parts, write)
    _side_by_side(writer, parts[:1], _sources)  # they speak their own language
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _side_by_side(writer: Writer, parts: Sequence[Part], write: Write, first: str = "page") -> None:
    """The same in each language: on a page of its own, or in the columns of one."""
    for place, part in enumerate(parts):
        writer.language = part.language
        with language.spoken(part.language):
            write(writer, part, "column" if place else first)


def _cover(writer: Writer, part: Part, starts: str) -> None:
    writer.heading(part.title, 0, starts)
    for line in part.cover:
        writer.paragraph(line, "Subtitle")
    writer.heading(part.said["key_numbers"], 1)
    for section in part.sections:
        writer.paragraph(section.title, "List Bullet")


def _view(writer: Writer, part: Part, starts: str, place: int, pictures: Pictures) -> None:
    section, beside = part.sections[place], writer.columns - 1
    writer.heading(section.title, 1, starts)
    writer.paragraph(section.subtitle, SOURCE, keep=True)
    most, left = section.room(writer.width, TALL[beside], CHARACTERS_AN_INCH[beside])
    height = _figure(writer, section, part, pictures, min(most, TALLEST[beside]))
    writer.paragraph(section.drawing.summary)
    table = section.table(MOST_COLUMNS[beside], writer.width, left - height)
    if table.headers:
        writer.table(table, section.subtitle or section.title)
    for text in (section.cut(table), section.source_line):
        if text:
            writer.paragraph(text, SOURCE, keep=True)
    writer.link(part.said["open"] if beside else section.address, section.address)


def _figure(writer: Writer, section: Section, part: Part, pictures: Pictures, highest: int) -> int:
    """The chart, native or as a picture; how tall it is."""
    drawing = section.drawing
    if made := native_chart(drawing):
        height = round(writer.width * NATIVE) if made.is_line or made.is_stacked else highest
        writer.chart(made, min(height, highest), drawing.summary)
        return min(height, highest)
    across = round(writer.width / Inches(1) * PIXELS_AN_INCH)
    tall = min(drawing.height_for(), round(highest / Inches(1) * PIXELS_AN_INCH))
    try:
        png = pictures.bare(drawing, ledger_name(drawing.release), across, tall, scale=2)
    except NoBrowser:
        writer.paragraph(part.said["no_picture"], SOURCE)
        return 0
    writer.picture(png, round(writer.width * tall / across), drawing.summary)
    return round(writer.width * tall / across)


def _changed(writer: Writer, part: Part, starts: str) -> None:
    writer.heading(part.said["changed"], 1, starts)
    for text in part.published:
        writer.paragraph(text)
    for section in part.sections:
        writer.heading(section.title, 2)
        writer.paragraph(section.change_in_words())
        if section.changes():
            writer.grid(section.headers, section.changes(), (False, False, True, True), section.change_in_words())


def _method(writer: Writer, part: Part, starts: str) -> None:
    writer.heading(part.said["method"], 1, starts)
    writer.bullets(part.method)
    writer.heading(part.said["limits"], 1)
    writer.bullets(part.limits)
    if part.terms:
        writer.heading(part.said["terms"], 1)
        for term in part.terms:
            writer.paragraph(language.labelled(term.name, term.meaning))


def _sources(writer: Writer, part: Part, starts: str) -> None:
    writer.heading(part.said["sources"], 1, starts)
    for source in part.sources:
        writer.link(
            source.title, source.url, named="List Bullet", before=f"{source.publisher}: ", after=terms_of(source)
        )
    if writer.columns > 1:  # where columns are too narrow for them
        writer.heading(part.said["addresses"], 1)
        for section in part.sections:
            writer.paragraph(section.title, keep=True)
            writer.link(section.address, section.address)
