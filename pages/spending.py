"""Spending: where each ally stands, through the years and against the targets."""

from dashboard.page import Page

page = Page("spending")
page.title()
page.chart("spending-trend")
page.chosen_chart()
page.close()
