"""A view of a briefing: its drawing as the API gives it, its own address, its table cut to a page, and what changed in it."""

import math
from dataclasses import dataclass

from pptx.util import Inches

from dashboard import briefing, language, links
from dashboard.citations import plain
from dashboard.comparison.view import in_words
from dashboard.drawing import Drawing
from dashboard.language import _, ngettext
from dashboard.ledger import ledger
from dashboard.web.api import charts
from dashboard.web.request_response import DataRequest
from dashboard.web.share.changes import since
from dashboard.web.share.deck import brief, fitting
from dashboard.web.share.html_table import Table, readable
from dashboard.web.share.slide import credits_of

MOST_CHANGES = 8  # of a view that are written out
LEAST_ROWS = 2  # of a table
LEAST_FIGURE = Inches(1.7)
LINE_HEIGHT, TABLE_HEIGHT = Inches(0.175), Inches(1.1)  # of texts on paper; of what a table takes at least


@dataclass(frozen=True)
class Asked:
    """What a briefing is asked to be. `since`: the release to compare with (None: the one before each view's own).

    `base`: scheme and host of this server, for the addresses in it.
    """

    views: tuple[str, ...]
    title: str = ""
    since: int | None = None
    base: str = ""


@dataclass(frozen=True)
class Section:
    """A view of a briefing: its drawing, its own address, and what changed in it (None: not comparable)."""

    drawing: Drawing
    address: str
    before: int
    changed: Drawing | None

    @property
    def title(self) -> str:
        return plain(self.drawing.title)

    @property
    def subtitle(self) -> str:
        return plain(self.drawing.subtitle)

    @property
    def source_line(self) -> str:
        """Whose figures, which edition and release, and what the publishers ask to be said."""
        return " · ".join(credits_of(self.drawing))

    def table(self, most_columns: int, width: int, height: int) -> Table:
        """The rows for reading, cut to what fits into a place (EMU)."""
        table = readable(brief(self.drawing, most_columns))
        return fitting(table, width, height, least=LEAST_ROWS)

    def room(self, width: int, height: int, characters: float) -> tuple[int, int]:
        """What a page (EMU) has for the figure at most, and for figure and table together, when all words are on it.

        characters: how many stand on an inch.
        """
        across = width / Inches(1) * characters
        texts = [
            self.subtitle,
            self.drawing.summary,
            self.source_line,
            " " * 90,
            self.title + " " * (len(self.title) // 2),
        ]
        left = height - (sum(math.ceil(len(text) / across) for text in texts) + 4) * LINE_HEIGHT
        return max(LEAST_FIGURE, left - TABLE_HEIGHT), left

    def cut(self, shown: Table) -> str:
        """That a table shows less than there is, and where the rest stands; empty when it is whole."""
        rows, columns = len(self.drawing.rows), len(readable(self.drawing.rows).headers)
        if len(shown.rows) == rows and len(shown.headers) == columns:
            return ""
        text = _("{shown} of {rows} rows and {some} of {columns} columns; all of them stand at the address below.")
        return text.format(shown=len(shown.rows), rows=rows, some=len(shown.headers), columns=columns)

    def change_in_words(self, most: int = MOST_CHANGES) -> str:
        """How much of it is different since the release it is compared with, and that no more than `most` are written out."""
        if not self.before:
            return _("Release {number} is the ledger's first: there is none to compare with.").format(
                number=self.drawing.release
            )
        if self.changed is None:
            return _("Release {number} can not answer this view: nothing to compare with.").format(number=self.before)
        count = len(self.changed.rows)
        if not count:
            return _("Nothing in this view changed since release {number}.").format(number=self.before)
        text = ngettext(
            "{count} value differs since release {number}.", "{count} values differ since release {number}.", count
        )
        if count > most:
            text += " " + _("The first {number} are shown.").format(number=most)
        return text.format(count=count, number=self.before)

    def changes(self, most: int = MOST_CHANGES) -> list[tuple[str, str, str, str]]:
        """Rows that differ: what, which column, then, now."""
        return in_words(self.changed.rows.head(most)) if self.changed else []

    @property
    def headers(self) -> tuple[str, str, str, str]:
        """What stands above `changes`."""
        release = _("Release {number}")
        then, now = release.format(number=self.before), release.format(number=self.drawing.release)
        return _("Row"), _("Column"), then, now


def section(view: str, asked: Asked) -> Section:
    """A view of it in the current language. Raises ApiProblem."""
    drawing = drawn(view)
    before = min(asked.since or drawing.release - 1, drawing.release - 1)
    address = asked.base + links.url(f"/c/{drawing.chart.id}", links.pinned_query(drawing))
    return Section(drawing, address, before, since(ledger(), drawing, before) if before else None)


def drawn(view: str) -> Drawing:
    """The drawing of a view as the API gives it. Raises ApiProblem."""
    chart_id, query = briefing.parts_of(view)
    request = DataRequest(f"/c/{chart_id}.json", {"chart": chart_id}, (*query, ("lang", language.current())))
    return charts.drawn(request)[1]


def pinned(drawing: Drawing) -> str:
    """The view that a drawing is of, with every choice and its release."""
    return briefing.view_of(drawing.chart.id, links.pinned_query(drawing).items())
