"""Sources: who said what, when, how far to trust it, and what is not known."""

import streamlit as st

from dashboard import tables
from dashboard.glossary import all_terms
from dashboard.language import _
from dashboard.page import Page, escaped, origin, show_terms
from dashboard.sections import catalogue
from dashboard.sections.freshness import show_freshness
from dashboard.sections.lists import show_list
from dashboard.sections.signatures import signatures
from dashboard.topics.tariff_peers import beside_peers

HEIGHT_PX = 560
MOST_READ_THROUGH = 40  # rows

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
    | {
        "freshness": _("Freshness"),
        "corrections": _("Corrections"),
        "gaps": _("Known gaps"),
        "peers": _("Held against others"),
        "terms": _("Terms"),
    },
    "editions",
)
told = {"gaps": catalogue.GAPS, "peers": catalogue.PEERS}
if chosen == "freshness":
    show_freshness(page)
elif chosen == "corrections":
    register = catalogue.corrections(page.ledger)
    said = _("Every publish that corrected figures: what was wrong, and since when.")
    st.caption(said if len(register) else _("No figure has been corrected so far."))
    if len(register):
        register[_("Difference")] = origin() + register[_("Difference")]
        where = {_("Difference"): st.column_config.LinkColumn(display_text=_("See it"))}
        tables.show(register, column_config=where, key="list_corrections", alt=_("Corrections"))
elif chosen == "terms":
    show_terms(all_terms())
elif chosen in told:
    for text in told[chosen]:
        st.markdown(f"- {escaped(_(text))}")
    if chosen == "peers":
        with st.spinner(_("Reckoning …")):
            beside = beside_peers(page.ledger, page.snapshot.release)
        tables.show(beside, key="list_peers", alt=_("Held against others"))
else:
    name, table = views[chosen]
    listed = table(page.snapshot)
    if len(listed) <= MOST_READ_THROUGH:
        show_list(listed, key=f"list_{chosen}")
    else:
        tables.show(listed, column_config=link, key=f"list_{chosen}", alt=name, height=HEIGHT_PX)
for said in signatures(page.ledger):
    st.caption(said)
page.close()
