"""What stands around every page: navigation, language, and the line that says which data is shown."""

from functools import lru_cache

import streamlit as st

from dashboard import language
from dashboard.coverage import COVERAGE_ENDS_ON
from dashboard.language import _
from dashboard.ledger import ledger
from dashboard.menu import MENU, PAGES_FOLDER
from dashboard.metrics import RERUN_SECONDS
from dashboard.page import speak
from dashboard.sections.sign_in import let_in, show_sign_in


def run() -> None:
    """Run the page the reader chose."""
    speak()
    entries = [
        st.Page(
            PAGES_FOLDER / f"{name}.py",
            title=_(entry.title),
            icon=f":material/{entry.icon}:",
            url_path=name,
            default=position == 0,
        )
        for position, (name, entry) in enumerate(MENU.items())
    ]
    chosen = st.navigation(entries, position="top")
    st.set_page_config(page_title=f"{chosen.title} · Alliance Ledger")
    if not let_in():
        return
    if not ledger().newest():
        st.info(_("The ledger holds no release yet. Run “make load” to publish the reviewed figures."))
        return
    _header()
    with RERUN_SECONDS.labels(chosen.url_path or "overview").time():
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
