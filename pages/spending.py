"""Spending: where each ally stands, through the years and against the targets."""

from dashboard.language import _
from dashboard.page import Page

CHARTS = {
    "ranking": "spending-ranking", "grid": "spending-grid", "quadrant": "equipment-quadrant", "heatmap": "spending-heatmap",
    "gap": "spending-gap", "breakdown": "spending-breakdown", "revisions": "spending-revisions", "publishers": "publishers-compare",
}  # fmt: skip

page = Page("spending")
page.title(_("Spending"), _("What does each ally spend on defence, and how far is it from the targets?"))
page.chart("spending-trend")
views = {
    "ranking": _("Ranking"), "grid": _("Tile map"), "quadrant": _("Equipment"), "heatmap": _("Heatmap"), "gap": _("Gap"),
    "breakdown": _("Breakdown"), "revisions": _("Revisions"), "publishers": _("NATO and SIPRI"),
}  # fmt: skip
view = page.controls.choose("view", views, "ranking")  # only the chosen one runs
page.chart(CHARTS[view])
page.close()
