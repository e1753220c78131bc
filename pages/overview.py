"""Overview: where the home country stands, in five seconds."""

import streamlit as st

from dashboard.language import _
from dashboard.page import Page
from dashboard.plots import side_by_side
from dashboard.sections import overview
from dashboard.sections.overview_lists import show_claims, show_last_change, show_measures

page = Page("overview")
page.title()
home = page.controls.ask(overview.HomeParams).home
overview.show_tiles(overview.tiles(page.ledger, page.snapshot.release, home))
left, right = side_by_side(page.part)
with left:
    chart, fixed = overview.first_chart(home)
    countries, target = (tuple(fixed[name].split(",")) for name in ("countries", "target"))
    page.chart(chart, countries=countries, target=target, asking=False, part=page.part)
    show_measures(page, home)
with right:
    goods = overview.product_of(page.snapshot, home)
    page.chart("tariff-schedule", origin=home, product=goods, asking=False, part=page.part)
    show_claims(page, home)
    st.header(_("What changed in the last release"), anchor=False)
    show_last_change(page)
page.close()
