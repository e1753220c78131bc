"""What goods pay on a day, as a sum one can check with a pencil: layers counted, their total, and what is not counted and why.

Below the total stand other readings where sources or conditions leave more than one, and the layers that are threatened,
scheduled, suspended or give way to another: outlined, with the word, never part of the sum.
"""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.language import _, labelled, trimmed_percent
from dashboard.topics.code_bars import codes_summary, draw_codes
from dashboard.topics.named_bars import name_lane, outline_bar
from dashboard.topics.tariff_codes import PER_UNIT
from dashboard.topics.tariff_standing import OPEN_THREATS, doubts, left_out, shortened
from dashboard.topics.tariff_sum import sum_of_layers
from dashboard.topics.tariffs import TariffParams, known_in_words, low_trust, rate_in_words, reason_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.tariffs.words import ENDED

PAGE = "tariffs"
TITLE = N_("Tariff on a day")
BRIEF = ("title", "status", "counted_pct")

Params = TariffParams

LANE_HEIGHT = 46
OUTLINES = {
    "threatened": (style.THREATENED, "dot"),
    "announced": (style.THREATENED, "dot"),
    "scheduled": (style.IN_FORCE, "dash"),
}


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `dashboard.topics.tariff_sum.sum_of_layers`."""
    return sum_of_layers(snapshot, params)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    if not (rows["kind"] == "total").any():
        return draw_codes(rows, params)
    counted, total, readings, out = _parts(rows)
    lanes = len(counted) + 1 + len(readings) + len(out)
    fig = style.figure(_finding(rows, params), _subtitle(rows), height=30 + LANE_HEIGHT * lanes + 18 * bool(len(out)))
    drawn = pd.concat([counted, total, readings, out])
    width = max(drawn["rate_pct"].fillna(0).max(), counted["counted_pct"].sum(), 1.0)
    lane, sum_so_far = 0.0, 0.0
    for row in counted.itertuples():
        _bar(fig, lane, (sum_so_far, sum_so_far + row.counted_pct), row, width)
        sum_so_far += row.counted_pct
        lane += 1
    fig.add_hline(y=lane - 0.08, line={"color": style.INK, "width": 1.5})
    for row in total.itertuples():
        _bar(fig, lane, (0, row.rate_pct if row.rate_pct == row.rate_pct else width), row, width)
        lane += 1
    lane = _outlined(fig, lane, readings, width)
    if len(out):
        style.note(fig, (0, lane + 0.26), f"<i>{_('Not counted')}</i>", style.MUTED, xanchor="left")
        lane = _outlined(fig, lane + 0.45, out, width)
    fig.update_yaxes(range=[lane + 0.05, -0.1], showticklabels=False, showgrid=False, tickvals=[])
    fig.update_xaxes(range=[-width * 0.005, width * 1.36], showticklabels=False, showgrid=False)
    fig.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return fig


def _parts(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Layers counted, the total, other readings, and the layers not counted that say something: a rate, a ban, a standing."""
    layers = rows[(rows["kind"] == "layer") & ((rows["programme"] != "base") | (rows["counted_pct"] > 0))]
    out = layers[
        ~layers["included"]
        & ~layers["status"].isin(ENDED)
        & ((layers["rate_pct"] > 0) | (layers["rate_kind"] == "ban"))
    ]
    counted = layers[layers["included"]].sort_values("counted_pct", ascending=False, kind="stable")
    rank = out["status"].map({"threatened": 0, "scheduled": 1, "announced": 2}).fillna(3)
    return (
        counted,
        rows[rows["kind"] == "total"],
        rows[rows["kind"].isin(["reading", "ledger"])],
        out.loc[rank.sort_values(kind="stable").index],
    )


def _bar(fig: go.Figure, lane: float, span: tuple[float, float], row, width: float) -> None:
    """A filled bar under its name: a layer standing where the ones before it end, or the total from zero."""
    total, ban = row.kind == "total", row.rate_kind == "ban"
    start, end = (0, width) if ban else span
    if total and row.status != "in_force":
        end = start
    fig.add_bar(
        x=[end - start],
        base=[start],
        y=[lane + 0.66],
        width=0.4,
        orientation="h",
        hovertext=[_hover(row)],
        hoverinfo="text",
        marker={"color": style.IN_FORCE, "opacity": 1.0 if total else 0.72, "line": {"width": 0}},
    )
    sign = "" if ban else "= " if total else "+ "
    value = rate_in_words(row.rate_pct, row.rate_kind) if ban else trimmed_percent(end - start)
    name_lane(fig, lane, f"<b>{row.title}</b>" if total else shortened(row.title, 56))
    style.note(fig, (end, lane + 0.66), f"<b>{sign}{value}</b>", style.IN_FORCE, 14, xanchor="left", xshift=4)


def _outlined(fig: go.Figure, lane: float, rows: pd.DataFrame, width: float) -> float:
    """Bars drawn as outlines, hatched where threatened, with the word; the next free lane."""
    for row in rows.itertuples():
        colour, dash = OUTLINES.get(row.status, (style.ENDED, "solid"))
        end = width if row.rate_kind == "ban" else 0 if pd.isna(row.rate_pct) else row.rate_pct
        hatched = row.status in OPEN_THREATS
        outline_bar(fig, end, (lane + 0.5, lane + 0.82), colour, _hover(row), dash=dash, hatched=hatched)
        name_lane(
            fig,
            lane,
            row.title if row.kind in ("reading", "ledger") else labelled(shortened(row.title, 42), left_out(row)),
        )
        ink = style.MUTED if colour == style.ENDED else colour
        rate = rate_in_words(row.rate_pct, row.rate_kind)
        style.note(fig, (end, lane + 0.66), rate, ink, 14, xanchor="left", xshift=4)
        lane += 1
    return lane


