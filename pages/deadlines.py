"""Deadlines: what comes next, what was met, missed, moved or overtaken, and what is on the table."""

import streamlit as st

from dashboard.charts import all_charts
from dashboard.language import _
from dashboard.page import Page
from dashboard.sections import deadlines
from dashboard.sections.planned import show_planned

page = Page("deadlines")
page.title()
params = page.controls.ask(all_charts()["deadlines-timeline"].Compared)
nearest = st.container()
drawing = page.show("deadlines-timeline", params)
with nearest:
    deadlines.show_next(drawing)
chosen = page.controls.choose("list", {"moves": _("How dates moved"), "talks": _("On the table")}, "moves")
deadlines.show_subscription(params.topic)
if chosen == "moves":
    deadlines.show_moves(page, drawing.params.known)
else:
    deadlines.show_table_of_talks(page)
show_planned()
page.close()
