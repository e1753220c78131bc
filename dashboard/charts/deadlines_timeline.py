"""Deadlines: the next ones by name with the days left, later ones, and what became of the last: met, missed, superseded or not known."""

from datetime import date
from typing import Annotated

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import coverage, labels, style
from dashboard.language import _, day, localized, ngettext
from dashboard.listing import AXIS_PX, LINE_PX, Listing
from dashboard.params import ChartParams, Choices, TimedParams
from dashboard.topics.deadlines import due, due_and_left
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.deadlines import standing
from policy.periods import span_of

PAGE = "deadlines"
TITLE = N_("Deadlines through time")
BRIEF = ("due_label", "title", "deadline_status")

TOPICS = Choices("topic", "SELECT DISTINCT topic FROM deadlines ORDER BY topic")
SOON_DAYS = 60
NEXT, LAST = 10, 6  # deadlines that are named: with a picture, and of those that are over
LONGEST_NOTE = 60  # letters; a longer note is in the table alone
LETTER_PX, BOLD_LETTER_PX = 7.4, 8.4
LEAST_PX, MARK_PX = 800, 12  # of the picture where it is smallest; from a mark to its words
SIGNS = {"met": "✓", "missed": "✕", "superseded": "→", "pending": "◇", "unknown": "?"}


class DeadlineParams(ChartParams):
    topic: Annotated[str | None, TOPICS] = Field(None, title=N_("Topic"))
    on: date | None = Field(None, title=N_("On"))
    known: date | None = Field(None, title=N_("As known on"))
    due_from: date | None = Field(None, title=N_("Due from"))
    due_until: date | None = Field(None, title=N_("Due until"))


class Params(TimedParams, DeadlineParams):
    """See `DeadlineParams`."""


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row a deadline set by `known`, as it stands on `on`, of those due in the time asked for; those without a date come last."""
    deadlines = snapshot.sql(
        f"""
        SELECT deadline_id, series_id, {localized("title")} AS title, {localized("actor")} AS actor, topic, due_on, due_precision, set_on,
               outcome, outcome_verified, outcome_on, {localized("notes")} AS note, source_id
        FROM deadlines WHERE topic = coalesce($topic, topic)
        """,
        topic=params.topic,
    )
    current = standing(deadlines, pd.Timestamp(params.on), pd.Timestamp(params.known))
    if params.due_from:
        current = current[current["due_on"] >= pd.Timestamp(params.due_from)]
    if params.due_until:
        current = current[current["due_on"] <= pd.Timestamp(params.due_until)]
    columns = (
        "deadline_id title actor topic due_on due_precision set_on status days_left outcome_on note series_id source_id"
    )
    return current[columns.split()].rename(columns={"status": "deadline_status"})


def brief_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """What is still to come first, the next before the others."""
    passed = ~(rows["days_left"] >= 0)
    said = [None if pd.isna(row.due_on) else due(row) for row in rows.itertuples()]
    return rows.assign(due_label=said, passed=passed).sort_values(["passed", "due_on"], kind="stable")


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, pictures=True)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The list alone: its words say the day and how far off it is."""
    return _drawn(rows, params, pictures=False)


def _drawn(rows: pd.DataFrame, params: Params, *, pictures: bool) -> go.Figure:
    coming = _next(rows, len(rows))
    fig = style.figure(_finding(rows, params), _subtitle(params))
    listing = Listing(fig, pictures=False, wide=pictures)
    axis = _draw_next(listing, rows, coming.head(NEXT), params.on) if pictures and len(coming) else None
    for row in coming.head(NEXT if axis is None else 0).itertuples():
        listing.item((row.title, style.INK, True), (_when(row, _moved_from(rows, row)), style.MUTED, False))
    _list_others(listing, rows, coming.iloc[NEXT:], params.on)
    listing.close()
    if axis is not None:
        fig.update_xaxes(visible=True, side="top", automargin=False, range=axis)
        fig.update_layout(margin={"t": AXIS_PX}, height=fig.layout.height + AXIS_PX)
    return fig


def _list_others(listing: Listing, rows: pd.DataFrame, later: pd.DataFrame, on: date) -> None:
    """In a line each: later deadlines, and the last of those that are over."""
    over = rows[rows["deadline_status"] != "pending"]
    gone = over[over["due_on"] <= pd.Timestamp(on)].sort_values(["due_on", "deadline_id"], ascending=False).head(LAST)
    if len(later):
        listing.heading(_("Later"))
    for row in sorted(later.itertuples(), key=lambda row: span_of(row.due_on, row.due_precision)[0]):
        listing.item((" · ".join([due(row), row.title, *_short_note(row)]), style.INK, False), across=True)
    if len(over):
        listing.heading(_("Before: {counts}").format(counts=_counted(over)), across=True)
    for row in gone.itertuples():
        status = f"{SIGNS[row.deadline_status]}\u00a0{labels.of('deadline_status', row.deadline_status)}"
        listing.item((f"{due(row)} · {status} · {row.title}", style.INK, False), across=True)
    if rest := len(over) - len(gone):
        words = ngettext("and {count} other in the table", "and {count} others in the table", rest).format(count=rest)
        listing.item((words, style.MUTED, False), across=True)