# --- words ---------------------------------------------------------------------------------------------------------


def _hover(row) -> str:
    if row.kind != "layer":
        return f"{style.wrapped(row.title, 56)}<br>{rate_in_words(row.rate_pct, row.rate_kind)}"
    said = [
        f"<b>{style.wrapped(row.title, 56)}</b>",
        labelled(rate_in_words(row.rate_pct, row.rate_kind), labels.of("status", row.status)),
        style.wrapped(reason_in_words(row.why), 56),
    ]
    said += [style.wrapped(text, 56) for text in (row.instrument, row.note) if text]
    return "<br>".join(said + doubts(row))


def _finding(rows: pd.DataFrame, params: Params) -> str:
    counted, total, _readings, out = _parts(rows)
    said = _sum(counted, total.iloc[0], rows["goods"].iloc[0], known_in_words(params))
    ordinary = _ordinary(rows)
    if ordinary["why"] == PER_UNIT and total["rate_kind"].iloc[0] != "ban":
        said = _("{said}; the ordinary duty is {text}").format(said=said, text=ordinary["note"])
    unknown = rows.loc[rows["why"] == "rate_unknown", "title"].unique()
    if len(unknown):
        said = _("{said}; without {measures}, whose rate is not in our sources").format(
            said=said, measures=_(" and ").join(unknown)
        )
    for status, words in (("threatened", _("{said}; {rate} threatened")), ("scheduled", _("{said}; {rate} scheduled"))):
        rates = sorted(set(out.loc[(out["status"] == status) & (out["why"] == status), "rate_pct"].dropna()))
        if rates:
            said = words.format(said=said, rate=_(" and ").join(trimmed_percent(rate) for rate in rates))
    return said


def _ordinary(rows: pd.DataFrame) -> pd.Series:
    return rows[(rows["kind"] == "layer") & (rows["programme"] == "base")].iloc[0]


def _sum(counted: pd.DataFrame, total: pd.Series, what: str, when: str) -> str:
    if total["rate_kind"] == "ban":
        return _("{goods}: import banned {when}").format(goods=what, when=when)
    if total["status"] != "in_force":
        return _("{goods}: no additional tariff in force {when}").format(goods=what, when=when)
    parts = counted.loc[counted["counted_pct"] > 0, "counted_pct"]
    rate = trimmed_percent(total["rate_pct"])
    if len(parts) > 1:
        terms = " + ".join(trimmed_percent(part).split("\u00a0")[0] for part in parts)
        return _("{goods}: {terms} = {rate} {when}").format(goods=what, terms=terms, rate=rate, when=when)
    words = (
        _("{goods}: at most {rate} in force {when}")
        if (counted["why"] == "content_only").any()
        else _("{goods}: {rate} in force {when}")
    )
    return words.format(goods=what, rate=rate, when=when)


def _subtitle(rows: pd.DataFrame) -> str:
    ordinary = _ordinary(rows)
    said = {
        "base_counted": _("the ordinary (MFN) duty is counted"),
        "ban_in_force": _("the ordinary (MFN) duty is not charged on goods that may not enter"),
        PER_UNIT: _("the ordinary (MFN) duty has an amount per unit, which comes on top"),
        "base_in_all_in": _("the ordinary (MFN) duty is held by the all-in rate"),
    }.get(ordinary["why"], _("the ordinary (MFN) duty comes on top"))
    if ordinary["note"]:
        said = f"{said} ({ordinary['note']})"
    return _("Duties of the day, % of customs value; {base}").format(base=said)


def summary(rows: pd.DataFrame, params: Params) -> str:
    if not (rows["kind"] == "total").any():
        return codes_summary(rows, params)
    counted, total, readings, _out = _parts(rows)
    said = [_finding(rows, params) + "."]
    parts = [
        f"{row.title} {rate_in_words(row.counted_pct, row.rate_kind)}"
        for row in counted.itertuples()
        if row.counted_pct > 0 or row.rate_kind == "ban"
    ]
    if parts:
        said.append(_("Counted: {parts}.").format(parts="; ".join(parts)))
    said += [f"{text.rstrip('.')}." for text in counted.loc[counted["programme"] != "base", "note"] if text]
    said += [
        labelled(row.title.rstrip("."), rate_in_words(row.rate_pct, row.rate_kind)) + "."
        for row in readings.itertuples()
    ]
    said += _range_in_words(pd.concat([readings[readings["kind"] == "reading"], total]))
    if (counted["why"] == "content_only").any():
        said.append(_("The rate is on a part of the value only; that part is not known and counted whole."))
    if low_trust(total["trust"].iloc[0]):
        said.append(
            _("The least certain of the sources counted: {trust}.").format(
                trust=labels.of("trust", total["trust"].iloc[0])
            )
        )
    return " ".join(said)


def _range_in_words(answers: pd.DataFrame) -> list[str]:
    """The lowest and the highest of all readings, a ban above any rate."""
    rates, banned = answers["rate_pct"].dropna(), (answers["rate_kind"] == "ban").any()
    if rates.empty or (rates.nunique() == 1 and not banned):
        return []
    high = rate_in_words(None, "ban") if banned else trimmed_percent(rates.max())
    return [_("Lowest reading {low}, highest {high}.").format(low=trimmed_percent(rates.min()), high=high)]
