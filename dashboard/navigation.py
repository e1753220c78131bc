"""What stands around every page: navigation, language, and the line that says which data is shown."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

from dashboard import language
from dashboard.auth.signing import let_in, show_sign_in
from dashboard.coverage import COVERAGE_ENDS_ON
from dashboard.language import _
from dashboard.ledger import ledger
from dashboard.page import speak
from etl.message import N_

PAGES_FOLDER = Path(__file__).resolve().parents[1] / "pages"

NAMES = {
    "overview": N_("Overview"), "spending": N_("Spending"), "pledges": N_("Pledges"), "tariffs": N_("Tariffs"),
    "deadlines": N_("Deadlines"), "sources": N_("Sources"), "update": N_("Update"), "data": N_("Data"),
}  # fmt: skip

QUESTIONS = {
    "overview": N_("Where do we stand, what is still needed, what are we charged, what comes next?"),
    "spending": N_("What does each ally spend on defence, and how far is it from the targets?"),
    "pledges": N_("What would each pledge take from here, and what would it cost?"),
    "tariffs": N_("What is charged on these goods, on that day, and why?"),
    "deadlines": N_("What comes next, and what became of what was due?"),
    "sources": N_("Where does each figure come from, and how far can it be trusted?"),
    "update": N_("Which figures change, who changed them, and why?"),
    "data": N_("What is in the ledger, by which rules, and how do I take it along?"),
}
"""What each page answers."""


def run(pages: dict[str, str]) -> None:
    """Run the page the reader chose; `pages` maps names to icons, the first one is the start."""
    speak()
    entries = [
        st.Page(PAGES_FOLDER / f"{name}.py", title=_(NAMES[name]), icon=icon, url_path=name, default=position == 0)
        for position, (name, icon) in enumerate(pages.items())
    ]
    chosen = st.navigation(entries, position="top")
    st.set_page_config(page_title=f"{chosen.title} · Alliance Ledger")
    if not let_in():
        return
    if not ledger().newest():
        st.info(_("The ledger holds no release yet. Run “make load” to publish the reviewed figures."))
        return
    _header()
    chosen.run()


def _header() -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="header"):
        st.caption(data_shown(ledger().newest(), language.current()), width="stretch")
        other = next(code for code in language.LANGUAGES if code != language.current())
        if st.button({"fr": "Français", "en": "English"}[other], key="language", type="tertiary"):
            st.session_state["kept.lang"] = other
            st.query_params["lang"] = other
            st.rerun()
        show_sign_in()


@lru_cache(maxsize=16)
def data_shown(newest: int, spoken: str) -> str:
    """Newest edition, release and as-of date: what every page is drawn from unless its link says otherwise."""
    edition = (
        ledger()
        .at(newest)
        .sql("SELECT edition FROM editions WHERE publisher = 'NATO' ORDER BY published_on DESC LIMIT 1")
    )
    return _("NATO edition {edition} · release {release} · tariffs and deadlines as known to {day}").format(
        edition=edition["edition"].iloc[0], release=newest, day=language.day(COVERAGE_ENDS_ON)
    )
