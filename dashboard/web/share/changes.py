"""What new figures did to a pinned view: it and the same view of now, compared."""

from dataclasses import dataclass
from typing import Any

from dashboard import links
from dashboard.comparison.moments import RELEASE, moment_of
from dashboard.drawing import Drawing, draw
from dashboard.params import ChartParams
from etl.ledger.ledger import Ledger
from etl.ledger.snapshot import Snapshot

MOST_SHOWN = 40


@dataclass(frozen=True)
class Newer:
    """What is different in the newest figures (A is the pinned view, B the same of now), and the query of the live view."""

    drawing: Drawing
    query: dict[str, str]


def newer(ledger: Ledger, pinned: Drawing, newest: int) -> Newer | None:
    """None when the pinned release is the newest, nothing in this view differs, or the view compares two moments itself."""
    if pinned.release >= newest or pinned.is_comparison:
        return None
    opened = opened_again(ledger, pinned)
    names = moment_of(type(pinned.params))
    said = dict(pinned.params) | {name: getattr(opened, name) for name in names}
    said |= {f"with_{name}": getattr(pinned.params, name) for name in names} | {RELEASE: pinned.release}
    found = draw(ledger, pinned.chart.id, pinned.chart.Compared.model_construct(**said), newest)
    return None if found.rows.empty else Newer(found, {**links.query_of(opened), "lang": pinned.language})


def since(ledger: Ledger, pinned: Drawing, before: int) -> Drawing | None:
    """What is different in a view (B) since a release before its own (A), compared; None where that release can't answer it,
    or the view compares two moments itself."""
    if pinned.is_comparison:
        return None
    opened, snapshot = opened_again(ledger, pinned), ledger.at(before)
    if links.params_of(type(opened), links.query_of(opened), snapshot).refused:
        return None
    then = opened.explicit(snapshot)
    said = {f"with_{name}": getattr(then, name) for name in moment_of(type(then))} | {RELEASE: before}
    params = pinned.chart.Compared.model_construct(**dict(pinned.params), **said)
    return draw(ledger, pinned.chart.id, params, pinned.release)


def opened_again(ledger: Ledger, pinned: Drawing) -> ChartParams:
    """The parameters with what had followed the figures when the link was made (newest edition, known today) open again.

    A day looked at stays; so does an edition or a day of knowledge that was not the newest then.
    """
    snapshot, params = ledger.at(pinned.release), pinned.params
    made_on = ledger.release(pinned.release).published_on
    if (known := getattr(params, "known", None)) and known >= made_on:
        params = params.model_copy(update={"known": None})
    for name in type(params).model_fields:
        if (
            name in ("known", "on")
            or getattr(params, name) is None
            or type(params).model_fields[name].get_default() is not None
        ):
            continue
        opened = params.model_copy(update={name: None})
        if _filled(opened, pinned.params, snapshot, name) == getattr(pinned.params, name):
            params = opened
    return params


def _filled(opened: ChartParams, pinned: ChartParams, snapshot: Snapshot, name: str) -> Any:
    """What the open parameter would have been at the pinned release, on the pinned days."""
    days = {day: getattr(pinned, day) for day in ("known", "on") if hasattr(pinned, day)}
    return getattr(opened.model_copy(update=days).explicit(snapshot), name)
