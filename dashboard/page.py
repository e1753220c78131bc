"""The frame of a page and the way a chart stands in it: title, picture, summary, credit line, table, link."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import streamlit as st
from plotly.basedatatypes import BaseFigure

from dashboard import language, links, share_dialog, tables
from dashboard.charts import all_charts, views_of
from dashboard.controls import Controls
from dashboard.drawing import Drawing, draw
from dashboard.language import _
from dashboard.ledger import ledger, release_number
from dashboard.menu import MENU
from etl.ledger.release import NoSuchRelease
from etl.ledger.snapshot import Snapshot

PLOT_CONFIG = {
    "displayModeBar": False,
    "displaylogo": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
}
KEPT_ACROSS_PAGES = ("home", "lang", "release")


class PrebuiltFigure(BaseFigure):
    """A finished figure, handed over as it is. Streamlit would build it anew from plain data in every rerun: 5 ms each."""

    def __init__(self, data: dict[str, Any]):
        self._settled = data

    def to_dict(self) -> dict[str, Any]:
        return self._settled


class Page:
    """One page in one run: the release it shows, its controls, and its charts."""

    def __init__(self, name: str):
        self.name = name
        self.ledger = ledger()
        query, opened = _incoming(name)
        self.notes: list[str] = []
        self.pinned = self._pinned(query)
        self.snapshot: Snapshot = self.ledger.at(self.pinned or self.ledger.newest())
        self.controls = Controls(name, self.snapshot, query, opened)

    def _pinned(self, query: Mapping[str, str]) -> int | None:
        """The release the link asks for; None is the newest one."""
        asked = query.get("release", "")
        if not asked:
            return None
        try:
            return self.ledger.release(release_number(asked) or 0).number
        except NoSuchRelease:
            newest = self.ledger.newest()
            self.notes.append(
                _("There is no release {asked}; showing the newest, {newest}.").format(asked=asked[:20], newest=newest)
            )
            return None

    @property
    def theme(self) -> str:
        return st.context.theme.type or "light"

    def title(self) -> None:
        """The page's name and the question it answers."""
        entry = MENU[self.name]
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="page_title"):
            st.title(_(entry.title), anchor=False, width="content")
            st.caption(_(entry.question), width="content")

    def chosen_chart(self, *, hidden: tuple[str, ...] = ()) -> Drawing:
        """A row of buttons, one for each chart that stands behind one on this page; only the chosen chart runs."""
        views = views_of(self.name)
        names = {code: _(chart.view.label) for code, chart in views.items() if chart.view}
        code = self.controls.choose("view", names, next(iter(views)))
        return self.chart(views[code].id, hidden=hidden)

    def chart(self, chart_id: str, *, hidden: tuple[str, ...] = (), asking: bool = True, **fixed: Any) -> Drawing:
        """Ask for what the chart needs and this page has not asked yet, draw it, and show it with all that belongs to it.

        Parameters in `hidden` keep their defaults, those in `fixed` have these values; with `asking` off none is asked.
        """
        chart = all_charts()[chart_id]
        hidden = hidden if asking else tuple(chart.Params.model_fields)
        params = self.controls.ask(chart.Params, hidden=hidden, fixed=fixed)
        drawing = draw(self.ledger, chart_id, params, self.snapshot.release)
        self.show(drawing, params)
        return drawing

    def show(self, drawing: Drawing, params: Any) -> None:
        key = f"chart_{drawing.chart.id}"
        with st.container(gap="xxsmall", key=f"{key}_head"):
            st.subheader(escaped(drawing.title), anchor=False)
            st.caption(escaped(drawing.subtitle))
        figure = PrebuiltFigure(drawing.themed(self.theme))
        st.plotly_chart(figure, theme=None, key=key, config=PLOT_CONFIG, alt=drawing.summary)
        st.caption(escaped(drawing.summary))
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_foot"):
            st.caption(escaped(drawing.credit_line), width="content")
            self._sources(drawing)
            self._table(drawing)
            share_dialog.share(drawing, params, self.controls.link(), links.public_base(origin()))

    def _sources(self, drawing: Drawing) -> None:
        popover = st.popover(_("Sources"), type="tertiary", key=f"sources_{drawing.chart.id}", on_change="rerun")
        if not popover.open:
            return
        with popover:
            for source in drawing.sources:
                where = (
                    f" [{_('Open the source')}]({in_markdown(source.url)})"
                    if source.url and source.url.startswith("https://")
                    else ""
                )
                st.markdown(f"{escaped(source.publisher)}: {escaped(source.title)}.{where}")
                for text in (source.credit, source.licence):
                    if text:
                        st.caption(escaped(text))

    def _table(self, drawing: Drawing) -> None:
        popover = st.popover(_("Table"), type="tertiary", key=f"table_{drawing.chart.id}", on_change="rerun")
        if not popover.open:
            return
        with popover:
            tables.show(drawing.table, alt=drawing.summary, key=f"rows_{drawing.chart.id}")
            address = self._url(f"/c/{drawing.chart.id}.csv", links.query_of(drawing.params), drawing.release)
            with st.container(horizontal=True):
                st.link_button(_("Download CSV"), address)
                st.link_button(_("CSV for a spreadsheet"), f"{address}&spreadsheet={language.current()}")

    def _url(self, path: str, query: Mapping[str, str], release: int | None = None) -> str:
        pinned = {"release": str(release)} if release else {}
        return origin() + links.url(path, {**query, **pinned, "lang": language.current()})

    def close(self) -> None:
        """Say what had to fall back, and make the URL say what is shown."""
        for note in dict.fromkeys(self.notes + self.controls.notes):
            st.warning(escaped(note), icon=":material/info:")
        if "home" in self.controls.asked:
            st.session_state["kept.home"] = self.controls.asked["home"]
        general = _kept()
        if not self.pinned:
            general.pop("release", None)
        query = general | self.controls.link()
        if _asked() != query:
            st.query_params.from_dict(query)
        st.session_state["url"] = (self.name, query)


def _asked() -> dict[str, str]:
    """The query of the address bar."""
    asked = st.query_params
    return links.joined((name, value) for name in asked for value in asked.get_all(name))


def _incoming(page: str) -> tuple[dict[str, str], bool]:
    """What the URL says, completed by what is kept across pages; and whether it was set from outside this page."""
    _page, query = links.migrated(page, _asked())
    opened = st.session_state.get("url") != (page, query)
    if opened:
        for name in KEPT_ACROSS_PAGES:
            if query.get(name):
                st.session_state[f"kept.{name}"] = query[name]
    return _kept() | query, opened


def _kept() -> dict[str, str]:
    """What stays the same from page to page: home country, language, pinned release."""
    return {
        name: st.session_state[f"kept.{name}"] for name in KEPT_ACROSS_PAGES if st.session_state.get(f"kept.{name}")
    }


def speak() -> None:
    """Set the language of this run: the link's, else the one chosen before, else the browser's."""
    wanted = st.query_params.get("lang") or st.session_state.get("kept.lang")
    language.use(wanted if wanted in language.LANGUAGES else language.preferred(st.context.locale))


def origin() -> str:
    """Scheme, host and port this page is open at, as the browser sees them."""
    parts = st.context.url.split("/", 3) if st.context.url else []
    return "/".join(parts[:3])


def in_markdown(url: str) -> str:
    """An address as the target of a Markdown link: it can't end the link and begin something else."""
    return quote(url, safe="/:?#@!$&'*+,;=%~-._")


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: no link, no picture, no colour comes from data."""
    return "".join(f"\\{char}" if char in r"\`*_{}[]()<>#+-!|$:~^" else char for char in text)
