"""The ladder of each measure on goods from one origin: announced, signed, in effect, suspended, withdrawn, with the days between."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.charts import View
from dashboard.language import _, current, day, localized, ngettext, trimmed_percent
from dashboard.topics import tariffs
from dashboard.topics.tariff_goods import goods_in_words, one_of
from dashboard.topics.tariff_standing import shortened
from dashboard.topics.tariffs import TariffParams, labelled
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.tariffs import intervals

PAGE = "tariffs"
TITLE = N_("How each tariff came about")
VIEW = View("history", N_("History"), 5)

LOOK = {
    "announced": (style.THREATENED, "circle-open"), "signed": (style.IN_FORCE, "circle-open"), "effective": (style.IN_FORCE, "circle"), "amended": (style.IN_FORCE, "diamond"),
    "suspended": (style.ENDED, "square-open"), "withdrawn": (style.ENDED, "x-thin"), "struck_down": (style.ENDED, "x-thin"), "expired": (style.ENDED, "x-thin"),
}  # fmt: skip
STATED = (style.REST, "circle")  # a total that a source states, no step of its own
STEP_HEIGHT = 24
TEXT_ENDS_AT = 0.66  # of the width: words left of it, the dots in time right of it


Params = TariffParams


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row an event known by `known` of a measure that reaches these goods: its day, rate, trust, conflict and quote.

    `days_since` counts from the event before of the same measure. A rate is as the event states it, in per cent.
    """
    known = pd.Timestamp(params.known)
    one = one_of(snapshot, params)
    tables, products = (tariffs.tables_of(snapshot, params), []) if one is None else (one.tables, [one.product])
    touched = intervals(tables, known, importer=params.importer, origins=[params.origin], products=products)
    lines = touched[touched["company"].isin(["", params.company or ""])]
    table = snapshot.sql(
        f"""
        SELECT e.measure_id, m.{localized("title")} AS title, e.event_id, e.event, e.role, e.event_on, e.known_on, e.effective_on, e.rate_pct, e.rate_kind,
               e.company, e.usmca, e.legal_authority AS instrument, e.trust, coalesce(e.{localized("conflict")}, '') AS conflict, e.quote, e.source_id
        FROM tariff_events e JOIN tariff_measures m USING (measure_id)
        WHERE list_contains($measures, e.measure_id) AND e.known_on <= $known AND e.event_on <= $known
        ORDER BY e.measure_id, e.event_on, e.event_id
        """,
        measures=sorted(lines["measure_id"].unique()),
        known=params.known,
    )
    gaps = table.groupby("measure_id")["event_on"].diff().dt.days
    first = table.groupby("measure_id")["event_on"].transform("min")
    table = table.assign(days_since=gaps.astype("Int64"), goods=goods_in_words(snapshot, params), first=first)
    return table.sort_values(["first", "measure_id", "event_on", "event_id"], ignore_index=True).drop(columns="first")


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    measures = list(dict.fromkeys(rows["measure_id"]))
    fig = style.figure(_finding(rows, params), _subtitle(), height=50 + STEP_HEIGHT * max(4, len(rows) + len(measures)))
    fig.update_layout(margin={"l": 8, "r": 12, "t": 8, "b": 30})
    fig.update_yaxes(showticklabels=False, showgrid=False)
    if rows.empty:
        return fig
    y = 0
    for measure in measures:
        ladder = rows[rows["measure_id"] == measure]
        _write(fig, y, f"<b>{shortened(ladder['title'].iloc[0], 46)}</b>", style.INK)
        fig.add_hline(y=y - 0.5, line={"color": style.GRID, "width": 1})
        places = list(range(y + 1, y + 1 + len(ladder)))
        fig.add_scatter(
            x=ladder["event_on"].tolist(),
            y=places,
            mode="lines",
            line={"color": style.REST, "width": 1.5, "shape": "vh"},
            hoverinfo="skip",
        )
        for place, row in zip(places, ladder.itertuples(), strict=True):
            colour, symbol = STATED if row.role == "headline" else LOOK[row.event]
            fig.add_scatter(
                x=[row.event_on],
                y=[place],
                mode="markers",
                marker={"symbol": symbol, "size": 10, "color": colour, "line": {"width": 2.5, "color": colour}},
                hovertext=[_hover(row)],
                hoverinfo="text",
            )
            _write(
                fig,
                place,
                _step_in_words(row),
                style.MUTED if row.role == "headline" else style.THREATENED if row.event == "announced" else style.INK,
            )
        y += len(ladder) + 1
    fig.update_yaxes(range=[y - 0.3, -0.7])
    first, last = rows["event_on"].min(), rows["event_on"].max()
    years = pd.date_range(first.replace(month=1, day=1), last, freq="6MS")
    fig.update_xaxes(
        domain=[TEXT_ENDS_AT, 1],
        tickvals=[moment for moment in years if moment.month == 1],
        ticktext=[str(moment.year) for moment in years if moment.month == 1],
        showgrid=True,
    )
    return fig


