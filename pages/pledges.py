"""Pledges: what each one needs, what it costs, what became of it, and what was claimed."""

import streamlit as st

from dashboard.page import Page
from dashboard.plots import side_by_side
from dashboard.sections.pledges import GDP, ask_assumptions, ask_goals, say_cost, show_yearly

page = Page("pledges")
page.title()
ask_goals(page)
answer = st.container()
path, beside = side_by_side(page.part)
with beside:
    ask_assumptions(page)
with path:
    page.chart("pledge-path", hidden=(GDP,), part=page.part)
chosen = page.chosen_chart(hidden=(GDP,))
if chosen.chart.id == "pledge-cost":
    show_yearly(chosen)
with answer:
    say_cost(page)
page.close()
