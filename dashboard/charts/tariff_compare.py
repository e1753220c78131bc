"""Two moments of one question, each a day and what was known on a day: measure by measure, what counted then and counts now."""

from datetime import date, timedelta
from typing import Self

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import style
from dashboard.charts import View
from dashboard.forms import LETTERS
from dashboard.language import _, day, trimmed_percent
from dashboard.params import set_day
from dashboard.topics.code_bars import narrow_it, to_be_narrowed
from dashboard.topics.named_bars import DESK_LETTERS, Lanes, outline_bar
from dashboard.topics.tariff_goods import answer_of, goods_in_words
from dashboard.topics.tariffs import TariffParams, charged_in_words, rate_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Two moments compared")
VIEW = View("compare", N_("Two moments"), 9)
THEN_PX, NOW_PX = 15, 17
COLUMNS = ["kind", "measure_id", "title", "before_pct", "after_pct", "source_id", "change_pct", "goods"]


class Params(TariffParams):
    before_on: date | None = Field(None, title=N_("Compared with"))
    before_known: date | None = Field(None, title=N_("Then as known on"))

    def explicit(self, snapshot: Snapshot) -> Self:
        """A year before, as known then, unless it is said."""
        found = super().explicit(snapshot)
        found = found.filled(before_on=set_day(found.on) - timedelta(days=365))
        return found.filled(before_known=found.before_on)


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row a measure that counts at one of the moments, then the total: before_pct, after_pct, change_pct (% of value).

    A total is empty where the import is banned. There are no rows where the goods have to be narrowed down.
    """
    then = params.model_copy(update={"on": params.before_on, "known": params.before_known})
    before, after = answer_of(snapshot, then), answer_of(snapshot, params)
    if any(answer["total_pct"] is None and not answer["banned"] for answer in (before, after)):
        return pd.DataFrame(columns=COLUMNS)
    parts: dict[str, dict] = {}
    for name, answer in (("before", before), ("after", after)):
        for layer in answer["layers"]:
            if layer["included"]:
                row = parts.setdefault(layer["measure_id"], {"title": layer["title"], "sources": set()})
                row[f"{name}_pct"] = row.get(f"{name}_pct", 0.0) + (layer["counted_pct"] or 0.0)
                row["sources"] |= {layer["source"]} - {None}
    table = [
        {
            "kind": "layer",
            "measure_id": measure,
            "title": row["title"],
            "before_pct": row.get("before_pct", 0.0),
            "after_pct": row.get("after_pct", 0.0),
            "source_id": ";".join(sorted(row["sources"])),
        }
        for measure, row in parts.items()
    ]
    everything = ";".join(sorted({name for row in table for name in row["source_id"].split(";")} - {""}))
    totals = {"before_pct": before["total_pct"], "after_pct": after["total_pct"]}
    table.append(
        {"kind": "total", "measure_id": "", "title": _("In force together"), **totals, "source_id": everything}
    )
    found = pd.DataFrame(table).astype({"before_pct": "float64", "after_pct": "float64"})
    found["change_pct"] = found["after_pct"] - found["before_pct"]
    return found.assign(goods=goods_in_words(snapshot, params))


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, DESK_LETTERS, 0.5)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, LETTERS, 0.9)  # for two rates of two decimals


def _drawn(rows: pd.DataFrame, params: Params, letters: int, room: float) -> go.Figure:
    if rows.empty:
        return to_be_narrowed(params)
    said = _("Duties {charged}, % of customs value; outlined: {before}; filled: {after}").format(
        charged=charged_in_words(params),
        before=_moment(params.before_on, params.before_known),
        after=_moment(params.on, params.known),
    )
    fig = style.figure(_finding(rows, params), said)
    lanes = Lanes(fig, letters)
    for row in rows.itertuples():
        _bars(lanes, row)
    lanes.close(max(rows[["before_pct", "after_pct"]].max().max(), 1.0), room)
    return fig


def _bars(lanes: Lanes, row) -> None:
    """The earlier moment as an outline, the later one filled below it; their rates beside the longer."""
    total = row.kind == "total"
    top = lanes.named(row.title, THEN_PX + NOW_PX, bold=total)
    hover = f"<b>{style.wrapped(row.title, 56)}</b><br>{_terms(row)}"
    before, after = (0.0 if pd.isna(rate) else rate for rate in (row.before_pct, row.after_pct))
    outline_bar(lanes.fig, before, (top, top - THEN_PX + 3), style.ENDED, hover, dash="solid", hatched=False)
    lanes.fig.add_bar(
        x=[after],
        y=[top - THEN_PX - NOW_PX / 2],
        width=NOW_PX,
        orientation="h",
        hovertext=[hover],
        hoverinfo="text",
        marker={"color": style.IN_FORCE, "opacity": 1.0 if total else 0.72, "line": {"width": 0}},
    )
    place = (max(before, after), top - (THEN_PX + NOW_PX) / 2)
    style.note(lanes.fig, place, f"<b>{_terms(row)}</b>", style.IN_FORCE, xanchor="left", xshift=6)


def _moment(on: date | None, known: date | None) -> str:
    on, known = set_day(on), set_day(known)
    if on == known:
        return day(on)
    return _("{on}, as known on {known}").format(on=day(on), known=day(known))


def _side(value: float, kind: str) -> str:
    if pd.isna(value):
        return rate_in_words(None, "ban")
    return trimmed_percent(value) if value or kind == "total" else _("none")


def _terms(row) -> str:
    before, after = _side(row.before_pct, row.kind), _side(row.after_pct, row.kind)
    return before if before == after else f"{before} → {after}"


def _finding(rows: pd.DataFrame, params: Params) -> str:
    total = next(rows.iloc[[-1]].itertuples())
    before, after = _side(total.before_pct, "total"), _side(total.after_pct, "total")
    words = (
        _("{goods}: {rate} both on {then} and on {now}")
        if before == after
        else _("{goods}: from {before} on {then} to {rate} on {now}")
    )
    then, now = _moment(params.before_on, params.before_known), _moment(params.on, params.known)
    return words.format(goods=total.goods, before=before, rate=after, then=then, now=now)


def summary(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return narrow_it(params) + "."
    moved = rows[(rows["kind"] == "layer") & (rows["change_pct"] != 0)]
    parts = "; ".join(f"{row.title} {_terms(row)}" for row in moved.itertuples())
    said = _("What changed: {parts}.").format(parts=parts) if parts else further(rows, params)
    return f"{_finding(rows, params)}. {said}"


def further(rows: pd.DataFrame, params: Params) -> str:
    """That nothing changed; what did, the bars say."""
    same = not rows.empty and (rows.loc[rows["kind"] == "layer", "change_pct"] == 0).all()
    return _("No measure on these goods changed its rate between the two days.") if same else ""
