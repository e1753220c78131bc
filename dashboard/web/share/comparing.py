"""The way to another moment on a share page: a form that needs no script, and of a comparison its mirror and its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard import links
from dashboard.comparison.moments import OF_A, mirrored
from dashboard.language import _
from dashboard.params import choices_of
from dashboard.web.share.view import SharedView
from dashboard.widgets import kind_of
from etl.ledger.snapshot import Snapshot


@dataclass(frozen=True)
class Field:
    """What can be said of the other moment: its name in links, label, kind of input, value now, and codes to choose from."""

    name: str
    label: str
    kind: str
    value: str
    codes: tuple[str, ...] = ()


def comparing(seen: SharedView, newest: Snapshot) -> dict[str, Any]:
    """The form: where it goes, what it takes along, its fields; `swapped` and `alone`: a comparison from B to A, and without A.

    newest: the newest release, whose editions are offered.
    """
    drawing, path = seen.drawing, f"/c/{seen.drawing.chart.id}"
    theme = {"theme": seen.theme} if seen.theme else {}
    own = {name: value for name, value in seen.own_query.items() if name not in OF_A} | theme
    swapped = ""
    if drawing.is_comparison:
        params, release = mirrored(drawing.params, drawing.release)
        query = {**links.query_of(params), "release": str(release), "lang": drawing.language, **theme}
        swapped = links.url(path, query)
    return {
        "path": path,
        "hidden": own,
        "fields": _fields(seen, newest),
        "newest": seen.newest,
        "swapped": swapped,
        "alone": links.url(path, own) if drawing.is_comparison else "",
    }


def _fields(seen: SharedView, newest: Snapshot) -> list[Field]:
    model = seen.drawing.chart.Compared
    said, choices = links.query_of(seen.drawing.params), choices_of(model)
    found = []
    for name in (name for name in OF_A if name in model.model_fields):
        info = model.model_fields[name]
        codes = tuple(choices[name].codes(newest)) if name in choices else ()
        kind = "select" if codes else "number" if kind_of(info) is int else "date"
        found.append(Field(name, _(info.title or name), kind, said.get(name, ""), codes))
    return found
