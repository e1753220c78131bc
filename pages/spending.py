"""Spending: where each ally stands, through the years and against the targets."""

from dashboard.language import _
from dashboard.show import Page

page = Page("spending")
page.title(_("Spending"), _("What does each ally spend on defence, and how far is it from the targets?"))
page.chart("spending-trend")
page.close()
