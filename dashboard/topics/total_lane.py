"""The sum of the duties through time, in one lane: where goods that qualify under CUSMA pay otherwise, a dashed line of theirs."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.language import _, day, trimmed_percent
from dashboard.topics.schedule_words import on_the_day
from dashboard.topics.tariff_lanes import COUNTED, QUALIFYING, Axis, Shown, join_steps, name_rates, step
from dashboard.topics.tariff_standing import period


def name_of_total(lane: pd.DataFrame) -> str:
    """All duties together, and on which goods where that was asked."""
    asked = set(lane["usmca"])
    if asked == {"yes"}:
        return _("All duties together: goods that qualify under CUSMA")
    return _("All duties together: goods that do not qualify") if asked == {"no"} else _("All duties together")


def total_on(lane: pd.DataFrame, params: Any) -> str:
    """The sum on the day looked at, of goods that qualify, too, where it differs; and what a dashed line is."""
    now = on_the_day(lane[lane["status"] == "in_force"], params)
    rates = {row.usmca: _rate(row) for row in now.itertuples()}
    rate, qualifying = rates.get("no", next(iter(rates.values()), "")), rates.get("yes")
    said = _("nothing in force on {day}").format(day=day(params.on))
    if rate:
        said = _("{rate} on {day}").format(rate=rate, day=day(params.on))
    if apart(lane).empty:
        return said
    if qualifying == rate:
        return _("{said}; dashed: goods that qualify under CUSMA, where they paid less").format(said=said)
    qualifying = qualifying or trimmed_percent(0)
    return _("{said}; dashed: {rate}, goods that qualify under CUSMA").format(said=said, rate=qualifying)


def apart(lane: pd.DataFrame) -> pd.DataFrame:
    """The stretches of days on which goods that qualify pay another sum than those that do not: the rows of theirs, so cut."""
    ours, others = (lane[lane["usmca"] == usmca] for usmca in ("yes", "no"))
    end = pd.Timestamp.max.floor("D")
    cut = []
    for row in ours.to_dict("records"):
        start, last = row["from_on"], end if pd.isna(row["to_on"]) else row["to_on"]
        for other in others.to_dict("records"):
            until = end if pd.isna(other["to_on"]) else other["to_on"]
            same = other["rate_pct"] == row["rate_pct"] or (other["rate_kind"] == row["rate_kind"] == "ban")
            if same or other["from_on"] >= last or until <= start:
                continue
            both = max(start, other["from_on"]), min(last, until)
            cut.append({**row, "from_on": both[0], "to_on": pd.NaT if both[1] == end else both[1]})
    return _joined(pd.DataFrame(cut, columns=lane.columns))


def _joined(cut: pd.DataFrame) -> pd.DataFrame:
    """Stretches of one rate that follow one another, as one."""
    kept: list[dict[str, Any]] = []
    for row in cut.sort_values("from_on").to_dict("records"):
        last = kept[-1] if kept else None
        if last and last["to_on"] == row["from_on"] and last["rate_pct"] == row["rate_pct"]:
            last["to_on"] = row["to_on"]
        else:
            kept.append(row)
    return pd.DataFrame(kept, columns=cut.columns)


def draw_total(fig: go.Figure, lane: pd.DataFrame, base: float, axis: Axis) -> None:
    """The sum, filled, and over it what goods pay that qualify, where that differs."""
    whole = lane[lane["usmca"] == ("no" if (lane["usmca"] == "no").any() else lane["usmca"].iloc[0])]
    shown = []
    for look, rows in ((COUNTED, whole[whole["status"] == "in_force"]), (QUALIFYING, apart(lane))):
        for row in rows.itertuples():
            start, end = (max(row.from_on, axis.start), axis.end if pd.isna(row.to_on) else min(row.to_on, axis.end))
            top, words = base + axis.top(row), _rate(row)
            said = _("{rate} in all, {period}").format(rate=words, period=period(row.from_on, row.to_on))
            step(fig, look, (start, end), (base, top), said)
            shown.append(Shown(start, end, top, look, (words,), bold=look == COUNTED))
    join_steps(fig, shown)
    name_rates(fig, axis, shown)


def _rate(row: Any) -> str:
    return _("import ban") if row.rate_kind == "ban" else trimmed_percent(row.rate_pct)
