"""Pledges: what each one needs, what it costs, what became of it, and what was claimed."""

import streamlit as st

from dashboard.language import _
from dashboard.page import Page
from dashboard.sections.pledges import ask_assumptions, ask_goals, say_cost, show_yearly

page = Page("pledges")
page.title(_("Pledges"), _("What would each pledge take from here, and what would it cost?"))
ask_goals(page)
answer = st.container()
path, beside = st.columns([3, 1], gap="medium")
with beside:
    ask_assumptions(page)
with path:
    page.chart("pledge-path")
views = {"cost": _("Year by year"), "backsolve": _("What if"), "history": _("Pledge history"), "claims": _("Claims")}
view = page.controls.choose("view", views, "cost")
if view == "cost":
    show_yearly(page.chart("pledge-cost"))
elif view == "backsolve":
    page.chart("pledge-backsolve")
elif view == "history":
    page.chart("pledge-history")
else:
    page.chart("claims-compare")
with answer:
    say_cost(page)
page.close()
