"""What the rates of a day make of a year's US imports, in dollars, by group of goods; or the imports month by month beside the rate."""

from typing import Literal

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import labels, style
from dashboard.articles import from_the
from dashboard.charts import View
from dashboard.language import _, labelled, money, percent, trimmed_percent
from dashboard.params import TimedParams
from dashboard.topics.dollar_bars import dollars_in_words, dollars_summary, draw_dollars
from dashboard.topics.exposure_words import (
    all_duty,
    banned_trade,
    demand_in_words,
    hover,
    is_above,
    nearest,
    terms_in_words,
    uncounted,
    whole_values,
)
from dashboard.topics.imports_by_month import draw_months, months_in_words
from dashboard.topics.named_bars import Lanes
from dashboard.topics.tariff_dollars import ALL, by_code, summed_by_code
from dashboard.topics.tariff_exposure import NO_KIND_OF_GOODS, by_group, by_month
from dashboard.topics.tariff_timeline import layers_through_time
from dashboard.topics.tariffs import TariffParams, known_in_words, within_a_sentence
from dashboard.topics.uncounted_groups import name_uncounted, not_computed
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Trade that the tariffs bear on")
BRIEF = ("label", "imports_usd_million", "total_pct", "duty_usd_million")
VIEW = View("exposure", N_("Trade"), 4)

BY_CHAPTER = "hs2"
AMONG_LARGEST = 3  # imports, of which the title says so where they are not computed
MOST = 12  # groups drawn; the table has all
LEAST_REST = 1e-4  # of the longest bar: less is what sums of decimals leave
BAR_PX, GAP_PX, LETTERS, NARROW_LETTERS = 24, 6, 118, 44
ROOM, NARROW_ROOM = 0.35, 2.7  # beside the longest bar, for its dollars: a share of it
BY_CODE: dict[str, Literal["hs2", "hs8"]] = {"chapters": "hs2", "codes": "hs8"}