def _draw_next(listing: Listing, rows: pd.DataFrame, coming: pd.DataFrame, on: date) -> list[pd.Timestamp]:
    """A mark a deadline where it stands in time, its words beside it; from when to when the time goes."""
    here, far = pd.Timestamp(on), coming["due_on"].max()
    edge = max((far - here) * 0.04, pd.Timedelta(days=2))
    start, end = here - 2 * edge, far + edge  # half the name of the day stands before it
    for row in coming.itertuples():
        first, last = span_of(row.due_on, row.due_precision)
        along = (row.due_on - start) / (end - start)
        room = LEAST_PX * max(along, 1 - along) - MARK_PX
        title = style.wrapped(row.title, int(room / BOLD_LETTER_PX))
        small = style.wrapped(_when(row, _moved_from(rows, row)), int(room / LETTER_PX))
        lines = 2 + title.count("<br>") + small.count("<br>")
        top = listing.room(LINE_PX * lines + 8)
        left = along > 0.5
        possible = (max(first, here), last)
        stands = possible[0] if left else possible[1]
        place = {"yanchor": "top", "xanchor": "right" if left else "left", "xshift": -MARK_PX if left else MARK_PX}
        said = {"align": "right" if left else "left", **place, **style.PLATE}
        style.note(listing.fig, (stands, top), f"<b>{title}</b>", style.INK, **said)
        small_top = top - LINE_PX * (1 + title.count("<br>"))
        style.note(listing.fig, (stands, small_top), small, style.MUTED, **said)
        _mark(listing.fig, top - LINE_PX * 0.55, row, possible)
    listing.years(start, end, named=(here, day(on)))
    return [start, end]


def _mark(fig: go.Figure, y: float, row, possible: tuple[pd.Timestamp, pd.Timestamp]) -> None:
    """A diamond on the day; a bar over the days that are possible where only the month or the year is known."""
    if row.due_precision != "day":
        fig.add_shape(type="line", x0=possible[0], x1=possible[1], y0=y, y1=y, line={"color": style.HOME, "width": 6})
    hover = f"{style.wrapped(row.title)}<br>{due_and_left(row)}<br>{row.actor}"
    fig.add_scatter(
        x=[row.due_on],
        y=[y],
        mode="markers",
        marker={
            "symbol": "diamond",
            "size": 13,
            "color": style.HOME,
            "opacity": 1 if row.due_precision == "day" else 0,
        },
        hovertext=[hover],
        hoverinfo="text",
    )


def _moved_from(rows: pd.DataFrame, row) -> str:
    """The day that a deadline stood at before it was moved; empty where it never was."""
    before = rows[(rows["series_id"] == row.series_id) & (rows["due_on"] < row.due_on)]
    before = before[before["deadline_status"] == "superseded"]
    return "" if before.empty else due(before.sort_values("due_on").iloc[-1])


def _when(row, moved: str) -> str:
    """ "Jan 1, 2027, in 33 days · Tariffs · moved from Jan 1, 2026"."""
    parts = [due_and_left(row), labels.of("topic", row.topic)]
    if moved:
        parts.append(_("moved from {day}").format(day=moved))
    return " · ".join([*parts, *_short_note(row)])


def _short_note(row) -> list[str]:
    """What is to be known of a deadline, where a line has room for it."""
    note = row.note if isinstance(row.note, str) else ""
    return [note.rstrip(".")] if 0 < len(note) <= LONGEST_NOTE else []


def _next(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    return rows[rows["deadline_status"] == "pending"].head(count)


def _finding(rows: pd.DataFrame, params: Params) -> str:
    coming = _next(rows, 1)
    if coming.empty:
        return _due(_("No deadline is pending on {day}").format(day=day(params.on)), params)
    first = coming.iloc[0]
    finding = _("Next: {title}, {when}").format(title=first["title"], when=due_and_left(first))
    soon = int((rows["days_left"] <= SOON_DAYS).sum()) - 1
    if soon < 1:
        return finding
    more = ngettext("{count} more within {days} days", "{count} more within {days} days", soon)
    return f"{finding}; {more.format(count=soon, days=SOON_DAYS)}"


def _subtitle(params: Params) -> str:
    said = _(
        "The next deadlines with the time left, later ones, and the last that are over; on {on}, as known on {known}"
    )
    return _due(said.format(on=day(params.on), known=day(coverage.seen(params.known, coverage.DEADLINES))), params)


def _due(said: str, params: Params) -> str:
    """The same, with the time that deadlines were asked for of."""
    if params.due_from:
        said = _("{said}, due from {day}").format(said=said, day=day(params.due_from))
    return _("{said}, due until {day}").format(said=said, day=day(params.due_until)) if params.due_until else said


def _counted(rows: pd.DataFrame) -> str:
    """How many stand how: "8 met, 6 missed"."""
    counts = {status: int((rows["deadline_status"] == status).sum()) for status in SIGNS}
    return ", ".join(_how_many(status, count).format(count=count) for status, count in counts.items() if count)


def _how_many(status: str, count: int) -> str:
    match status:
        case "met":
            return ngettext("{count} met", "{count} met", count)
        case "missed":
            return ngettext("{count} missed", "{count} missed", count)
        case "superseded":
            return ngettext("{count} superseded", "{count} superseded", count)
        case "pending":
            return ngettext("{count} pending", "{count} pending", count)
    return ngettext("{count} with outcome not known", "{count} with outcome not known", count)


def summary(rows: pd.DataFrame, params: Params) -> str:
    return _("{next}. Of {total} deadlines: {counts}.").format(
        next=_finding(rows, params), total=len(rows), counts=_counted(rows)
    )


def further(rows: pd.DataFrame, params: Params) -> str:
    """Which of the deadlines counted in the picture have no day to stand at."""
    undated = rows[rows["due_on"].isna()]
    words = ngettext(
        "Of those that are over, {count} has no date: {counts}.",
        "Of those that are over, {count} have no date: {counts}.",
        len(undated),
    )
    return "" if undated.empty else words.format(count=len(undated), counts=_counted(undated))
