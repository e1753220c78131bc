"""Who pledged what when, what replaced it, and whether it was met by each edition; beside it what independent offices made of it."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.charts import View
from dashboard.language import _, day, labelled, money, ngettext, number, of_the, percent, the, trimmed_percent
from dashboard.listing import Listing
from dashboard.params import TimedParams
from dashboard.topics.pledge_marks import STANDING
from dashboard.topics.pledge_record import RecordParams, pledge_record
from dashboard.topics.pledges import PROPOSAL, TARGET
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.estimates import IMPLIED_GDP, REPORTED, SAME_MONEY
from policy.periods import first_calendar_year
from policy.pledges import MET, NOT_MET, NOT_TABULATED

PAGE = "pledges"
TITLE = N_("Pledge history")
BRIEF = ("made_by", "value", "due_label", "goal_status")
VIEW = View("history", N_("Pledge history"), 3)

SIGNS = {"met": "✓", "open": "▸", "superseded": "✕", "overtaken": "✕"}


class Params(TimedParams, RecordParams):
    """See `RecordParams`."""


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `pledge_record`."""
    return pledge_record(snapshot, params)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, pictures=True)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The list alone: its words say when each pledge was made and what became of it."""
    return _drawn(rows, params, pictures=False)


def _drawn(rows: pd.DataFrame, params: Params, *, pictures: bool) -> go.Figure:
    items = rows[rows["kind"] != "gap"].drop_duplicates("item").sort_values(["made_on", "item"], ascending=False)
    pledges, estimates = items[items["kind"] == "pledge"], items[items["kind"] == "estimate"]
    fig = style.figure(_finding(rows, params), _subtitle(rows, params))
    listing, today = Listing(fig, pictures=pictures and len(pledges) > 0), pd.Timestamp(params.known)
    standing, proposed = pledges["goal_status"].isin(STANDING), pledges["pledge_kind"] == PROPOSAL
    for heading, part in (
        (_("Met or open"), pledges[standing & ~proposed]),
        (_("Replaced by a later one"), pledges[~standing & ~proposed]),
        (_("Proposed by others, no pledge"), pledges[proposed]),
    ):
        if len(part):
            listing.heading(heading)
        for item in part.to_dict("records"):
            own = _own(rows, item["item"], params)
            at = listing.item(
                (f"{_name(item)} · {item['made_by']}", style.INK, True), (_became(item, own), style.MUTED, False)
            )[1]
            if listing.pictures:
                _draw(fig, at, item, today)
    if listing.pictures:
        listing.years(pledges["made_on"].min() - pd.Timedelta(days=60), today + pd.Timedelta(days=60))
    _offices(listing, estimates)
    listing.close()
    return fig


def _offices(listing: Listing, estimates: pd.DataFrame) -> None:
    """What offices found that a pledge takes, and how one comes to it; their other amounts are counted."""
    needed = estimates[estimates["how"] == IMPLIED_GDP]
    if len(needed):
        listing.heading(_("What a pledge takes, by independent offices"), across=True)
    for item in needed.to_dict("records"):
        words = f"{_name(item)} · {item['made_by']}, {day(item['made_on'])}"
        listing.item((words, style.INK, False), (_reproduced(item), style.MUTED, False), across=True)
    if len(needed) and (more := len(estimates) - len(needed)):
        words = ngettext("{count} more amount is in the table", "{count} more amounts are in the table", more)
        listing.item((words.format(count=more), style.MUTED, False), across=True)


def _own(rows: pd.DataFrame, item: str, params: Params) -> pd.DataFrame:
    """How the editions of the publisher asked for judge a pledge."""
    return rows[(rows["kind"] == "pledge") & (rows["item"] == item) & (rows["publisher"] == params.publisher)]


def _colour(item: dict) -> str:
    if item["pledge_kind"] == PROPOSAL:
        return style.MUTED
    return {"met": style.MEETS, "open": style.HOME}.get(item["goal_status"], style.MUTED)


def _draw(fig: go.Figure, y: float, item: dict, today: pd.Timestamp) -> None:
    """A line from the day a pledge was made to the day it was replaced, or on until today; at its end the sign of its words."""
    replaced = not pd.isna(item["until"])
    colour = style.ENDED if replaced else _colour(item)
    end = max(item["until"] if replaced else today, item["made_on"])
    hover = f"{_name(item)}, {item['made_by']}, {day(item['made_on'], item['made_precision'])}: “{item['quote']}”"
    fig.add_scatter(
        x=[item["made_on"].isoformat(), end.isoformat()],
        y=[y, y],
        mode="lines+markers",
        line={"color": colour, "width": 4, "dash": "dot" if replaced else "solid"},
        marker={"symbol": ["circle", "x" if replaced else "triangle-right"], "size": 11, "color": colour, "opacity": 1},
        hovertext=[hover, hover],
        hoverinfo="text",
    )


def _name(item: dict) -> str:
    """ "2 % by 2025-26"; an estimate is "C$81.9 billion in 2032-33"."""
    if isinstance(item.get("how"), str):
        return _("{amount} in {year}").format(amount=_value(item), year=item["due_label"])
    share = _(" and ").join(item.get("shares") or [trimmed_percent(item["value"])])
    return (
        _("{share}, no year").format(share=share)
        if pd.isna(item["due_label"])
        else _("{share} by {year}").format(share=share, year=item["due_label"])
    )


def _value(item: dict, column: str = "value") -> str:
    if item["unit"] == "points of GDP":
        return f"{number(item[column], 1)} {labels.of('unit', item['unit'])}"
    return percent(item[column]) + _(" of GDP") if item["unit"] == "% of GDP" else money(item[column] * 1000, "CAD")


def _became(item: dict, own: pd.DataFrame) -> str:
    """When a pledge was made and what became of it: "Jun 9, 2025 · ✓ met · NATO 2026-07: met, 2.03 % (estimate)"."""
    words = f"{SIGNS[item['goal_status']]}\u00a0{labels.of('goal_status', item['goal_status'])}"
    parts = [
        day(item["made_on"], item["made_precision"]),
        _("{status} {day}").format(status=words, day=day(item["until"])) if not pd.isna(item["until"]) else words,
    ]
    if len(own) and own.iloc[-1]["pledge_verdict"] in (MET, NOT_MET):
        parts.append(_judged(own.iloc[-1]))
    return " · ".join(parts)


def _judged(row: pd.Series) -> str:
    """One edition's verdict: "NATO 2026-07: met, 2.03 % (estimate)"."""
    verdict = labels.of("pledge_verdict", row["pledge_verdict"])
    text = f"{verdict}, {percent(row['figure'])}{style.estimate_mark(bool(row['is_estimate']))}"
    return _("{publisher} {edition}: {text}").format(
        publisher=labels.of("publisher", row["publisher"]), edition=row["edition"], text=text
    )


