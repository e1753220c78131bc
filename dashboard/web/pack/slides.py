"""A briefing as a PowerPoint deck: a slide or two for each view, whose texts, tables and charts a person edits."""

import math
import textwrap
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from pptx.enum.text import PP_ALIGN
from pptx.util import Inches, Pt

from dashboard import language, style
from dashboard.language import _, labelled
from dashboard.web.pack.content import Part
from dashboard.web.pack.section import Section
from dashboard.web.share import deck
from dashboard.web.share.browser import NoBrowser
from dashboard.web.share.deck import ACROSS, CHARACTERS_AN_INCH, LEAST_POINTS, LEFT, LINE_HEIGHT, SPOKEN, Box
from dashboard.web.share.images import Pictures
from dashboard.web.share.slide import whole_table

GAP = Inches(0.4)
BESIDE, THREE_LINES = 18, 95  # points of the title of a view beside another language's; characters that make it smaller
TITLE_SLIDE, CONTENT, TWO_CONTENTS, TITLE_ONLY = 0, 1, 3, 5  # of the layouts that every deck has
LIST_POINTS, LIST_TOP, LIST_HEIGHT = 16, Inches(1.5), Inches(5.4)
LIST_LINE = Inches(0.31)
LIST_CHARACTERS_AN_INCH = 9.0
MOST_CHANGES = 3  # of a view that are written out: the Word document has more


class Line(NamedTuple):
    """An entry of a list, with its level."""

    text: str
    level: int = 0


def slides(parts: Sequence[Part], pictures: Pictures) -> bytes:
    """PPTX of a briefing. Pictures that can't be made are said to be lacking."""
    made = deck.new_deck()
    _cover(made, parts)
    _list(made, parts, "key_numbers", lambda part: [Line(one.title) for one in part.sections])
    for place in range(len(parts[0].sections)):
        _view(made, parts, place, pictures)
    _list(made, parts, "changed", _changed)
    _list(made, parts, "method", lambda part: [Line(text) for text in part.method])
    _list(made, parts, "limits", lambda part: [Line(text) for text in part.limits])
    _list(made, parts[:1], "sources", _publishers, LEAST_POINTS)
    return deck.saved(made, parts[0].title, parts[0].releases[-1].published_at)


def _columns(parts: Sequence[Part]) -> Iterator[tuple[Part, int, int]]:
    """Each part with the left edge and the width of its column."""
    width = (ACROSS - GAP * (len(parts) - 1)) // len(parts)
    for place, part in enumerate(parts):
        yield part, LEFT + place * (width + GAP), width


def _titled(made: Any, parts: Sequence[Part], texts: Sequence[str], layout: int, points: int) -> Any:
    """A new slide with its title; that of another language stands beside it."""
    page = made.slides.add_slide(made.slide_layouts[layout])
    for (part, left, width), said in zip(_columns(parts), texts, strict=True):
        box = Box(left, Inches(0.3), width, Inches(0.85))
        if part is parts[0]:
            title = page.shapes.title
            title.left, title.top, title.width, title.height = box
            frame = title.text_frame
        else:
            frame = deck.text(page, "", box, points, part.language)
        large = (
            deck.title_points(said, points)
            if len(parts) == 1 or points > BESIDE
            else BESIDE - 4 * (len(said) > THREE_LINES)
        )
        deck.write(frame, said, large, part.language, bold=True)
    return page


# --- cover and lists ---------------------------------------------------------------------------------------------------


def _cover(made: Any, parts: Sequence[Part]) -> None:
    page = made.slides.add_slide(made.slide_layouts[TITLE_SLIDE])
    title, below = page.shapes.title, page.placeholders[1]
    titles = list(dict.fromkeys(part.title for part in parts))
    deck.write(title.text_frame, "\n".join(titles), 40 if len(titles) == 1 else 32, parts[0].language, bold=True)
    title.left, title.top, title.width, title.height = LEFT, Inches(1.6), ACROSS, Inches(1.8)
    below.left, below.top, below.width, below.height = LEFT, Inches(3.6), ACROSS, Inches(2.6)
    below.text_frame.clear()
    lines = []
    for part in parts:
        with language.spoken(part.language):
            lines += [(part, line) for line in part.cover]
    for place, (part, line) in enumerate(lines):
        paragraph = below.text_frame.paragraphs[0] if not place else below.text_frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        _run(paragraph, line, 18, part.language)


def _list(
    made: Any, parts: Sequence[Part], name: str, lines_of: Callable[[Part], list[Line]], points: int = LIST_POINTS
) -> None:
    """Slides with a list, as many as it takes; two languages keep pace with each other."""
    lists = []
    for part in parts:
        with language.spoken(part.language):
            lists.append(lines_of(part))
    width = next(_columns(parts))[2]
    smaller = LIST_POINTS / points
    across = width / Inches(1) * LIST_CHARACTERS_AN_INCH * smaller
    pages = list(_paged(list(zip_longest(*lists)), across, LIST_HEIGHT / LIST_LINE * smaller))
    for number, page_lines in enumerate(pages, 1):
        many = f" ({number}/{len(pages)})" if len(pages) > 1 else ""
        titles = [part.said[name] + many for part in parts]
        page = _titled(made, parts, titles, CONTENT if len(parts) == 1 else TWO_CONTENTS, 26)
        bodies = [shape for shape in page.placeholders if shape.placeholder_format.idx]
        for (part, left, across), body, own in zip(
            _columns(parts), bodies, zip(*page_lines, strict=True), strict=False
        ):
            body.left, body.top, body.width, body.height = left, LIST_TOP, across, LIST_HEIGHT
            _write_list(body.text_frame, [line for line in own if line], part.language, points)


