"""Tariffs: what goods pay on a day and why, and how it came to that."""

from dashboard.page import Page
from dashboard.plots import side_by_side
from dashboard.sections.tariffs import ask_question, show_answer

NARROWED = ("product", "company", "usmca", "us_content_pct", "metal_content_pct")  # asked at the top, where they matter

page = Page("tariffs")
page.title()
ask_question(page)
sums, layers = side_by_side(page.part)
with sums:
    answer = page.chart("tariff-rate", hidden=NARROWED, part=page.part)
with layers:
    show_answer(page, answer)
page.chosen_chart(hidden=NARROWED)
page.close()
