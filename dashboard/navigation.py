"""What stands around every page: navigation, language, and the line that says which data is shown."""

from functools import lru_cache

import streamlit as st

from dashboard import briefing, freshness, language, links
from dashboard.language import _
from dashboard.ledger import ledger
from dashboard.menu import MENU, PAGES_FOLDER
from dashboard.metrics import RERUN_SECONDS
from dashboard.page import origin, speak
from dashboard.sections import ask
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
    ask.show_answer(chosen.url_path or next(iter(MENU)))
    with RERUN_SECONDS.labels(chosen.url_path or "overview").time():
        chosen.run()


def _header() -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="header"):
        newest = ledger().newest()
        silence = freshness.silence(ledger(), newest)
        st.caption(data_shown(newest, language.current()), width="content" if silence else "stretch")
        if silence:  # no caption: those are paler than words that must be seen
            asked = freshness.law_asked(ledger(), newest)
            st.markdown(f":small[:yellow[**{silence}**]]", width="stretch", help=asked or None)
        ask.box()
        if gathered := briefing.from_one(st.session_state.get(briefing.KEPT, st.query_params.get("briefing", ""))):
            address = links.public_base(origin()) + briefing.address(gathered, lang=language.current())
            st.link_button(_("Briefing ({count})").format(count=len(gathered)), address, type="tertiary")
        other = next(code for code in language.LANGUAGES if code != language.current())
        if st.button({"fr": "Français", "en": "English"}[other], key="language", type="tertiary"):
            st.session_state["kept.lang"] = other
            st.query_params["lang"] = other
            st.rerun()
        show_sign_in()


@lru_cache(maxsize=16)
def data_shown(newest: int, spoken: str) -> str:
    """Newest edition and release: what every page is drawn from unless its link says otherwise."""
    edition = (
        ledger()
        .at(newest)
        .sql("SELECT edition FROM editions WHERE publisher = 'NATO' ORDER BY published_on DESC LIMIT 1")
    )
    return _("NATO edition {edition} · release {release}").format(edition=edition["edition"].iloc[0], release=newest)
