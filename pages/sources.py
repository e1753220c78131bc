"""Sources: who said what, when, how far to trust it, and what is not known."""

import streamlit as st

from dashboard import tables
from dashboard.language import _
from dashboard.page import Page, escaped
from dashboard.sections import catalogue

HEIGHT_PX = 560  # at most: a few rows leave no empty lines below them

page = Page("sources")
page.title()
link = {_("Address"): st.column_config.LinkColumn(display_text=r"https?://(?:www\.)?([^/]+)")}
views = {
    "editions": (_("Editions"), catalogue.editions),
    "claims": (_("Articles and claims"), catalogue.claims),
    "sources": (_("All sources"), catalogue.sources),
    "conflicts": (_("Conflicts"), catalogue.disputed),
}
chosen = page.controls.choose(
    "list",
    {code: name for code, (name, _table) in views.items()}
    | {"gaps": _("Known gaps"), "peers": _("Held against others")},
    "editions",
)
told = {"gaps": catalogue.GAPS, "peers": catalogue.PEERS}
if chosen in told:
    for text in told[chosen]:
        st.markdown(f"- {escaped(_(text))}")
else:
    name, table = views[chosen]
    listed = table(page.snapshot)
    height = min(38 + 35 * len(listed), HEIGHT_PX)
    tables.show(listed, column_config=link, key=f"list_{chosen}", alt=name, height=height)
page.close()
