"""A view as a page in a folder: its addresses are files beside it."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import links
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.language import current
from dashboard.ledger import ledger
from dashboard.web.api import charts, formats
from dashboard.web.share import evidence
from dashboard.web.share.files import FORMS
from dashboard.web.share.images import Pictures
from dashboard.web.share.view import SharedView, ledger_name

CHARTS = "c"  # folder of the views, as in addresses
PICTURES = ("png", "svg")


@dataclass(frozen=True)
class Edition:
    """What an edition is of: a release, the country that charts begin with, the ledger's public address (empty: none), charts."""

    release: int
    home: str
    base: str
    charts: tuple[str, ...]


@dataclass(frozen=True)
class FiledView(SharedView):
    """A view of a release that is kept for good. `base` is the public address of the ledger, empty where it has none."""

    def address(self, ending: str = "", *, pinned: bool = True, **more: str) -> str:
        chart = self.drawing.chart.id
        if ending == "/verify.py":
            return f"verify-{chart}.py"
        return f"{chart}{ending or '.html'}"

    @property
    def origins(self) -> dict[str, list[str]]:
        if not self.base:
            return {}
        return {column: [self.base + one for one in found] for column, found in super().origins.items()}

    def in_language(self, code: str) -> str:
        return f"../../{code}/{CHARTS}/{self.address()}"

    @property
    def permanent(self) -> str:
        """Where a server shows the same, or else the name of the file."""
        own = links.url(f"/c/{self.drawing.chart.id}", self.pinned_query)
        return self.base + own if self.base else f"{current()}/{CHARTS}/{self.address()}"

    @property
    def home(self) -> str:
        return "../overview.html"

    @property
    def interactive(self) -> str:
        return self.base + super().interactive if self.base else ""


def filed_view(chart_id: str, edition: Edition) -> FiledView:
    """A chart as it stands before anything is chosen but the home country, in the current language."""
    model, release = all_charts()[chart_id].Params, edition.release
    params = links.params_of(model, links.homely(model, {"home": edition.home}), ledger().at(release)).params
    return FiledView(draw(ledger(), chart_id, params, release), params, True, release, "", edition.base)


def files_of(seen: FiledView, pictures: Pictures) -> dict[str, bytes]:
    """Everything beside the page of a view, by the name of its file. Raises NoBrowser."""
    drawing = seen.drawing
    _media_type, workbook = FORMS["xlsx"]
    made = {
        seen.address(f".{form}"): pictures.picture(drawing, ledger_name(drawing.release), form, "page", "light")
        for form in PICTURES
    }
    script = evidence.script_of(
        drawing, ledger().at(drawing.release), seen.permanent, "../../" + release_file(drawing.release)
    )
    return made | {
        seen.address(".csv"): formats.csv(drawing.rows, charts.DIGITS),
        seen.address(".json"): formats.json_bytes(charts.document_of(drawing)),
        seen.address(".xlsx"): workbook(drawing, pictures, seen.permanent),
        seen.address("/verify.py"): script.encode(),
    }


def release_file(release: int) -> str:
    """The zip of the release, at the top of the folder."""
    return f"release-{release}.zip"