class Params(TimedParams, TariffParams):
    OVER_TIME = ("exposure", "months")
    exposure: Literal["groups", "months", "chapters", "codes"] = Field("groups", title=N_("Trade"))
    elasticity: float | None = Field(None, title=N_("Demand elasticity"), ge=0, le=20)


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """Groups: see `tariff_exposure.by_group`. Months: one row a month (`tariff_exposure.by_month`) and one a stretch of the rate (`kind`).

    Chapters and codes: see `tariff_dollars.by_code`.
    """
    if params.exposure == "groups":
        groups = by_group(snapshot, params, params.elasticity)
        if groups.empty:
            return groups
        summed = summed_by_code(snapshot, params, groups, params.elasticity)
        return summed.sort_values("duty_usd_million", ascending=False, kind="stable", ignore_index=True)
    if params.exposure in BY_CODE:
        return by_code(snapshot, params, BY_CODE[params.exposure], params.elasticity)
    months = by_month(snapshot, params)
    if months.empty:
        return months
    rates = layers_through_time(snapshot, params)
    rates = rates[(rates["kind"] == "total") & (rates["status"] == "in_force")]
    kept = ["kind", "usmca", "status", "rate_pct", "rate_kind", "from_on", "to_on", "trust", "source_id"]
    return pd.concat(
        [months.assign(kind="month"), rates[kept].assign(label=months["label"].iloc[0], origin=params.origin)],
        ignore_index=True,
    )


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    if params.exposure in BY_CODE and len(rows):
        return draw_dollars(rows, params, demand_in_words(params))
    if rows.empty:
        hidden = {"visible": False}
        return style.figure(_finding(rows, params), nearest(params), height=60, xaxis=hidden, yaxis=hidden)
    if params.exposure == "months":
        return draw_months(style.figure(_finding(rows, params), _subtitle(rows, params), height=470), rows)
    return _by_group(rows, params, narrow=False)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The groups with what is multiplied on a line of its own; all else as it is."""
    return _by_group(rows, params, narrow=True) if params.exposure == "groups" and len(rows) else figure(rows, params)


def _by_group(rows: pd.DataFrame, params: Params, *, narrow: bool) -> go.Figure:
    drawn = _drawn(rows)
    fig = style.figure(_finding(rows, params), f"{_subtitle(rows, params)}{demand_in_words(params)}")
    lanes = Lanes(fig, NARROW_LETTERS if narrow else LETTERS)
    for row in drawn.itertuples():
        name, terms = row.label, terms_in_words(row)
        if narrow:
            top = lanes.named(name, BAR_PX + GAP_PX, bold=True, status=(terms, style.INK))
        else:
            top = lanes.named(f"<b>{name}</b> · {terms}", BAR_PX + GAP_PX)
        _draw(fig, top, row)
    _draw_others(fig, lanes, rows, drawn)
    name_uncounted(lanes, rows)
    lanes.close(max(drawn["duty_usd_million"].fillna(0).max(), 1.0), NARROW_ROOM if narrow else ROOM)
    return fig


def _draw(fig: go.Figure, top: float, row) -> None:
    """A bar of the dollars of duty, with the figure; those of a threat that is above them in words alone: no bar of it is a duty."""
    worth, middle = 0.0 if pd.isna(row.duty_usd_million) else row.duty_usd_million, top - BAR_PX / 2
    _bar(fig, worth, middle, hover(row))
    _write_worth(fig, worth, middle, row)


def _draw_others(fig: go.Figure, lanes: Lanes, rows: pd.DataFrame, drawn: pd.DataFrame) -> None:
    """The duty that the groups drawn leave over, so that the bars add up to the total."""
    rest = all_duty(rows) - drawn["duty_usd_million"].fillna(0).sum()
    if rest > LEAST_REST * drawn["duty_usd_million"].max():
        name = _("Other goods")
        middle = lanes.named(f"<b>{name}</b>", BAR_PX + GAP_PX) - BAR_PX / 2
        _bar(fig, rest, middle, labelled(name, money(rest)))
        style.note(fig, (rest, middle), f"<b>{money(rest)}</b>", style.IN_FORCE, xanchor="left", xshift=4)


def _bar(fig: go.Figure, worth: float, middle: float, said: str) -> None:
    fig.add_bar(
        x=[worth],
        y=[middle],
        width=BAR_PX - 2,
        orientation="h",
        marker={"color": style.IN_FORCE, "opacity": 0.8, "line": {"width": 0}},
        hovertext=[said],
        hoverinfo="text",
    )


def _drawn(rows: pd.DataFrame) -> pd.DataFrame:
    """The groups with most dollars of duty, then of a threat; where none bears any, those with most trade. Not all goods together."""
    groups = rows[rows["code"] != ALL]
    dollars = ["duty_usd_million", "threatened_usd_million"]
    borne = groups[(groups[dollars].fillna(0) > 0).any(axis=1)]
    drawn = (
        borne.sort_values(dollars, ascending=False)
        if len(borne)
        else groups.sort_values("imports_usd_million", ascending=False)
    )
    return drawn.head(MOST)


def _write_worth(fig: go.Figure, x: float, y: float, row) -> None:
    """The dollars of duty; below them, and apart, those of a threat that is above them."""
    threat = is_above(row)
    worth = _("not computed") if pd.isna(row.duty_usd_million) else f"<b>{money(row.duty_usd_million)}</b>"
    style.note(fig, (x, y), worth, style.IN_FORCE, xanchor="left", xshift=4, yshift=7 * threat)
    if threat:
        rate = _("threatened {rate} on all").format(rate=trimmed_percent(row.threatened_pct))
        said = labelled(rate, money(row.threatened_usd_million))
        style.note(fig, (x, y), said, style.THREATENED, 13, xanchor="left", xshift=4, yshift=-7)


# --- words ---------------------------------------------------------------------------------------------------------


def _finding(rows: pd.DataFrame, params: Params) -> str:
    place = labels.place(params.origin)
    if params.exposure in BY_CODE:
        return dollars_in_words(rows, params)
    if rows.empty:
        words = _("US imports of goods {from_country} are not in this ledger: no duty can be computed")
        if params.exposure == "months":
            words = _("US imports of these goods {from_country} are not in this ledger by month")
        return words.format(from_country=from_the(place))
    if params.exposure == "months":
        return months_in_words(rows, place)
    drawn = _drawn(rows)
    top = drawn.sort_values("duty_usd_million", ascending=False).iloc[0]
    if not top["duty_usd_million"] > 0:
        return _("US duty on goods {from_country}: none on any of these groups").format(from_country=from_the(place))
    total, missing = all_duty(rows), uncounted(rows)
    words = _("US duty on goods {from_country}: {total} a year, including {worth} on {group}")
    largest = rows[~rows["code"].isin((ALL, *NO_KIND_OF_GOODS))].nlargest(AMONG_LARGEST, "imports_usd_million")
    by_chapter, is_large = rows["grouping"].iloc[0] == BY_CHAPTER, largest.index.isin(missing.index).any()
    if pd.isna(total):
        words = _("US duty on goods {from_country}: most on {group}, {worth} a year")
    elif by_chapter and is_large:  # other groups overlap: no share of theirs is one of all imports
        words = _(
            "US duty on goods {from_country}: at least {total} a year; on {share} of imports it is not computed, mostly {others}"
        )
    elif is_large or (by_chapter and len(missing)):
        words = _(
            "US duty on goods {from_country}: {total} a year where it can be computed, including {worth} on {group}"
        )
    others = missing[missing.index.isin(largest.index)]["label"]
    return words.format(
        from_country=from_the(place),
        total=money(total),
        group=within_a_sentence(top["label"]),
        worth=money(top["duty_usd_million"]),
        others=_(" and ").join(map(within_a_sentence, others)),
        share=percent(100 * missing["imports_usd_million"].sum() / rows["imports_usd_million"].sum(), 0),
    )


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    if "kind" in rows:
        basis = _("US imports for consumption, customs value, US dollars")
        return _("{basis}, by month; above: additional tariff in force, % of customs value").format(basis=basis)
    grouped = (
        _("each tariff code is counted once in the total")
        if rows["grouping"].iloc[0] == "product_group"
        else _("by HS chapter; several rates: not computed")
    )
    words = _("Rates {when} × US imports of {year}, as if trade had not changed; customs value, US dollars; {grouped}")
    return words.format(when=known_in_words(params), year=rows["period"].iloc[0], grouped=grouped)


def summary(rows: pd.DataFrame, params: Params) -> str:
    if params.exposure in BY_CODE:
        return dollars_summary(rows, params)
    said = _finding(rows, params) + "."
    if rows.empty or params.exposure == "months":
        return said
    parts = [
        labelled(row.label, f"{terms_in_words(row)} = {money(row.duty_usd_million)}")
        for row in _drawn(rows).head(3).itertuples()
        if row.duty_usd_million > 0
    ]
    said = f"{said} {'; '.join(parts)}." if parts else said
    return " ".join(filter(None, (said, whole_values(_drawn(rows)), banned_trade(_drawn(rows)), not_computed(rows))))


def further(rows: pd.DataFrame, params: Params) -> str:
    """Of groups, what the picture does not have."""
    if params.exposure == "groups" and len(rows):
        return " ".join(filter(None, (whole_values(_drawn(rows)), banned_trade(_drawn(rows)))))
    return summary(rows, params).removeprefix(_finding(rows, params)).lstrip(".; ")
