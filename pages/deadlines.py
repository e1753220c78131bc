"""Deadlines: what comes next, what was met, missed, moved or overtaken, and what is on the table."""

from dashboard.language import _
from dashboard.show import Page

page = Page("deadlines")
page.title(_("Deadlines"), _("What comes next, and what became of what was due?"))
page.chart("deadlines-timeline")
page.close()