def _paged(lines: list[tuple[Line | None, ...]], across: float, most: float) -> Iterator[list[tuple[Line | None, ...]]]:
    """Entries page by page, as many as stand on one."""
    page: list[tuple[Line | None, ...]] = []
    room = most
    for entry in lines:
        tall = max(math.ceil(len(line.text) / across) for line in entry if line) + 0.3
        if page and tall > room:
            yield page
            page, room = [], most
        page.append(entry)
        room -= tall
    if page:
        yield page


def _write_list(frame: Any, lines: list[Line], spoken: str, points: int) -> None:
    for place, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if not place else frame.add_paragraph()
        paragraph.level, paragraph.space_after = line.level, Pt(4)
        _run(paragraph, line.text, points - 2 * line.level, spoken)


def _run(paragraph: Any, said: str, points: int, spoken: str) -> None:
    run = paragraph.add_run()
    run.text, run.font.size, run.font.language_id = said, Pt(points), SPOKEN[spoken]


def _publishers(part: Part) -> list[Line]:
    """Who published what; terms and credit stand on the slide of each view."""
    titles: dict[str, list[str]] = {}
    for source in part.sources:
        titles.setdefault(source.publisher, []).append(source.title)
    return [Line(labelled(name, "; ".join(said))) for name, said in titles.items()]


def _changed(part: Part) -> list[Line]:
    lines = [Line(text) for text in part.published]
    for section in part.sections:
        lines.append(Line(labelled(section.title, section.change_in_words(MOST_CHANGES))))
        lines += [
            Line(" ".join(filter(None, (f"{row},", column, f"{old or '–'} → {new or '–'}"))), 1)
            for row, column, old, new in section.changes(MOST_CHANGES)
        ]
    return lines


# --- views -------------------------------------------------------------------------------------------------------------


def _view(made: Any, parts: Sequence[Part], place: int, pictures: Pictures) -> None:
    """A view: in one language chart and table on a slide, in two the charts on one and the tables on the next."""
    alone = len(parts) == 1
    titles = [part.sections[place].title for part in parts]
    page = _titled(made, parts, titles, TITLE_ONLY, 26 if alone else BESIDE)
    for part, left, width in _columns(parts):
        with language.spoken(part.language):
            section = part.sections[place]
            deck.text(
                page, section.subtitle, Box(left, Inches(1.12), width, Inches(0.45)), 14 if alone else 12, part.language
            )
            tall = Inches(4.4) if alone else Inches(3.1)
            _figure(page, section, part, pictures, Box(left, Inches(1.65), Inches(8.1) if alone else width, tall))
            if alone:
                _table(page, section, part, Box(Inches(8.75), Inches(1.65), Inches(4.15), tall))
            _words(
                page,
                section,
                part,
                Box(left, Inches(1.65) + tall + Inches(0.05), width, Inches(0.45 if alone else 1.2)),
            )
    if not alone:
        tables = [_table_title(part, part.sections[place]) for part in parts]
        page = _titled(made, parts, tables, TITLE_ONLY, BESIDE)
        for part, left, width in _columns(parts):
            with language.spoken(part.language):
                _table(page, part.sections[place], part, Box(left, Inches(1.5), width, Inches(5)))
    _notes(page if alone else made.slides[-2], parts, place)


def _table_title(part: Part, section: Section) -> str:
    with language.spoken(part.language):
        return labelled(_("Table"), section.title)


def _figure(page: Any, section: Section, part: Part, pictures: Pictures, box: Box) -> None:
    try:
        deck.figure(page, section.drawing, pictures, box)
    except NoBrowser:
        deck.text(page, part.said["no_picture"], box, 14, part.language)


def _table(page: Any, section: Section, part: Part, box: Box) -> None:
    """The rows that fit, and below them that there are more."""
    table = section.table(deck.MOST_COLUMNS, box.width, box.height - Inches(0.75))
    if table.headers:
        deck.add_table(page, table, box, section.subtitle or section.title, part.language)
    if said := section.cut(table):
        below = Box(box.left, box.top + box.height - Inches(0.7), box.width, Inches(0.7))
        deck.text(page, said, below, LEAST_POINTS, part.language)


def _words(page: Any, section: Section, part: Part, box: Box) -> None:
    """The summary, as far as it fits (the notes hold all of it), the source line and the way to the view."""
    characters = int(box.width / Inches(1) * CHARACTERS_AN_INCH) * int(box.height / LINE_HEIGHT)
    summary = textwrap.shorten(section.drawing.summary, characters, placeholder=" …")
    deck.text(page, summary, box, LEAST_POINTS, part.language, colour=style.INK)
    below = Box(box.left, box.top + box.height, box.width, Inches(0.6))
    frame = deck.text(page, section.source_line, below, LEAST_POINTS, part.language)
    deck.link(frame, section.address, LEAST_POINTS, part.language, said=part.said["open"])


def _notes(page: Any, parts: Sequence[Part], place: int) -> None:
    told = []
    for part in parts:
        with language.spoken(part.language):
            section = part.sections[place]
            told += [section.drawing.summary, section.source_line, section.address, whole_table(section.drawing)]
    page.notes_slide.notes_text_frame.text = "\n\n".join(filter(None, told))
