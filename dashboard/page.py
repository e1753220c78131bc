"""The frame of a page and the way a chart stands in it: title, picture, summary, credit line, table, link."""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn
from urllib.parse import quote

import streamlit as st

from dashboard import freshness, language, links, share_dialog, tables
from dashboard.charts import all_charts, views_of
from dashboard.chosen_value import show_table
from dashboard.comparison.moments import RELEASE, Compared
from dashboard.controls import Controls
from dashboard.drawing import Drawing, corrected_since, draw
from dashboard.glossary import Term, terms_in
from dashboard.language import _, labelled
from dashboard.ledger import ledger, release_number
from dashboard.menu import MENU, PAGES_FOLDER
from dashboard.plots import plot
from dashboard.provenance import corrected_in_words, corrections_of
from etl.ledger.release import NoSuchRelease
from etl.ledger.snapshot import Snapshot

GOING = "going"
KEPT_ACROSS_PAGES = ("home", "lang", "release", "briefing")


class Page:
    """One page in one run: the release it shows, its controls, and its charts."""

    def __init__(self, name: str):
        self.name, self.part = name, MENU[name].part
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
        self._told = st.container()  # what fell back is known at the end, and read first

    def chosen_chart(self, *, hidden: tuple[str, ...] = ()) -> Drawing:
        """A row of buttons, one for each chart that stands behind one on this page; only the chosen chart runs."""
        views = views_of(self.name)
        names = {code: _(chart.view.label) for code, chart in views.items() if chart.view}
        code = self.controls.choose("view", names, next(iter(views)))
        return self.chart(views[code].id, hidden=hidden)

    def chart(
        self, chart_id: str, *, hidden: tuple[str, ...] = (), asking: bool = True, part: float = 1, **fixed: Any
    ) -> Drawing:
        """Ask for what the chart needs and this page has not asked yet, draw it, and show it with all that belongs to it.

        Parameters in `hidden` keep their defaults, those in `fixed` have these values; with `asking` off none is asked.
        `part`: of the width of its row.
        """
        chart = all_charts()[chart_id]
        hidden = hidden if asking else tuple(chart.Params.model_fields)
        params = self.controls.ask(chart.Compared if asking else chart.Params, hidden=hidden, fixed=fixed)
        return self.show(chart_id, params, part=part)

    def show(self, chart_id: str, params: Any, *, part: float = 1) -> Drawing:
        """The chart with all that belongs to it and, where another moment is asked for, what differs from that below it."""
        drawing = draw(self.ledger, chart_id, getattr(params, "own", params), self.snapshot.release)
        self._show(drawing, getattr(params, "own", params), part=part)
        if isinstance(params, Compared):
            if (number := params.with_release) and number > self.ledger.newest():
                self.notes.append(_("There is no release {asked}.").format(asked=number))
                params = params.model_copy(update={RELEASE: None})
            if params.asked:
                self._show(draw(self.ledger, chart_id, params, self.snapshot.release), params)
        return drawing

    def _show(self, drawing: Drawing, params: Any, *, part: float = 1) -> None:
        key = f"chart_{drawing.key}"
        with st.container(gap="xxsmall", key=f"{key}_head"):
            st.header(escaped(drawing.title), anchor=False)
            st.caption(escaped(drawing.subtitle))
        self._corrections(drawing)
        plot(drawing, self.theme, key, part=part)
        if drawing.further:
            st.caption(escaped(drawing.further))
        if drawing.is_comparison and len(drawing.rows):
            tables.show(drawing.table.dropna(axis=1, how="all"), alt=drawing.summary, key=f"differences_{drawing.key}")
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_foot"):
            line = freshness.line(self.ledger, drawing) if not self.pinned else ""
            st.caption(escaped(" · ".join(filter(None, (drawing.credit_line, line)))), width="content")
            self._sources(drawing)
            self._table(drawing)
            self._terms(drawing)
            share_dialog.share(drawing, params, self.controls.link(), links.public_base(origin()))

    def _corrections(self, drawing: Drawing) -> None:
        """What was corrected in the figures shown; of a pinned view also what was since, with the way to the difference."""
        texts = [escaped(corrected_in_words(release)) for release in corrections_of(drawing.changes)]
        if since := corrected_since(self.ledger, drawing) if self.pinned else []:
            address = self._url(f"/c/{drawing.chart.id}", links.query_of(drawing.params), drawing.release)
            link = f"[{_('See what changed in this view')}]({in_markdown(address)}#changes)"
            texts += [f"{escaped(corrected_in_words(release, later=True))} {link}" for release in since]
        for text in texts:
            st.warning(text, icon=":material/edit_note:")

    def _sources(self, drawing: Drawing) -> None:
        popover = st.popover(_("Sources"), type="tertiary", key=f"sources_{drawing.key}", on_change="rerun")
        if not popover.open:
            return
        with popover:
            for source in drawing.sources:
                url = source.url if (source.url or "").startswith("https://") else ""
                where = f" [{_('Open the source')}]({in_markdown(url)})" if url else ""
                st.markdown(f"{escaped(source.publisher)}: {escaped(source.title)}.{where}")
                for text in (source.credit, source.licence):
                    if text:
                        st.caption(escaped(text))

    def _table(self, drawing: Drawing) -> None:
        popover = st.popover(_("Table"), type="tertiary", key=f"table_{drawing.key}", on_change="rerun")
        if not popover.open:
            return
        with popover:
            show_table(drawing, origin())
            address = self._url(f"/c/{drawing.chart.id}.csv", links.query_of(drawing.params), drawing.release)
            with st.container(horizontal=True):
                st.link_button(_("Download CSV"), address)
                st.link_button(_("CSV for a spreadsheet"), f"{address}&spreadsheet={language.current()}")

    def _terms(self, drawing: Drawing) -> None:
        """What the words of the chart mean, for who meets them for the first time."""
        terms = terms_in(drawing.title, drawing.subtitle, drawing.summary)
        if not terms:
            return
        popover = st.popover(_("Terms"), type="tertiary", key=f"terms_{drawing.key}", on_change="rerun")
        if popover.open:
            with popover:
                show_terms(terms)

    def _url(self, path: str, query: Mapping[str, str], release: int | None = None) -> str:
        pinned = {"release": str(release)} if release else {}
        return origin() + links.url(path, {**query, **pinned, "lang": language.current()})

    def close(self) -> None:
        """Say what had to fall back, and make the URL say what is shown."""
        for note in dict.fromkeys(self.notes + self.controls.notes):
            self._told.warning(escaped(note), icon=":material/info:")
        address = f"{links.public_base(origin())}/accessibility?lang={language.current()}"
        st.markdown(f":small[[{_('Accessibility')}]({in_markdown(address)})]")  # no caption: its links are too pale
        if "home" in self.controls.asked:
            st.session_state["kept.home"] = self.controls.asked["home"]
        general = _kept()
        if not self.pinned:
            general.pop("release", None)
        query = general | self.controls.link()
        if asked() != query:
            st.query_params.from_dict(query)
        st.session_state["url"] = (self.name, query)


