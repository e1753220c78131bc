"""Who pledged what when, what replaced it, and whether it was met by each edition; what others proposed and what independent offices made of it is in the table."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.articles import of_the, the
from dashboard.charts import View
from dashboard.language import _, day, labelled, money, number, percent, trimmed_percent
from dashboard.listing import NAME_PART, Listing
from dashboard.params import TimedParams
from dashboard.topics.pledge_marks import SIGNS, STANDING, draw_course, name_ends
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

ALIKE = ["made_on", "made_by", "due_label", "goal_status", "until", "verdict"]  # pledges that stand on one line


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
    fig = style.figure(_finding(rows, params), _subtitle(rows, params))
    pledges, today = _judged(rows, params), pd.Timestamp(params.known)
    listing, courses = Listing(fig, pictures=pictures and len(pledges) > 0), []
    standing = pledges["goal_status"].isin(STANDING)
    headings = _("Met, missed or open"), _("Replaced by a later one")
    for heading, part in zip(headings, (pledges[standing], pledges[~standing]), strict=True):
        if len(part):
            listing.heading(heading)
        items = _together(part, ALIKE)
        for item in items:
            lines = (
                (_name(item), style.INK, True),
                (item["made_by"], style.INK, False),
                (_became(item), style.MUTED, False),
            )
            at = listing.item(*lines)[1]
            if listing.pictures:
                made = f"{_name(item)}, {item['made_by']}, {day(item['made_on'], item['made_precision'])}"
                courses.append(draw_course(fig, at, item, today, labelled(made, f"“{item['quote']}”")))
        for explained in dict.fromkeys(words for item in items for words in item["explained"]):
            listing.remark(explained)
    if listing.pictures:
        name_ends(fig, courses)
        start, end = pledges["made_on"].min(), max([today, *(course.end for course in courses)])
        listing.years(start - (end - start) * 0.05, end + (end - start) * NAME_PART, named=(today, day(today)))
    listing.close()
    return fig


def _judged(rows: pd.DataFrame, params: Params) -> pd.DataFrame:
    """A government's pledges, newest first, each as the newest edition of the publisher asked for judges it."""
    pledges = _of_government(rows)
    own = pledges[pledges["publisher"] == params.publisher].drop_duplicates("item", keep="last")
    rest = pledges[~pledges["item"].isin(own["item"])].drop_duplicates("item").assign(figure=None, is_estimate=None)
    verdict = own["pledge_verdict"].where(own["pledge_verdict"].isin((MET, NOT_MET)), own["goal_status"])
    table = pd.concat([own.assign(verdict=verdict), rest.assign(verdict=rest["goal_status"])])
    return table.sort_values(["made_on", "value"], ascending=[False, True])


def _together(pledges: pd.DataFrame, alike: list[str]) -> list[dict]:
    """Pledges that are alike in these columns as one, with all their shares."""
    groups = pledges.groupby(alike, sort=False, dropna=False)
    items = []
    for _alike, own in groups:
        same = own.sort_values("value").to_dict("records")
        explained = [labelled(_share(row), row["note"].rstrip(".")) for row in same if _is_in_all(row)]
        items.append(own.iloc[0].to_dict() | {"shares": [_share(row) for row in same], "explained": explained})
    return items


def _name(item: dict) -> str:
    """ "2 % by 2025-26"; an estimate is "C$81.9 billion in 2032-33"."""
    if isinstance(item.get("how"), str):
        return _("{amount} in {year}").format(amount=_value(item), year=item["due_label"])
    share = _(" and ").join(item.get("shares") or [_share(item)])
    return (
        _("{share}, no year").format(share=share)
        if pd.isna(item["due_label"])
        else _("{share} by {year}").format(share=share, year=item["due_label"])
    )


def _share(item: dict) -> str:
    """ "3.5 %"; what counts more than NATO tabulates is "5 % in all"."""
    share = trimmed_percent(item["value"])
    return _("{share} in all").format(share=share) if _is_in_all(item) else share


def _is_in_all(item: dict) -> bool:
    return NOT_TABULATED in (item.get("pledge_verdict"), item.get("gap"))


def _value(item: dict, column: str = "value") -> str:
    if item["unit"] == "points of GDP":
        return f"{number(item[column], 1)} {labels.of('unit', item['unit'])}"
    return percent(item[column]) + _(" of GDP") if item["unit"] == "% of GDP" else money(item[column] * 1000, "CAD")


def _became(item: dict) -> str:
    """When a pledge was made and what became of it: "pledged Jun 9, 2025 · ✓ met: 2.03 % (estimate) in 2025"."""
    made = _("pledged {day}").format(day=day(item["made_on"], item["made_precision"]))
    if item["goal_status"] not in STANDING:
        replaced = "" if pd.isna(item["until"]) else _("replaced {day}").format(day=day(item["until"]))
        return " · ".join(filter(None, (made, replaced)))
    if item["verdict"] not in SIGNS:
        return f"{made} · {labels.of('goal_status', 'open')}"
    words = f"{SIGNS[item['verdict']]}\u00a0{labels.of('pledge_verdict', item['verdict'])}"
    if not pd.isna(item["figure"]):
        figure = percent(item["figure"]) + style.estimate_mark(bool(item["is_estimate"]))
        words = labelled(
            words, _("{amount} in {year}").format(amount=figure, year=first_calendar_year(item["due_label"]))
        )
    if item["verdict"] == NOT_MET and not pd.isna(item["first_year_met"]):
        reached = _("{share} reached in {year}")
        words += "; " + reached.format(share=trimmed_percent(item["value"]), year=item["first_year_met"])
    return f"{made} · {words}"


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
        goals = map(_name, _together(left.sort_values("value"), ["due_label"]))
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
    """ "2 % by 2025-26 met (2.03 %, estimate)"."""
    words = _("{goal} met ({figure})") if row["pledge_verdict"] == MET else _("{goal} not met ({figure})")
    marks = [_("estimate")] if row["is_estimate"] else []
    return words.format(goal=_name(row), figure=", ".join([percent(row["figure"]), *marks]))


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    publisher, own = the(labels.of("publisher", params.publisher)), rows[rows["kind"] == "pledge"]
    if own.empty:
        return ""
    words = _("Pledges on defence spending, % of GDP, newest first; met or not according to {publisher}")
    if (own["pledge_kind"] == TARGET).all():
        words = _(
            "Targets of the alliance for defence spending, % of GDP (no pledge {of_country} alone is held); met or not according to {publisher}"
        )
    return words.format(of_country=of_the(labels.place(params.country)), publisher=publisher)


def further(rows: pd.DataFrame, params: Params) -> str:
    """What stands in the way of a verdict, and what only the table has."""
    untold, sentences = rows[(rows["kind"] == "gap") & (rows["gap"] == NOT_TABULATED)], []
    if len(untold):
        words = _("No edition has figures for {goals}, so none can say whether it is met.")
        sentences.append(words.format(goals=", ".join(map(_name, untold.to_dict("records")))))
    more = [
        (_("proposals by others"), rows["pledge_kind"] == PROPOSAL),
        (_("amounts by independent offices"), rows["kind"] == "estimate"),
    ]
    if listed := [words for words, own in more if own.any()]:
        sentences.append(_("Also in the table: {list}.").format(list=_(" and ").join(listed)))
    return " ".join(sentences)


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
