"""The parts of the Pledges page that are more than a chart: the sentence on top, the assumptions, the yearly table."""

import streamlit as st

from dashboard import labels, tables
from dashboard.charts import all_charts
from dashboard.drawing import Drawing, draw
from dashboard.language import _
from dashboard.page import Page, escaped
from dashboard.sections.growth_table import ask_growth
from dashboard.topics.pledges import GoalParams

ASSUMPTIONS = ("growth", "deflator", "shape", "due", "band", "rate", "start")
TABULATED = ("spending", "flat_spending", "above_flat", "cumulative_above_flat")


def ask_goals(page: Page) -> None:
    """Whose path, which goals, and which of them the costs are for."""
    page.controls.ask(GoalParams, hidden=(*ASSUMPTIONS, "growth_by_year"))


def ask_assumptions(page: Page) -> None:
    """What is assumed about the economy and the path."""
    st.markdown("**" + _("Assumptions") + "**")
    page.controls.ask(GoalParams, hidden=("growth_by_year",))
    ask_growth(page)


def say_cost(page: Page) -> None:
    """The page's answer in one sentence."""
    params = page.controls.ask(all_charts()["pledge-cost"].Params, hidden=("money",))
    st.markdown(f"## {escaped(draw(page.ledger, 'pledge-cost', params, page.snapshot.release).title)}.")


def show_yearly(drawing: Drawing) -> None:
    """The cost year by year in both currencies, open to read."""
    names = ["year", "share_of_gdp_pct", *(f"{name}_{unit}_million" for unit in ("ncu", "usd") for name in TABULATED)]
    digits = {name: 0 if name.endswith("_million") else 2 for name in names}
    tables.show(labels.readable(drawing.rows[names].round(digits)), key="yearly", alt=drawing.summary)