def go(page: str, query: Mapping[str, str]) -> NoReturn:
    """Open a page of the app at a link's query. The address follows when the page has run: so it is one step back."""
    _keep(st.query_params)
    st.session_state[GOING] = dict(query)
    st.switch_page(PAGES_FOLDER / f"{page}.py")


def asked() -> dict[str, str]:
    """The query of the address bar, or of the page that is just opened."""
    if GOING in st.session_state:
        return st.session_state[GOING]
    shown = st.query_params
    return links.joined((name, value) for name in shown for value in shown.get_all(name))


def _incoming(page: str) -> tuple[dict[str, str], bool]:
    """What the URL says, completed by what is kept across pages; and whether it was set from outside this page."""
    _page, query = links.migrated(page, asked())
    st.session_state.pop(GOING, None)
    opened = st.session_state.get("url") != (page, query)
    if opened:
        _keep(query)
    return _kept() | query, opened


def _keep(query: Mapping[str, str]) -> None:
    """What a link says that stays the same from page to page."""
    for name in KEPT_ACROSS_PAGES:
        if query.get(name):
            st.session_state[f"kept.{name}"] = query[name]


def show_terms(terms: Iterable[Term]) -> None:
    """Terms with their meaning, a line each."""
    for term in terms:
        st.markdown(labelled(f"**{escaped(term.name)}**", escaped(term.meaning)))


def _kept() -> dict[str, str]:
    """What stays the same from page to page: home country, language, pinned release, the views put into a briefing."""
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
