"""Pledges: what each one needs, what it costs, what became of it, and what was claimed."""

import streamlit as st

from dashboard.page import Page
from dashboard.sections.pledges import GDP, ask_assumptions, ask_goals, say_cost, show_yearly

page = Page("pledges")
page.title()
ask_goals(page)
answer = st.container()
path, beside = st.columns([3, 1], gap="medium")
with beside:
    ask_assumptions(page)
with path:
    page.chart("pledge-path", hidden=(GDP,), part=0.75)
chosen = page.chosen_chart(hidden=(GDP,))
if chosen.chart.id == "pledge-cost":
    show_yearly(chosen)
with answer:
    say_cost(page)
page.close()
