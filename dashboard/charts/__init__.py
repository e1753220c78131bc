"""Every chart, one module each, found by looking. A module is four things and a docstring:

`Params` (what a link can say), `rows(view, params)` (SQL to a table), `figure(rows, params)` (the table drawn; its title
is the finding) and `summary(rows, params)` (one plain sentence with the key numbers). The docstring says what it shows.
A chart that a phone's width does not hold has a `narrow(rows, params)`, too: the same drawn in another form.
`PAGE` and `TITLE` say where it stands and what it is called; `VIEW` the button of the page that it stands behind. `BRIEF`
names the three or four columns that are read beside its picture on a slide, where `brief_rows(rows)` may put other rows first.
`further(rows, params)` is the sentence below the picture, of a chart whose summary would say it over again in words.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.comparison.moments import compared
from dashboard.params import ChartParams
from etl.ledger.snapshot import Snapshot


@dataclass(frozen=True)
class View:
    """A button of a page: its code in links (`view=`), its label (English; translated where shown), and its place in the row."""

    code: str
    label: str
    place: int


@dataclass(frozen=True)
class Chart:
    """A chart found: its id (the module's name in kebab case), the page it stands on and its four parts."""

    id: str
    module: ModuleType

    @property
    def page(self) -> str:
        return self.module.PAGE

    @property
    def title(self) -> str:
        """What it is called in lists (English; translated where shown)."""
        return self.module.TITLE

    @property
    def view(self) -> View | None:
        """The button it stands behind; None for a chart that its page shows at once."""
        return getattr(self.module, "VIEW", None)

    @property
    def Params(self) -> type[Any]:
        return self.module.Params

    @property
    def Compared(self) -> type[Any]:
        """Its parameters with those of another moment, which the view can be compared with."""
        return compared(self.module.Params)

    @property
    def rows(self) -> Callable[[Snapshot, ChartParams], pd.DataFrame]:
        return self.module.rows

    @property
    def figure(self) -> Callable[[pd.DataFrame, ChartParams], go.Figure]:
        return self.module.figure

    @property
    def narrow(self) -> Callable[[pd.DataFrame, ChartParams], go.Figure] | None:
        """Its form for narrow places; None where the same figure does."""
        return getattr(self.module, "narrow", None)

    @property
    def brief(self) -> tuple[str, ...]:
        """The columns of its table that are read beside its picture; none: whatever tells the rows apart."""
        return getattr(self.module, "BRIEF", ())

    @property
    def brief_rows(self) -> Callable[[pd.DataFrame], pd.DataFrame] | None:
        """What puts those rows first that matter beside its picture; None where the table's own order does."""
        return getattr(self.module, "brief_rows", None)

    @property
    def summary(self) -> Callable[[pd.DataFrame, ChartParams], str]:
        return self.module.summary

    @property
    def further(self) -> Callable[[pd.DataFrame, ChartParams], str] | None:
        """The sentence below its picture; None where that is what the summary says beyond the title."""
        return getattr(self.module, "further", None)


@cache
def all_charts() -> dict[str, Chart]:
    """Charts by id, in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {
        name.replace("_", "-"): Chart(name.replace("_", "-"), importlib.import_module(f"{__name__}.{name}"))
        for name in names
    }


@cache
def views_of(page: str) -> dict[str, Chart]:
    """The charts behind the buttons of a page by the buttons' codes, in the order of the buttons."""
    charts = [(chart.view, chart) for chart in all_charts().values() if chart.page == page and chart.view]
    return {view.code: chart for view, chart in sorted(charts, key=lambda pair: (pair[0].place, pair[0].code))}
