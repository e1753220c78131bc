"""The ladder of each measure on goods from one origin: announced, signed, in effect, suspended, withdrawn, with the days between."""

from itertools import compress
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import coverage, style
from dashboard.charts import View
from dashboard.language import _, day, localized, ngettext, trimmed_percent
from dashboard.listing import LINE_PX, Listing
from dashboard.params import TimedParams
from dashboard.topics import tariffs
from dashboard.topics.code_bars import narrow_it
from dashboard.topics.course_lanes import Days, draw_course, is_drawn, what_lines_mean
from dashboard.topics.hts import digits
from dashboard.topics.review_results import SUMS, sum_with, sums_of_reviews, with_sum
from dashboard.topics.tariff_codes import IMPORTER
from dashboard.topics.tariff_courses import (
    COMING,
    ENDED,
    EXEMPT,
    IN_FORCE,
    NOT_COUNTED,
    STRETCHES,
    Course,
    courses_of,
    standing_in_words,
    stretches_of,
    way_in_words,
)
from dashboard.topics.tariff_goods import goods_in_words, one_of
from dashboard.topics.tariffs import TariffParams, charged_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.tariffs.timeline import Timeline, timeline

PAGE = "tariffs"
TITLE = N_("How each tariff came about")
BRIEF = ("title", "role", "event_on", "rate_pct")
VIEW = View("history", N_("History"), 5)

SIGNS = {IN_FORCE: "■", NOT_COUNTED: "□", EXEMPT: "□", COMING: "○", ENDED: "✕"}
AFTER = 0.1  # of the time drawn: room for the name of its last day
TOGETHER = "together"  # of `attrs` of the table of steps: what is in force adds up to, in words


