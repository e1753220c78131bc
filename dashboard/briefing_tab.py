"""What stands behind "Share" of the briefing that is being put together: the views in it, and this one to be added."""

import streamlit as st

from dashboard import briefing, language, links
from dashboard.charts import all_charts
from dashboard.citations import plain
from dashboard.drawing import Drawing, draw
from dashboard.language import _
from dashboard.ledger import ledger, release_number
from etl.ledger.release import NoSuchRelease


def show(drawing: Drawing, base: str) -> None:
    """The views gathered for a briefing, this one to be added; they stand in the address of the page and nowhere else."""
    st.caption(
        _("Views gathered here become one Word document, slides or a PDF. They stand in the address of the page.")
    )
    held = briefing.from_one(st.session_state.get(briefing.KEPT, ""))
    own = briefing.view_of(drawing.chart.id, links.pinned_query(drawing).items())
    more, whole = briefing.added(held, [own])
    if not whole:
        st.warning(_("The briefing is full: open it, make its files, and take views out."))
    elif own not in held:
        add = _("Add to briefing")
        st.button(add, key=f"add_{drawing.chart.id}", icon=":material/playlist_add:", on_click=_gather, args=(more,))
    for place, view in enumerate(held):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(_called(view), width="stretch")
            left = [other for other in held if other != view]
            st.button(
                _("Remove"), key=f"out_{drawing.chart.id}_{place}", type="tertiary", on_click=_gather, args=(left,)
            )
    if held:
        st.link_button(_("Open the briefing"), base + briefing.address(held, lang=language.current()), type="primary")


def _gather(views: list[str]) -> None:
    st.session_state[briefing.KEPT] = briefing.in_one(views)


def _called(view: str) -> str:
    """What a view in a briefing says, and of which release it is."""
    chart_id, query = briefing.parts_of(view)
    chart, asked = all_charts()[chart_id], dict(query)
    try:
        release = ledger().release(release_number(asked.get("release", "")) or ledger().newest()).number
    except NoSuchRelease:
        return _(chart.title)
    params = links.params_of(chart.Compared, asked, ledger().at(release), ledger().at).params
    title = plain(draw(ledger(), chart_id, params, release).title)
    return " · ".join((title, _("release {number}").format(number=release)))
