"""Who pledged what when, what replaced it, and whether it was met by each edition; beside it what independent offices made of it."""

from typing import Annotated, Self

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import labels, style
from dashboard.charts import View
from dashboard.language import _, day, localized, money, number, percent, trimmed_percent
from dashboard.params import Choices, KnownParams
from dashboard.topics.pledges import SPENDERS, day_in_words
from etl import days
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.assumptions import Start
from policy.baseline import MEASURES, baseline
from policy.estimates import IMPLIED_GDP, NO_EDITION, NO_READING, REPORTED, SAME_MONEY, reproduce
from policy.pledges import MET, NO_DUE_YEAR, NOT_MET, NOT_TABULATED, NOT_YET_REPORTED, status_by_edition

PAGE = "pledges"
TITLE = N_("Pledge history")
VIEW = View("history", N_("Pledge history"), 3)

LINE_PX, LINE_LETTERS, BOLD_LETTERS = 17, 54, 47
COLUMNS = [
    "kind", "item", "made_by", "made_on", "made_precision", "pledge_kind", "value", "unit", "due_label", "goal_status", "superseded_by", "until",
    "pledge_verdict", "figure", "is_estimate", "within_rounding", "first_year_met", "publisher", "edition", "published_on",
    "what", "how", "reproduced", "implied_gdp_ncu_million", "implied_growth_pct", "planned_ncu_million", "planned_gdp_ncu_million", "currency", "gap", "quote", "source_id",
]  # fmt: skip
TYPES = {
    "made_on": "datetime64[us]",
    "until": "datetime64[us]",
    "published_on": "datetime64[us]",
    "is_estimate": "boolean",
    "within_rounding": "boolean",
    "first_year_met": "Int64",
} | {
    name: "float64"
    for name in (
        "value",
        "figure",
        "reproduced",
        "implied_gdp_ncu_million",
        "implied_growth_pct",
        "planned_ncu_million",
        "planned_gdp_ncu_million",
    )
}
GAPS = (NO_DUE_YEAR, NOT_TABULATED)


class Params(KnownParams):
    country: Annotated[str, SPENDERS] = Field("CAN", title=N_("Country"))
    publisher: Annotated[str, Choices("publisher", "SELECT DISTINCT publisher FROM editions ORDER BY publisher")] = (
        Field("NATO", title=N_("Judged by"))
    )

    def explicit(self, snapshot: Snapshot) -> Self:
        return self.filled(known=days.today())


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """`kind` pledge: one row a pledge and edition; estimate: what an office published, and the calculator's way back to it;
    gap: what no source at hand says (`gap`)."""
    pledges, figures = _pledges(snapshot, params), _figures(snapshot, params)
    judged = (
        status_by_edition(pledges, figures)
        .drop(columns=["published_on", "due_year"])
        .rename(columns={"status": "pledge_verdict", "value": "figure"})
    )
    published = figures[["publisher", "edition", "published_on"]].drop_duplicates()
    made = (
        pledges.rename(columns={"value_pct": "value"})
        .merge(judged, on="pledge_id", how="left")
        .merge(published, on=["publisher", "edition"], how="left")
    )
    # "Met" is a verdict of the editions known by the day, never a word of the seed.
    met = made.loc[(made["publisher"] == "NATO") & (made["pledge_verdict"] == MET), "pledge_id"]
    held = made["goal_status"].mask(made["goal_status"] == "met", "open")
    made["goal_status"] = held.mask((held == "open") & made["pledge_id"].isin(met), "met")
    made = made.assign(kind="pledge", item=made["pledge_id"], unit="% of GDP").sort_values(
        ["made_on", "item", "published_on"]
    )
    estimates = _estimates(snapshot, params, pledges)
    parts = [part.reindex(columns=COLUMNS) for part in (made, estimates, _gaps(made, estimates)) if len(part)]
    table = (
        pd.concat([part.astype(TYPES) for part in parts], ignore_index=True)
        if parts
        else pd.DataFrame(columns=COLUMNS).astype(TYPES)
    )
    return table.round(
        {
            "reproduced": 4,
            "implied_gdp_ncu_million": 0,
            "implied_growth_pct": 4,
            "planned_ncu_million": 0,
            "planned_gdp_ncu_million": 0,
        }
    )


