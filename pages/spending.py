"""Spending: where each ally stands, through the years and against the targets."""

from dashboard.language import _
from dashboard.show import Page

page = Page("spending")
page.title(_("Spending"), _("What does each ally spend on defence, and how far is it from the targets?"))
page.chart("spending-trend")
views = {"ranking": _("Ranking"), "grid": _("Tile map")}
view = page.controls.choose("view", views, "ranking")
page.chart(f"spending-{view}")
page.close()
