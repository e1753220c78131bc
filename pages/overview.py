"""Overview: where the home country stands, in five seconds."""

import streamlit as st

from dashboard.language import _
from dashboard.page import Page
from dashboard.sections import overview

page = Page("overview")
page.title()
home = page.controls.ask(overview.HomeParams).home
overview.show_tiles(overview.tiles(page.ledger, page.snapshot.release, home))
left, right = st.columns(2, gap="large")
with left:
    chart, fixed = overview.first_chart(home)
    page.chart(chart, countries=tuple(fixed["countries"].split(",")), asking=False)
    st.header(_("What changed in the last release"), anchor=False)
    overview.show_last_change(page)
with right:
    page.chart("tariff-schedule", origin=home, product=overview.product_of(home), asking=False)
overview.show_claims(page, home)
page.close()