def _pledges(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """Pledges made by the day; `until` is the day another replaced them, if that was known by then."""
    return snapshot.sql(
        f"""
        SELECT p.pledge_id, p.iso3, p.{localized("made_by")} AS made_by, p.kind AS pledge_kind, p.made_on, p.made_precision, p.measure, p.value_pct, p.due_year,
               p.due_label, p.quote, p.source_id, n.made_on AS until, CASE WHEN n.pledge_id IS NOT NULL THEN p.superseded_by END AS superseded_by,
               CASE WHEN p.status IN ('superseded', 'overtaken') AND n.pledge_id IS NULL THEN 'open' ELSE p.status END AS goal_status
        FROM pledges p LEFT JOIN pledges n ON n.pledge_id = p.superseded_by AND n.made_on <= $known
        WHERE p.iso3 = $country AND p.made_on <= $known ORDER BY p.made_on, p.pledge_id
        """,
        country=params.country,
        known=params.known,
    )


def _figures(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    return snapshot.sql(
        """
        SELECT s.publisher, s.edition, e.published_on, s.iso3, s.year, s.measure, s.value, s.is_estimate
        FROM spending s JOIN editions e USING (publisher, edition)
        WHERE s.measure = 'share_of_gdp_pct' AND e.published_on <= $known
        """,
        known=params.known,
    )


def _estimates(snapshot: Snapshot, params: Params, pledges: pd.DataFrame) -> pd.DataFrame:
    found = snapshot.sql(
        f"""
        SELECT 'estimate' AS kind, estimate_id AS item, {localized("made_by")} AS made_by, published_on AS made_on, 'day' AS made_precision, value, unit,
               fiscal_year AS due_label, {localized("what")} AS what, source_id FROM independent_estimates
        WHERE iso3 = $country AND published_on <= $known ORDER BY published_on, estimate_id
        """,
        country=params.country,
        known=params.known,
    )
    starts = {
        row.item: start
        for row in found.itertuples()
        if (start := _start(snapshot, params.country, row.made_on)) is not None
    }
    back = reproduce(found.rename(columns={"item": "estimate_id", "due_label": "fiscal_year"}), starts, pledges)
    return found.merge(back.rename(columns={"estimate_id": "item"}), on="item").assign(currency="CAD")


def _start(snapshot: Snapshot, country: str, known: pd.Timestamp) -> Start | None:
    """Where the country stood in the newest NATO edition with amounts published by that day."""
    figures = snapshot.sql(
        """
        SELECT year, measure, value, is_estimate, source_id FROM spending WHERE publisher = 'NATO' AND iso3 = $country AND list_contains($measures, measure)
        AND edition = (SELECT edition FROM editions e WHERE publisher = 'NATO' AND published_on <= $known
            AND EXISTS (FROM spending s WHERE s.publisher = 'NATO' AND s.edition = e.edition AND s.measure = 'gdp_usd_current_million') ORDER BY published_on DESC LIMIT 1)
        """,
        country=country,
        measures=list(MEASURES),
        known=known.date(),
    )
    base = None if figures.empty else baseline(figures, real_growth_pct=0, deflator_pct=0)
    return None if base is None or not base.has_money else base.start


def _gaps(made: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """What no source at hand says, by rule: no due year, no exact day, a measure nobody tabulates, a GDP nobody printed."""
    kept = ["item", "made_by", "made_on", "value", "unit", "due_label", "what", "source_id"]
    once = made.drop_duplicates("item").reindex(columns=[*kept, "made_precision", "measure"])
    judged = {code: set(made.loc[made["pledge_verdict"] == code, "item"]) for code in GAPS}
    parts = [once[once["item"].isin(items)].assign(gap=code) for code, items in judged.items()]
    parts.append(once[once["made_precision"] != "day"].assign(gap="no_exact_day"))
    told = estimates.reindex(columns=[*kept, "how"])
    parts.append(told[told["how"].isin([IMPLIED_GDP, SAME_MONEY])].assign(gap="gdp_not_printed"))
    parts.append(told[told["how"].isin([NO_EDITION, NO_READING])].assign(gap="not_reproducible"))
    return (
        pd.concat([part[[*kept, "gap"]] for part in parts if len(part)], ignore_index=True).assign(kind="gap")
        if any(map(len, parts))
        else pd.DataFrame()
    )


# --- drawing -------------------------------------------------------------------------------------------------------


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    items = rows[rows["kind"] != "gap"].drop_duplicates("item").sort_values(["made_on", "item"])
    subtitle = _("Each line runs from the day it was made to the day it was replaced; judged by {publisher}").format(
        publisher=labels.of("publisher", params.publisher)
    )
    fig = style.figure(_finding(rows, params), subtitle)
    today, down = (pd.Timestamp(params.known), 0)  # pixels from the top: words of any length get the room they need
    for item in items.to_dict("records"):
        own = rows[
            (rows["kind"] == "pledge") & (rows["item"] == item["item"]) & (rows["publisher"] == params.publisher)
        ]
        name = style.wrapped(f"{_name(item)} · {item['made_by']}", BOLD_LETTERS)
        became = style.wrapped(_became(item, own), LINE_LETTERS)
        for text, colour in ((f"<b>{name}</b>", style.INK), (became, style.MUTED)):
            fig.add_annotation(
                x=0,
                xref="x domain",
                y=-down,
                text=text,
                xanchor="left",
                yanchor="top",
                align="left",
                showarrow=False,
                font={"size": 13, "color": colour},
                borderpad=0,
            )
            down += LINE_PX * (1 + text.count("<br>"))
        down += LINE_PX
        (_draw_pledge if item["kind"] == "pledge" else _draw_estimate)(fig, -down, item, own, today)
        down += LINE_PX
    if len(items):
        first = items["made_on"].min() - pd.Timedelta(days=60)
        fig.update_xaxes(
            range=[first.isoformat(), (today + pd.Timedelta(days=60)).isoformat()],
            dtick="M12",
            tickformat="%Y",
            showgrid=True,
        )
    fig.update_yaxes(visible=False, range=[-down - 4, 4])
    fig.update_layout(margin={"l": 12, "r": 12, "t": 12, "b": 32}, height=max(200, down + 52))
    return fig


def _draw_pledge(fig: go.Figure, y: float, item: dict, own: pd.DataFrame, today: pd.Timestamp) -> None:
    replaced = not pd.isna(item["until"])
    colour = style.ENDED if replaced else style.HOME
    end = item["until"] if replaced else today
    hover = (
        f"{_name(item)}, {item['made_by']}, {day_in_words(item['made_on'], item['made_precision'])}: “{item['quote']}”"
    )
    fig.add_scatter(
        x=[item["made_on"].isoformat(), max(end, item["made_on"]).isoformat()],
        y=[y, y],
        mode="lines+markers",
        line={"color": colour, "width": 4, "dash": "dot" if replaced else "solid"},
        marker={"symbol": ["circle", "x" if replaced else "triangle-right"], "size": 10, "color": colour},
        hovertext=[hover, hover],
        hoverinfo="text",
    )
    met = own[own["pledge_verdict"] == MET]
    if len(met):
        fig.add_scatter(
            x=[met["published_on"].iloc[0].isoformat()],
            y=[y],
            mode="markers",
            marker={"symbol": "diamond", "size": 14, "color": style.MEETS},
            hovertext=[_judged(met.iloc[0])],
            hoverinfo="text",
        )


def _draw_estimate(fig: go.Figure, y: float, item: dict, own: pd.DataFrame, today: pd.Timestamp) -> None:
    fig.add_scatter(
        x=[item["made_on"].isoformat()],
        y=[y],
        mode="markers",
        marker={"symbol": "square", "size": 11, "color": style.OTHERS[0]},
        hovertext=[f"{item['made_by']}, {day(item['made_on'])}: {item['what']}"],
        hoverinfo="text",
    )


def _name(item: dict) -> str:
    """ "2 % by 2025-26"; an estimate is "C$81.9 billion in 2032-33"."""
    if isinstance(item.get("how"), str):
        return _("{amount} in {year}").format(amount=_value(item), year=item["due_label"])
    share = trimmed_percent(item["value"])
    return (
        _("{share}, no year").format(share=share)
        if pd.isna(item["due_label"])
        else _("{share} by {year}").format(share=share, year=item["due_label"])
    )


def _value(item: dict, column: str = "value") -> str:
    return percent(item[column]) + _(" of GDP") if item["unit"] == "% of GDP" else money(item[column] * 1000, "CAD")


def _became(item: dict, own: pd.DataFrame) -> str:
    """What became of a pledge in a few words; how an estimate is come back to."""
    if item["kind"] == "estimate":
        return _reproduced(item)
    words = labels.of("goal_status", item["goal_status"])
    said = [
        day_in_words(item["made_on"], item["made_precision"]),
        _("{status} {day}").format(status=words, day=day(item["until"])) if not pd.isna(item["until"]) else words,
    ]
    if len(own):
        said.append(_judged(own.iloc[-1]))
    return " · ".join(said)


def _judged(row: pd.Series) -> str:
    """One edition's verdict: "NATO 2026-07: met, 2.03 % (estimate)"."""
    text = labels.of("pledge_verdict", row["pledge_verdict"])
    if row["pledge_verdict"] in (MET, NOT_MET):
        text = f"{text}, {percent(row['figure'])}{style.estimate_mark(bool(row['is_estimate']))}"
    elif row["pledge_verdict"] == NOT_YET_REPORTED and not pd.isna(row["first_year_met"]):
        text = _("{text}, but reached in {year}").format(text=text, year=row["first_year_met"])
    return _("{publisher} {edition}: {text}").format(
        publisher=labels.of("publisher", row["publisher"]), edition=row["edition"], text=text
    )


def _reproduced(item: dict) -> str:
    how = item["how"]
    if how == REPORTED:
        return _("the edition of the day has {value}").format(value=_value(item, "reproduced"))
    if how == IMPLIED_GDP:
        return _("2 % of a GDP of {gdp}: growth of {growth} a year gives {value}").format(
            gdp=money(item["implied_gdp_ncu_million"], item["currency"]),
            growth=percent(item["implied_growth_pct"], 1),
            value=_value(item, "reproduced"),
        )
    if how == SAME_MONEY:
        larger = 100 * (item["implied_gdp_ncu_million"] / item["planned_gdp_ncu_million"] - 1)
        return _("the plan's money on a GDP {larger} larger gives {value}").format(
            larger=percent(larger, 1), value=_value(item, "reproduced")
        )
    return _("cannot be reproduced: no GDP or edition of the time at hand")


def _finding(rows: pd.DataFrame, params: Params) -> str:
    place = labels.place(params.country)
    pledges = rows[rows["kind"] == "pledge"].drop_duplicates("item")
    if pledges.empty:
        return _(
            "No pledge of {country} alone is in the ledger as known on {day}; the targets of the alliance apply"
        ).format(country=place, day=day(params.known))
    status = pledges["goal_status"].value_counts()
    counts = ", ".join(
        _("{name}: {said}").format(name=labels.of("goal_status", code), said=number(status[code], 0))
        for code in ("met", "open", "superseded", "overtaken")
        if code in status
    )
    return _("{country}: {count} pledges, plans and proposals: {counts}").format(
        country=place, count=len(pledges), counts=counts
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    said = [_finding(rows, params) + "."]
    last = rows[(rows["kind"] == "pledge") & (rows["publisher"] == params.publisher)].drop_duplicates(
        "item", keep="last"
    )
    met = last[last["pledge_verdict"] == MET]
    said += [f"{_name(row)}, {row['made_by']}: {_judged(pd.Series(row))}." for row in met.to_dict("records")]
    said += [
        f"{row['made_by']}, {_name(row)}: {_reproduced(row)}."
        for row in rows[rows["kind"] == "estimate"].to_dict("records")
    ]
    gaps = rows[rows["kind"] == "gap"]
    if len(gaps):
        parts = []
        for code in gaps["gap"].unique():
            names = "; ".join(
                _name({**row, "how": row["what"]}) for row in gaps[gaps["gap"] == code].to_dict("records")
            )
            parts.append(f"{labels.of('gap', code)} ({names})")
        said.append(_("No source at hand says: {gaps}.").format(gaps="; ".join(parts)))
    return " ".join(said)