def _reproduced(item: dict) -> str:
    if (how := item["how"]) == REPORTED:
        return _("the edition of the day has {value}").format(value=_value(item, "reproduced"))
    if how == IMPLIED_GDP:
        share = 100 * 1000 * item["reproduced"] / item["implied_gdp_ncu_million"]  # of billions
        return _("{share} of a GDP of {gdp}: growth of {growth} a year gives {value}").format(
            share=percent(share, 1),
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
    place, own = labels.place(params.country), _of_government(rows).drop_duplicates("item")
    if own.empty:
        return _("No pledge {of_country} is in the ledger").format(of_country=of_the(place))
    parts = [_outcome(row) for row in _settled(rows).to_dict("records")]
    left = own[(own["goal_status"] == "open") & ~own["item"].isin(_settled(rows)["item"])]
    if len(left):
        due = left.assign(due_label=left["due_label"].fillna("")).sort_values("value").groupby("due_label", sort=False)
        goals = [
            _name(row | {"value": None, "shares": [trimmed_percent(value) for value in group["value"]]})
            for _due, group in due
            for row in group.head(1).to_dict("records")
        ]
        parts.append(labelled(labels.of("goal_status", "open"), ", ".join(goals)))
    return labelled(place, "; ".join(parts) or _("every pledge was replaced by a later one"))


def _of_government(rows: pd.DataFrame) -> pd.DataFrame:
    """Pledges by edition, without what others proposed."""
    return rows[(rows["kind"] == "pledge") & (rows["pledge_kind"] != PROPOSAL)]


def _settled(rows: pd.DataFrame) -> pd.DataFrame:
    """The standing pledges whose year NATO's newest edition has, met or not."""
    own = _of_government(rows)
    newest = own[own["goal_status"].isin(STANDING) & (own["publisher"] == "NATO")].drop_duplicates("item", keep="last")
    return newest[newest["pledge_verdict"].isin((MET, NOT_MET))]


def _outcome(row: dict) -> str:
    """ "2 % of GDP met (2.03 % in 2025, estimate)"."""
    met = row["pledge_verdict"] == MET
    words = _("{share} of GDP met ({figure})") if met else _("{share} of GDP not met ({figure})")
    figure = _("{amount} in {year}").format(amount=percent(row["figure"]), year=first_calendar_year(row["due_label"]))
    marks = [_("estimate")] if row["is_estimate"] else []
    if not met and not pd.isna(row["first_year_met"]):
        marks.append(_("reached in {year}").format(year=row["first_year_met"]))
    return words.format(share=trimmed_percent(row["value"]), figure=", ".join([figure, *marks]))


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    publisher, own = the(labels.of("publisher", params.publisher)), rows[rows["kind"] == "pledge"]
    if own.empty:
        return ""
    if (own["pledge_kind"] == TARGET).all():
        words = _("Targets of the alliance, as no pledge {of_country} alone is in the ledger; judged by {publisher}")
        return words.format(of_country=of_the(labels.place(params.country)), publisher=publisher)
    return _(
        "Pledges on defence, % of GDP, newest first, each from its day to that of the one that replaced it; judged by {publisher}"
    ).format(publisher=publisher)


def further(rows: pd.DataFrame, params: Params) -> str:
    """What stands in the way of a verdict; all else is in the picture."""
    untold = rows[(rows["kind"] == "gap") & (rows["gap"] == NOT_TABULATED)]
    if untold.empty:
        return ""
    return _("No edition tabulates what {goals} counts: none can say yet whether it is met.").format(
        goals=", ".join(map(_name, untold.to_dict("records")))
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    sentences = [_finding(rows, params) + "."]
    sentences += [
        labelled(f"{row['made_by']}, {_name(row)}", _reproduced(row)) + "."
        for row in rows[rows["kind"] == "estimate"].to_dict("records")
    ]
    if len(gaps := rows[rows["kind"] == "gap"]):
        parts = []
        for code in gaps["gap"].unique():
            names = "; ".join(
                _name({**row, "how": row["what"]}) for row in gaps[gaps["gap"] == code].to_dict("records")
            )
            parts.append(f"{labels.of('gap', code)} ({names})")
        sentences.append(_("The sources held do not state: {gaps}.").format(gaps="; ".join(parts)))
    return " ".join(sentences)