def _write(fig: go.Figure, y: float, text: str, colour: str) -> None:
    style.note(fig, (0, y), text, colour, xref="paper", xanchor="left")


# --- words ---------------------------------------------------------------------------------------------------------


def _rate(row) -> str:
    if row.rate_kind == "ban":
        return _("import ban")
    return "" if pd.isna(row.rate_pct) else trimmed_percent(row.rate_pct)


def _word(row) -> str:
    """The event, said as a threat where the measure was no more than that."""
    if row.role == "headline":
        return _("total stated")
    return (
        labels.of("status", "threatened")
        if row.role == "threat" and row.event == "announced"
        else labels.of("event", row.event)
    )


def _step_in_words(row) -> str:
    gap = "" if pd.isna(row.days_since) or row.days_since == 0 else f" (+{row.days_since} {_('d')})"
    return " · ".join(text for text in (day(row.event_on) + gap, _word(row), _rate(row)) if text)


def _hover(row) -> str:
    said = [f"<b>{style.wrapped(row.title, 56)}</b>", labelled(day(row.event_on), f"{_word(row)} {_rate(row)}".strip())]
    if pd.notna(row.effective_on):
        said.append(_("takes effect {day}").format(day=day(row.effective_on)))
    if isinstance(row.quote, str) and row.quote:
        said.append(style.wrapped(f"“{row.quote}”" if current() == "en" else f"«\u00a0{row.quote}\u00a0»", 56))
    said.append(labelled(labels.header("trust"), labels.of("trust", row.trust)))
    if row.conflict:
        said.append(style.wrapped(_("Sources disagree: {what}").format(what=row.conflict), 56))
    return "<br>".join(said)


def _never(rows: pd.DataFrame) -> list[str]:
    """Measures that were announced and ended without ever taking effect."""
    ended = rows[rows["event"].isin(["withdrawn", "expired"])]["measure_id"]
    applied = rows[rows["event"].isin(["effective", "amended", "signed"])]["measure_id"]
    return list(dict.fromkeys(rows.loc[rows["measure_id"].isin(set(ended) - set(applied)), "title"]))


def _finding(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return _("No measure on these goods was known by {day}; choose another product or origin").format(
            day=day(params.known)
        )
    words = _("{goods}: {events} events of {measures} measures, the last on {day}")
    return words.format(
        goods=rows["goods"].iloc[0],
        events=len(rows),
        measures=rows["measure_id"].nunique(),
        day=day(rows["event_on"].max()),
    )


def _subtitle() -> str:
    return _(
        "Steps of each measure in order, with the days since the step before; rates as the step states them, % of customs value"
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    said = _finding(rows, params) + "."
    lasted = (
        rows[rows["role"] == "threat"].groupby("title")["event_on"].agg(lambda days: (days.max() - days.min()).days)
    )
    never = [name for name in _never(rows) if name in lasted.index]
    if never:
        parts = "; ".join(
            ngettext("{name} ({days} day)", "{name} ({days} days)", lasted[name]).format(name=name, days=lasted[name])
            for name in never
        )
        said += " " + _("Threatened, ended and never in effect: {names}.").format(names=parts)
    return said