class Params(TimedParams, TariffParams):
    """See `TariffParams`."""


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row an event known by `known` of a measure that reaches these goods: its day, rate, trust, conflict and quote.

    `days_since` counts from the event before of the same measure. A rate is as the event states it, in per cent.
    """
    known = pd.Timestamp(params.known)
    one = one_of(snapshot, params)
    found = None if one is None else timeline(one.tables, tariffs.question(params, one.product, one.base_pct), known)
    measures = [] if found is None else sorted(found.layers["measure_id"].unique())
    table = snapshot.sql(
        f"""
        SELECT e.measure_id, m.{localized("title")} AS title, e.event_id, e.event, e.role, e.event_on, e.known_on, e.effective_on, e.rate_pct, e.rate_kind,
               e.company, e.usmca, e.legal_authority AS instrument, e.trust, coalesce(e.{localized("conflict")}, '') AS conflict, e.quote, e.source_id
        FROM tariff_events e JOIN tariff_measures m USING (measure_id)
        WHERE list_contains($measures, e.measure_id) AND e.known_on <= $known AND e.event_on <= $known
        ORDER BY e.measure_id, e.event_on, e.event_id
        """,
        measures=measures,
        known=params.known,
    )
    gaps = table.groupby("measure_id")["event_on"].diff().dt.days
    first = table.groupby("measure_id")["event_on"].transform("min")
    table = table.assign(
        days_since=gaps.astype("Int64"), goods=goods_in_words(snapshot, params, rest_of_line=True), first=first
    )
    table = table.sort_values(["first", "measure_id", "event_on", "event_id"], ignore_index=True).drop(columns="first")
    starts = table.groupby("measure_id")["event_on"].min()
    if found is not None:  # drawn only: where a measure stands is no field of a step
        table.attrs[STRETCHES] = stretches_of(found.layers, starts, known)
        table.attrs[TOGETHER] = _together(found, params)
        table.attrs[SUMS] = sums_of_reviews(snapshot, params)
    return table


def _together(found: Timeline, params: Params) -> str:
    """What is in force adds up to; empty where the day looked at is not the day it is known on, or the import is banned."""
    moment, totals = pd.Timestamp(params.on), found.totals
    now = totals[(totals["from_on"] <= moment) & ~(totals["to_on"] <= moment) & (totals["total_pct"] > 0)]
    return trimmed_percent(now["total_pct"].iloc[0]) if params.on == params.known and len(now) else ""


def brief_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The newest steps first."""
    return rows.sort_values("event_on", ascending=False, kind="stable")


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, pictures=True)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The list alone: its words say since when a measure applies and how long each step took."""
    return _drawn(rows, params, pictures=False)


def _drawn(rows: pd.DataFrame, params: Params, *, pictures: bool) -> go.Figure:
    courses = courses_of(rows)
    fig = style.figure(_finding(rows, params), _subtitle(params) if courses else "")
    known, days = pd.Timestamp(params.known), _days(rows, params) if courses else None
    beside = [bool(pictures and days and is_drawn(course, days)) for course in courses]
    lanes = list(compress(courses, beside))
    others = [course for course, drawn in zip(courses, beside, strict=True) if not drawn]
    listing = Listing(fig, pictures=bool(lanes), wide=pictures)
    if lanes and days:
        place: dict[str, Any] = {"xref": "paper", "xanchor": "left", "yanchor": "top", **style.PLATE}
        style.note(fig, (0, 0), what_lines_mean(), style.MUTED, **place)
        listing.down += LINE_PX
        for course, at in _listed(listing, lanes, rows):
            draw_course(fig, at, course, days)
        listing.years(days[0], known, named=(known, day(known)))
        fig.update_xaxes(range=[days[0], days[-1]])
    _listed(listing, others, rows, across=pictures)
    listing.close()
    return fig


def _days(rows: pd.DataFrame, params: Params) -> Days:
    begin, known = rows["event_on"].min() - pd.offsets.MonthBegin(), pd.Timestamp(params.known)
    return begin, known, max(known, rows["event_on"].max()) + (known - begin) * AFTER


def _listed(
    listing: Listing, courses: list[Course], rows: pd.DataFrame, *, across: bool = False
) -> list[tuple[Course, float]]:
    """The measures in words, by how they stand, each with the y of its middle; `across` the whole width where no lane is beside them."""
    headings = {
        IN_FORCE: _("In force"),
        NOT_COUNTED: _("In force, not counted on these goods"),
        EXEMPT: _("In force, these goods exempt"),
        COMING: _("Announced or threatened"),
        ENDED: _("Ended or suspended, never charged on these goods") if across else _("Ended or suspended"),
    }
    listed = []
    for state, heading in headings.items():
        part = [course for course in courses if course.now.state == state]
        if part:
            listing.heading(heading, across=across)
        for course in part:
            stands = with_sum(standing_in_words(course), course.steps, rows.attrs.get(SUMS, {}))
            _top, middle = listing.item(
                (course.title, style.INK, True),
                (f"{SIGNS[state]}\u00a0{stands}", style.INK, False),
                *((words, style.MUTED, False) for words in [way_in_words(course)] if words),
                across=across,
            )
            listed.append((course, middle))
    return listed


# --- words ---------------------------------------------------------------------------------------------------------


def _never(rows: pd.DataFrame) -> list[str]:
    """Measures that were announced and ended without ever taking effect."""
    ended = rows[rows["event"].isin(["withdrawn", "expired"])]["measure_id"]
    applied = rows[rows["event"].isin(["effective", "amended", "signed"])]["measure_id"]
    return list(dict.fromkeys(rows.loc[rows["measure_id"].isin(set(ended) - set(applied)), "title"]))


def _finding(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty and params.importer != IMPORTER and digits(params.hs or ""):
        return narrow_it(params)
    if rows.empty:
        return _("No measure on these goods was known by {day}; choose another product or origin").format(
            day=day(params.known)
        )
    courses, rate = courses_of(rows), rows.attrs.get(TOGETHER)
    in_force = [course for course in courses if course.now.state == IN_FORCE]
    count, when = len(in_force), day(params.known)
    words = _("{goods}: no tariff measure in force on {day}")
    if count and rate:
        words = ngettext(
            "{goods}: {rate} in force on {day}, by {count} measure",
            "{goods}: {rate} in force on {day}, by {count} measures",
            count,
        )
    elif count:
        words = ngettext(
            "{goods}: {count} measure in force on {day}", "{goods}: {count} measures in force on {day}", count
        )
    said = words.format(goods=rows["goods"].iloc[0], rate=rate, count=count, day=when)
    coming = [course for course in courses if course.now.state == COMING]
    more, rates = "{said}", coming[0].now.rate if coming else ""
    if coming:
        more = ngettext(
            "{said}; {count} announced or threatened", "{said}; {count} announced or threatened", len(coming)
        )
    if len(coming) == 1 and (total := sum_with(coming[0].steps, rows.attrs.get(SUMS, {}))) is not None:
        more, rates = _("{said}; {rates} if the preliminary results become final"), trimmed_percent(total)
    elif len(coming) == 1 and rates:
        more = _("{said}; announced or threatened, not in force: {rates}")
    return more.format(said=said, count=len(coming), rates=rates)


def _counts(rows: pd.DataFrame) -> str:
    """How many measures stand how."""
    states = [course.now.state for course in courses_of(rows)]
    number = {state: states.count(state) for state in (IN_FORCE, NOT_COUNTED, EXEMPT, COMING, ENDED)}
    words = {
        IN_FORCE: ngettext("{count} in force", "{count} in force", number[IN_FORCE]),
        NOT_COUNTED: ngettext("{count} not counted here", "{count} not counted here", number[NOT_COUNTED]),
        EXEMPT: ngettext("{count} with these goods exempt", "{count} with these goods exempt", number[EXEMPT]),
        COMING: ngettext("{count} announced or threatened", "{count} announced or threatened", number[COMING]),
        ENDED: ngettext("{count} over", "{count} over", number[ENDED]),
    }
    return ", ".join(words[state].format(count=count) for state, count in number.items() if count)


def _subtitle(params: Params) -> str:
    """True of both forms."""
    words = _("Tariff measures {charged}, as known on {day}, the newest first; rates in % of customs value")
    return words.format(charged=charged_in_words(params), day=day(coverage.seen(params.known)))


def summary(rows: pd.DataFrame, params: Params) -> str:
    said = _finding(rows, params) + "."
    if counts := _counts(rows):
        said += " " + _("Measures: {counts}.").format(counts=counts)
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
