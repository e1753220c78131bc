"""Deadlines: what comes next, what was met, missed, moved or overtaken, and what is on the table."""

from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.language import _
from dashboard.page import Page
from dashboard.sections import deadlines

page = Page("deadlines")
page.title()
params = page.controls.ask(all_charts()["deadlines-timeline"].Params)
drawing = draw(page.ledger, "deadlines-timeline", params, page.snapshot.release)
deadlines.show_next(drawing)
page.show(drawing, params)
chosen = page.controls.choose("list", {"moves": _("How dates moved"), "talks": _("On the table")}, "moves")
deadlines.show_subscription(params.topic)
if chosen == "moves":
    deadlines.show_moves(page, drawing.params.known)
else:
    deadlines.show_table_of_talks(page)
page.close()
