"""The share dialog of a chart: links that live or stay, embed code, short link, citation, files; and the list of short links.

What stands in it is made only while it is open, so that a page with many charts stays quick.
"""

from collections.abc import Mapping
from html import escape

import streamlit as st

from dashboard import alert_tab, briefing_tab, language, links
from dashboard.auth import permission
from dashboard.citations import citation
from dashboard.drawing import Drawing, draw
from dashboard.language import LANGUAGES, _
from dashboard.ledger import ledger, short_links
from dashboard.params import ChartParams
from etl.ledger.budget import DAY_S, Budget
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.short_links import ShortLink
from etl.message import N_
from etl.settings.days import day_of, today

LONGEST_URL = 1800  # what mail programs and chats carry unbroken
MOST_MADE = 30  # short links by a session: each is a commit in the ledger's store
OF_STRANGERS = Budget(500, DAY_S)  # of all who may not publish, by one server
WORDS_PX = 170  # around the figure of an embed
FITTING = (
    '<script>addEventListener("message",e=>{const h=e.data.allianceLedgerHeight;if(h>0)for(const f of '
    'document.querySelectorAll("iframe"))if(f.contentWindow===e.source)f.height=h})</script>'
)
FILES = ("png", "svg", "pdf", "csv", "xlsx", "json", "pptx", "zip")
SIZES = {"slide": N_("PNG for a slide"), "card": N_("PNG for a post"), "phone": N_("PNG for a phone")}
ABOUT = {
    "live": N_("Live: follows new figures and new editions."),
    "pinned": N_("Pinned: this release, this edition, every choice written out; it never changes."),
}


def share(drawing: Drawing, params: ChartParams, page_query: Mapping[str, str], base: str) -> None:
    """The button, and behind it everything to share a chart by.

    params: as the reader chose them, defaults open. page_query: what the link to the interactive page says. base: scheme
    and host of this server.
    """
    chart = drawing.key
    popover = st.popover(_("Share"), type="tertiary", key=f"share_{chart}", on_change="rerun")
    if not popover.open:
        return
    with popover:
        state = st.segmented_control(
            _("Which figures"),
            list(ABOUT),
            format_func={"live": _("Live"), "pinned": _("Pinned")}.__getitem__,
            default="live",
            required=True,
            wrap=True,
            key=f"share_state_{chart}",
        )
        st.caption(_(ABOUT[state or "live"]))
        query = (
            links.pinned_query(drawing) if state == "pinned" else {**links.query_of(params), "lang": drawing.language}
        )
        link, cite, files, pack, told = st.tabs([_("Link"), _("Citation"), _("Files"), _("Briefing"), _("Alerts")])
        with link:
            _links(drawing, query, page_query, base)
        with cite:
            _citations(drawing, base)
        with files:
            _files(drawing, base)
        with pack:
            briefing_tab.show(drawing, base)
        with told:
            alert_tab.show(drawing, params, base, _show)


def _links(drawing: Drawing, query: Mapping[str, str], page_query: Mapping[str, str], base: str) -> None:
    path = links.url(f"/c/{drawing.chart.id}", query)
    page = links.url(f"/{drawing.chart.page}", {**page_query, **query})
    if len(base + path) > LONGEST_URL:
        _show(_("Link, shortened because mail programs break longer ones"), _shortened(path, base))
    else:
        _show(_("Opens at once, with preview, table and sources"), base + path)
        _short(drawing, path, base)
    _show(_("To this interactive page"), base + page if len(base + page) <= LONGEST_URL else _shortened(page, base))
    _show(_("To embed in a web page"), embed_code(drawing, query, base))
    _spreadsheets(drawing, query, base)


def _spreadsheets(drawing: Drawing, query: Mapping[str, str], base: str) -> None:
    """How a workbook takes the figures from their address, and takes them again when it is refreshed."""
    _show(
        _("In Excel: Data, Get Data, From Web (Power Query); paste this address, then Load"),
        workbook_address(drawing, query, base),
    )
    _show(
        _("In Google Sheets: paste this into a cell; the address must be open to anybody"),
        sheets_formula(drawing, query, base),
    )


def workbook_address(drawing: Drawing, query: Mapping[str, str], base: str) -> str:
    """Where a workbook in the reader's language finds the figures, with its decimal sign."""
    return base + links.url(f"/c/{drawing.chart.id}.csv", {**query, "spreadsheet": language.current()})


def sheets_formula(drawing: Drawing, query: Mapping[str, str], base: str) -> str:
    """The formula by which Google Sheets takes the figures, whatever the sheet's own decimal sign is."""
    figures = base + links.url(f"/c/{drawing.chart.id}.csv", query)
    between = {"en": ", ", "fr": "; "}[language.current()]  # arguments of formulas in a sheet of that language
    quoted = [f'"{part}"' for part in (figures, ",", "en_US")]
    return f"=IMPORTDATA({between.join(quoted)})"


