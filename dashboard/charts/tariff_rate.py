"""What goods pay on a day, as a sum one can check with a pencil: layers counted, their total, and what is not counted and why.

Below the total stand other readings where sources or conditions leave more than one, and the layers that are threatened,
scheduled, suspended or give way to another: outlined, with the word, never part of the sum.
"""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.forms import LETTERS
from dashboard.language import _, labelled, trimmed_percent
from dashboard.topics.code_bars import codes_summary, draw_codes
from dashboard.topics.named_bars import DESK_LETTERS, Lanes, outline_bar
from dashboard.topics.tariff_codes import PER_UNIT
from dashboard.topics.tariff_standing import OPEN_THREATS, doubts, left_out
from dashboard.topics.tariff_sum import sum_of_layers
from dashboard.topics.tariffs import (
    TariffParams,
    charged_in_words,
    knowledge_in_words,
    low_trust,
    notes_in_words,
    on_in_words,
    rate_in_words,
    reason_in_words,
)
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.tariffs.words import ENDED

PAGE = "tariffs"
TITLE = N_("Tariff on a day")
BRIEF = ("title", "status", "counted_pct")

Params = TariffParams

BAR_PX, OUTLINE_PX = 18, 15
OUTLINES = {
    "threatened": (style.THREATENED, "dot"),
    "announced": (style.THREATENED, "dot"),
    "scheduled": (style.IN_FORCE, "dash"),
}


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `dashboard.topics.tariff_sum.sum_of_layers`."""
    return sum_of_layers(snapshot, params)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, DESK_LETTERS)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, LETTERS)


def _drawn(rows: pd.DataFrame, params: Params, letters: int) -> go.Figure:
    if not (rows["kind"] == "total").any():
        return draw_codes(rows, params)
    counted, total, readings, out = _parts(rows)
    fig = style.figure(_finding(rows, params), _subtitle(rows, params))
    lanes = Lanes(fig, letters)
    drawn = pd.concat([counted, total, readings, out])
    width = max(drawn["rate_pct"].fillna(0).max(), counted["counted_pct"].sum(), 1.0)
    sum_so_far = 0.0
    for row in counted.itertuples():
        _bar(lanes, (sum_so_far, sum_so_far + row.counted_pct), row, width)
        sum_so_far += row.counted_pct
    if len(counted):
        lanes.rule()
    for row in total.itertuples():
        _bar(lanes, (0, row.rate_pct if row.rate_pct == row.rate_pct else width), row, width)
    for heading, part in ((_("Other readings"), readings), (_("Not counted"), out)):
        if len(part):
            lanes.heading(heading)
        for row in part.itertuples():
            _outlined(lanes, row, width)
    lanes.close(width, 0.36)
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


def _bar(lanes: Lanes, span: tuple[float, float], row, width: float) -> None:
    """A filled bar under its name: a layer standing where the ones before it end, or the total from zero."""
    total, ban = row.kind == "total", row.rate_kind == "ban"
    start, end = (0, width) if ban else span
    if total and row.status != "in_force":
        end = start
    middle = lanes.named(row.title, BAR_PX, bold=total) - BAR_PX / 2
    lanes.fig.add_bar(
        x=[end - start],
        base=[start],
        y=[middle],
        width=BAR_PX,
        orientation="h",
        hovertext=[_hover(row)],
        hoverinfo="text",
        marker={"color": style.IN_FORCE, "opacity": 1.0 if total else 0.72, "line": {"width": 0}},
    )
    sign = "" if ban else "= " if total else "+ "
    value = rate_in_words(row.rate_pct, row.rate_kind) if ban else trimmed_percent(end - start)
    style.note(lanes.fig, (end, middle), f"<b>{sign}{value}</b>", style.IN_FORCE, 14, xanchor="left", xshift=4)


def _outlined(lanes: Lanes, row, width: float) -> None:
    """A bar drawn as an outline, hatched where threatened, under its name and the words for how it stands."""
    colour, dash = OUTLINES.get(row.status, (style.ENDED, "solid"))
    ink = style.MUTED if colour == style.ENDED else colour
    end = width if row.rate_kind == "ban" else 0 if pd.isna(row.rate_pct) else row.rate_pct
    standing = "" if row.kind in ("reading", "ledger") else left_out(row)
    top = lanes.named(row.title.rstrip("."), OUTLINE_PX, status=(standing, ink))
    levels = (top, top - OUTLINE_PX)
    outline_bar(lanes.fig, end, levels, colour, _hover(row), dash=dash, hatched=row.status in OPEN_THREATS)
    rate, middle = rate_in_words(row.rate_pct, row.rate_kind), top - OUTLINE_PX / 2
    style.note(lanes.fig, (end, middle), rate, ink, 14, xanchor="left", xshift=4)


# --- words ---------------------------------------------------------------------------------------------------------


def _hover(row) -> str:
    if row.kind != "layer":
        return f"{style.wrapped(row.title, 56)}<br>{rate_in_words(row.rate_pct, row.rate_kind)}"
    said = [
        f"<b>{style.wrapped(row.title, 56)}</b>",
        labelled(rate_in_words(row.rate_pct, row.rate_kind), labels.of("status", row.status)),
        style.wrapped(reason_in_words(row.why, row.excluded_by), 56),
    ]
    said += [style.wrapped(text, 56) for text in (row.instrument, row.note) if text]
    return "<br>".join(said + doubts(row))


def _finding(rows: pd.DataFrame, params: Params) -> str:
    counted, total, _readings, out = _parts(rows)
    said = _sum(counted, total.iloc[0], rows["goods"].iloc[0], on_in_words(params))
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


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    ordinary = _ordinary(rows)
    said = {
        "base_counted": _("the ordinary (MFN) duty is counted"),
        "ban_in_force": _("the ordinary (MFN) duty is not charged on goods that may not enter"),
        PER_UNIT: _("the ordinary (MFN) duty has an amount per unit, which comes on top"),
        "base_in_all_in": _("the ordinary (MFN) duty is within the rate"),
    }.get(ordinary["why"], _("the ordinary (MFN) duty comes on top"))
    if ordinary["note"]:
        said = f"{said} ({ordinary['note']})"
    known = knowledge_in_words(params)
    duties = ", ".join(filter(None, (_("Duties of the day"), charged_in_words(params), known)))
    return _("{duties}, % of customs value; {base}").format(duties=duties, base=said)


def summary(rows: pd.DataFrame, params: Params) -> str:
    """All that is drawn in words, then what the picture does not show."""
    if not (rows["kind"] == "total").any():
        return codes_summary(rows, params)
    counted, _total, readings, out = _parts(rows)
    known = knowledge_in_words(params)
    said = [f"{_finding(rows, params)}; {known}." if known else _finding(rows, params) + "."]
    parts = [
        f"{row.title} {rate_in_words(row.counted_pct, row.rate_kind)}"
        for row in counted.itertuples()
        if row.counted_pct > 0 or row.rate_kind == "ban"
    ]
    if parts:
        said.append(_("Counted: {parts}.").format(parts="; ".join(parts)))
    said += [
        labelled(row.title.rstrip("."), rate_in_words(row.rate_pct, row.rate_kind)) + "."
        for row in readings.itertuples()
    ]
    parts = [f"{row.title} {rate_in_words(row.rate_pct, row.rate_kind)} ({left_out(row)})" for row in out.itertuples()]
    if parts:
        said.append(_("Not counted: {parts}.").format(parts="; ".join(parts)))
    return " ".join([*said, further(rows, params)]).strip()


def further(rows: pd.DataFrame, params: Params) -> str:
    """What the picture does not show: notes, the range of all readings, and how far the sources can be trusted."""
    if not (rows["kind"] == "total").any():
        return ""
    counted, total, readings, _out = _parts(rows)
    said = notes_in_words(counted, params.company)
    said += _range_in_words(pd.concat([readings[readings["kind"] == "reading"], total]))
    if low_trust(trust := total["trust"].iloc[0]):
        said.append(_("The least certain of the sources counted: {trust}.").format(trust=labels.of("trust", trust)))
    return " ".join(said)


def _range_in_words(answers: pd.DataFrame) -> list[str]:
    """The lowest and the highest of all readings, a ban above any rate."""
    rates, banned = answers["rate_pct"].dropna(), (answers["rate_kind"] == "ban").any()
    if rates.empty or (rates.nunique() == 1 and not banned):
        return []
    high = rate_in_words(None, "ban") if banned else trimmed_percent(rates.max())
    return [_("Lowest reading {low}, highest {high}.").format(low=trimmed_percent(rates.min()), high=high)]
