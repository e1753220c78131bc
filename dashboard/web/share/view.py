"""What a link asks to see: chart, release, language, parameters; and the drawing of it."""

from dataclasses import dataclass
from functools import lru_cache

from dashboard import freshness, language, lineage, links
from dashboard.alerts.rule import TOUCHED, Alert, opened
from dashboard.charts import all_charts
from dashboard.comparison.moments import Compared
from dashboard.drawing import Drawing, corrected_since, draw
from dashboard.language import _
from dashboard.ledger import ledger, release_number
from dashboard.params import ChartParams
from dashboard.provenance import corrected_in_words, corrections_of
from dashboard.web.request_response import DataRequest
from etl.ledger.release import NoSuchRelease

THEMES = ("light", "dark")


class ViewNotFound(LookupError):
    """No chart of that name, or no release to draw it from; the sentence is for the reader."""

    def __init__(self, status: int, sentence: str):
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


@dataclass(frozen=True)
class SharedView:
    """A view that is shown. `params` is what the link says and stays live; the drawing's own parameters say everything."""

    drawing: Drawing
    params: ChartParams
    pinned: bool
    newest: int
    theme: str
    base: str
    notes: tuple[str, ...] = ()

    @property
    def live_query(self) -> dict[str, str]:
        """The view that follows new figures: what the link said, without a release."""
        return {**links.query_of(self.params), "lang": self.drawing.language}

    @property
    def pinned_query(self) -> dict[str, str]:
        """Exactly these figures: every parameter and the release."""
        return links.pinned_query(self.drawing)

    @property
    def own_query(self) -> dict[str, str]:
        """The view as the reader came by it: live or pinned."""
        return self.pinned_query if self.pinned else self.live_query

    def address(self, ending: str = "", *, pinned: bool = True, **more: str) -> str:
        """Path and query of this view as a page (no ending) or a file (`.png`)."""
        query = self.pinned_query if pinned else self.live_query
        return links.url(f"/c/{self.drawing.chart.id}{ending}", {**query, **more})

    def in_language(self, code: str) -> str:
        """This view in a language."""
        theme = {"theme": self.theme} if self.theme else {}
        return links.url(f"/c/{self.drawing.chart.id}", {**self.own_query, "lang": code, **theme})

    @property
    def origins(self) -> dict[str, list[str]]:
        """By column of its table, the page of the origin of each value; none of a comparison."""
        return {} if self.drawing.is_comparison else lineage.addresses(self.drawing)

    @property
    def permanent(self) -> str:
        """The whole address of exactly these figures."""
        return self.base + self.address()

    @property
    def home(self) -> str:
        return links.url("/", {"lang": self.drawing.language})

    @property
    def feed(self) -> str:
        """The feed of each release that touches this view; empty for a comparison."""
        if self.drawing.is_comparison:
            return ""
        asked = self.params.own if isinstance(self.params, Compared) else self.params
        return Alert(self.drawing.chart, opened(asked, TOUCHED), TOUCHED).feed

    @property
    def fresh(self) -> str:
        """How fresh the figures of a live view are."""
        return "" if self.pinned else freshness.line(ledger(), self.drawing)

    @property
    def credit_line(self) -> str:
        """The drawing's, and how fresh its figures are."""
        return " · ".join(filter(None, (self.drawing.credit_line, self.fresh)))

    @property
    def warnings(self) -> tuple[str, ...]:
        """The notes, and from which day on nothing is known: the app says that in its header."""
        return (*self.notes, *filter(None, [freshness.unknown_then(self.drawing)]))

    @property
    def corrections(self) -> list[str]:
        """What was corrected in the figures shown."""
        return [corrected_in_words(release) for release in corrections_of(self.drawing.changes)]

    @property
    def corrected_since(self) -> list[str]:
        """What was corrected after the release that a pinned view keeps to."""
        releases = corrected_since(ledger(), self.drawing) if self.pinned else []
        return [corrected_in_words(release, later=True) for release in releases]

    @property
    def interactive(self) -> str:
        return links.url(f"/{self.drawing.chart.page}", links.interactive_query(self.drawing.chart, self.own_query))


def newest_release() -> int:
    """Number of the newest release. Raises ViewNotFound when nothing was ever published."""
    newest = ledger().newest()
    if not newest:
        raise ViewNotFound(503, _("Nothing has been published yet. The operator can load the reviewed figures."))
    return newest


def shared_view(request: DataRequest, chart_id: str) -> SharedView:
    """The view a reader asked for. Wrong values fall back to defaults and are told; unknown names are not looked at.

    Raises ViewNotFound.
    """
    chart_id, query = links.migrated(chart_id, request.parameters)
    language.use(query.get("lang") or request.accept_language)
    if chart_id not in all_charts():
        raise ViewNotFound(404, _("There is no chart “{name}”. It may have been renamed.").format(name=chart_id[:60]))
    newest = newest_release()
    number, notes = _release(query.get("release", ""), newest)
    here = ledger().at(number or newest)
    linked = links.params_of(all_charts()[chart_id].Compared, query, here, ledger().at)
    notes += [note.text(_) for note in linked.notes]
    drawing = draw(ledger(), chart_id, linked.params, number or newest)
    theme = query.get("theme", "")
    return SharedView(
        drawing,
        linked.params,
        bool(number),
        newest,
        theme if theme in THEMES else "",
        links.public_base(request.base),
        tuple(notes),
    )


def _release(text: str, newest: int) -> tuple[int | None, list[str]]:
    """The release a link names (None: the newest), with a note when there is no such release."""
    if not text:
        return None, []
    try:
        return ledger().release(release_number(text) or 0).number, []
    except NoSuchRelease:
        return None, [
            _("There is no release {asked}; showing the newest, {newest}.").format(asked=text[:20], newest=newest)
        ]


@lru_cache(maxsize=64)
def ledger_name(release: int) -> str:
    """Tells this ledger's release from the same number in another ledger that shares a cache."""
    return f"{ledger().store.place} {ledger().release(release).published_at.isoformat()}"
