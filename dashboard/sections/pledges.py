"""The parts of the Pledges page that are more than a chart: the sentence on top, the assumptions, the yearly table."""

import re

import streamlit as st

from dashboard import labels, tables
from dashboard.charts import all_charts
from dashboard.drawing import Drawing, draw
from dashboard.language import _, millions
from dashboard.page import Page, escaped
from dashboard.sections.growth_table import ask_growth
from dashboard.topics import published_gdp
from dashboard.topics.pledges import GoalParams

GDP = "gdp"
ASSUMPTIONS = (GDP, "growth", "deflator", "shape", "due", "band", "rate", "start")
TABULATED = ("spending", "flat_spending", "above_flat", "cumulative_above_flat")


def ask_goals(page: Page) -> None:
    """Whose path, which goals, and which of them the costs are for."""
    page.controls.ask(GoalParams, hidden=(*ASSUMPTIONS, "growth_by_year"))


def ask_assumptions(page: Page) -> None:
    """What is assumed about the economy and the path."""
    st.markdown("**" + _("Assumptions") + "**")
    country = page.controls.asked["country"]
    offered = published_gdp.offered(page.snapshot, country)
    several = len(offered) > 1  # a row of buttons with one of them is no question
    page.controls.ask(GoalParams, hidden=("growth_by_year",), matters={GDP: lambda _asked: several and offered})
    chosen = page.controls.chosen.get(GDP) or page.controls.query.get(GDP, published_gdp.EDITION)
    if chosen in set(published_gdp.STARTS.codes(page.snapshot)) - offered:  # what no release knows is told of any field
        page.notes.append(published_gdp.cannot_hold(chosen, country))
    ask_growth(page)


def say_cost(page: Page) -> None:
    """The page's answer in one sentence."""
    params = page.controls.ask(all_charts()["pledge-cost"].Params, hidden=("money", GDP))
    st.markdown(f"## {escaped(draw(page.ledger, 'pledge-cost', params, page.snapshot.release).title)}.")


def show_yearly(drawing: Drawing) -> None:
    """The cost year by year in both currencies, open to read; the unit is short in the headers, so that a phone shows them."""
    names = ["year", "share_of_gdp_pct", *(f"{name}_{unit}_million" for unit in ("ncu", "usd") for name in TABULATED)]
    digits = {name: 0 if name.endswith("_million") else 2 for name in names}
    currency = next(iter(drawing.rows["currency"].dropna()), None)
    units = {"ncu": millions(currency) if currency else _("million, national currency"), "usd": millions("USD")}
    headers = {
        (header := labels.header(f"{name}_{unit}_million")): re.sub(r"\(.*\)$", f"({said})", header)
        for unit, said in units.items()
        for name in TABULATED
    }
    table = labels.readable(drawing.rows[names].round(digits)).rename(columns=headers)
    tables.show(table, key="yearly", alt=drawing.summary)
