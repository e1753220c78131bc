"""What a message says: its lines, for a feed, an e-mail and a program alike."""

from __future__ import annotations

from dashboard.alerts.lines import Line
from dashboard.alerts.notices import Notice
from dashboard.language import labelled, ngettext

MOST_LINES = 20  # of a message; the address in it has all of them


def lines_in_words(notice: Notice) -> list[str]:
    """Each value with what was and what is, in the current language."""
    said = [in_words(line) for line in notice.lines[:MOST_LINES]]
    if more := len(notice.lines) - len(said):
        said.append(ngettext("and {count} other", "and {count} others", more).format(count=more))
    return said


def in_words(line: Line) -> str:
    """ "Canada, 2025, Value: 2.03 → 2.60" """
    values = " → ".join(filter(None, (line.old, line.new)))
    return labelled(", ".join(filter(None, (line.what, line.column))), values)
