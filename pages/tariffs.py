"""Tariffs: what goods pay on a day and why, and how it came to that."""

import streamlit as st

from dashboard.language import _
from dashboard.page import Page
from dashboard.sections.tariffs import ask_question, show_layers

NARROWED = ("company", "usmca")  # asked in the first row, and only where they matter
CHARTS = {
    "schedule": "tariff-schedule", "stack": "tariff-stack", "matrix": "tariff-matrix", "exposure": "tariff-exposure",
    "history": "tariff-history", "companies": "softwood-companies", "pressure": "pressure-map",
}  # fmt: skip

page = Page("tariffs")
page.title(_("Tariffs"), _("What is charged on these goods, on that day, and why?"))
ask_question(page)
sums, layers = st.columns([1, 1], gap="large")
with sums:
    answer = page.chart("tariff-rate", hidden=NARROWED)
with layers:
    show_layers(answer)
views = {
    "schedule": _("Schedule"), "stack": _("Layers"), "matrix": _("Products and origins"), "exposure": _("Trade"),
    "history": _("History"), "companies": _("Lumber companies"), "pressure": _("Spending and tariffs"),
}  # fmt: skip
view = page.controls.choose("view", views, "schedule")
page.chart(CHARTS[view], hidden=NARROWED)
page.close()