def embed_code(drawing: Drawing, query: Mapping[str, str], base: str) -> str:
    """HTML for a frame on another site, which is as tall as what it shows where that site lets the script run."""
    address = base + links.url(f"/embed/{drawing.chart.id}", query)
    height = drawing.height_for() + WORDS_PX
    return f'<iframe src="{escape(address)}" title="{escape(drawing.title)}" width="100%" height="{height}" style="border:0" loading="lazy"></iframe>{FITTING}'


def _short(drawing: Drawing, path: str, base: str) -> None:
    """A short link, made when asked for: it is written to the ledger's store."""
    made = st.session_state.setdefault("short_links", {})
    if path not in made:
        if not st.button(_("Make a short link"), key=f"short_{drawing.key}", icon=":material/link:"):
            return
        _shortened(path, base)
    _show(_("Short link"), made.get(path, ""))


def _shortened(path: str, base: str) -> str:
    """The address of a short link for a path, made once a session; empty, with a sentence, when it can't be."""
    made = st.session_state.setdefault("short_links", {})
    if path not in made:
        if len(made) >= MOST_MADE:
            st.warning(
                _("This session has made {number} short links. Open the page again to make more.").format(
                    number=MOST_MADE
                )
            )
            return ""
        if not permission.may_edit() and not OF_STRANGERS.take():
            st.warning(_("Many short links were made here today. Use the long link, or try again tomorrow."))
            return ""
        try:
            link = short_links().make(path, permission.editor())
        except LedgerUnavailable as trouble:
            st.warning(str(trouble))
            return ""
        if link.revoked_at:
            st.warning(
                _("The short link of this view was revoked on {day}; use the long one.").format(
                    day=language.day(day_of(link.revoked_at))
                )
            )
            return ""
        made[path] = f"{base}/s/{link.key}"
    return made[path]


def _citations(drawing: Drawing, base: str) -> None:
    """The citation in both languages; the reader's own first."""
    own, published_on = language.current(), ledger().release(drawing.release).published_on
    for code in sorted(LANGUAGES, key=lambda code: code != own):
        with language.spoken(code):
            drawn = draw(ledger(), drawing.chart.id, drawing.params, drawing.release)
            address = base + links.url(f"/c/{drawing.chart.id}", links.pinned_query(drawn))
            _show({"en": "English", "fr": "Français"}[code], citation(drawn, address, published_on, today()))


def _files(drawing: Drawing, base: str) -> None:
    """Everything to take along: of exactly these figures."""
    st.caption(_("Of exactly these figures, with release and sources."))
    address = {
        ending: base + links.url(f"/c/{drawing.chart.id}.{ending}", links.pinned_query(drawing)) for ending in FILES
    }
    with st.container(horizontal=True):
        for ending in FILES:
            st.link_button(ending.upper(), address[ending])
            if ending == "csv":
                st.link_button(_("CSV for a spreadsheet"), f"{address[ending]}&spreadsheet={language.current()}")
    with st.container(horizontal=True):
        for size, label in SIZES.items():
            st.link_button(_(label), f"{address['png']}&size={size}")


def _show(label: str, text: str) -> None:
    if text:
        st.caption(label)
        st.code(text, language=None, wrap_lines=True)


# --- for editors -------------------------------------------------------------------------------------------------------


def show_short_links(base: str) -> None:
    """Every short link with who made it, and a way to revoke one. Nothing for those who may not change figures."""
    if not permission.may_edit():
        return
    made = short_links().all()
    st.header(_("Short links"), anchor=False)
    if not made:
        st.caption(_("None yet. They are made with “Share” below a chart."))
        return
    st.dataframe(_listed(made, base), hide_index=True, placeholder="", alt=_("Short links"), key="short_links_list")
    leading = {link.key: link for link in made if not link.revoked_at}
    with st.form("revoke", border=False):
        key = st.selectbox(
            _("Revoke"), list(leading), index=None, format_func=lambda key: f"{key} · {leading[key].path}"
        )
        if st.form_submit_button(_("Revoke this short link")) and key:
            _revoke(key)


def _revoke(key: str) -> None:
    try:
        permission.permit(f"revoke short link {key}")
        short_links().revoke(key)
    except (permission.NotAllowed, LedgerUnavailable) as refused:
        st.error(str(refused))
        return
    st.session_state.pop("short_links", None)
    st.rerun()


def _listed(made: list[ShortLink], base: str) -> dict[str, list[str]]:
    return {
        _("Short link"): [f"{base}/s/{link.key}" for link in made],
        _("Leads to"): [link.path for link in made],
        _("Made on"): [language.day(day_of(link.made_at)) for link in made],
        _("Made by"): [link.made_by for link in made],
        _("Revoked on"): [language.day(day_of(link.revoked_at)) if link.revoked_at else "" for link in made],
    }
