"""`/deadlines.ics`: one event a series of deadlines, which moves when its date moves (RFC 5545, 5546).

The UID of a series never changes. Its SEQUENCE grows by one whenever its date moves or the event is called off or on
again, whether a new date was set beside the old one or the date itself was corrected by an upload.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import pandas as pd
from icalendar import Calendar, Event, vDuration, vText

from dashboard import labels
from dashboard.coverage import COVERAGE_ENDS_ON
from dashboard.language import _, current, day, localized
from dashboard.ledgers import ledger
from dashboard.web.answers import Answer, Asked
from dashboard.web.api import question, writing
from dashboard.web.api.days import deadlines_of
from dashboard.web.problems import Refused
from etl.datasets.deadlines import TOPICS
from etl.ledger import View
from policy.deadlines import moves, standing

TYPE = "text/calendar; charset=utf-8"
DOMAIN = "alliance-ledger"
ASK_AGAIN = timedelta(hours=12)

State = tuple[date, bool]
"""The day an event stands on, and whether it is called off."""


def calendar(asked: Asked) -> Answer:
    """The calendar of the newest release: every series that ever had a date, or those of some topics."""
    asked_for = question.read(asked, ("topic",))
    if asked_for.pinned:
        raise Refused.faults([question.wrong("release", "", _("a calendar follows the newest release"))])
    topics = question.codes(asked_for, "topic", TOPICS) or list(TOPICS)
    body = _calendar(asked_for.view, topics, date.today()).to_ical()
    file = ("content-disposition", 'inline; filename="deadlines.ics"')
    return Answer(body, TYPE, (*writing.named(release=asked_for.view.release), file))


def _calendar(view: View, topics: list[str], today: date) -> Calendar:
    found = Calendar()
    found.add("prodid", f"-//Alliance Ledger//Deadlines//{current().upper()}")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    name = _("Deadlines: tariffs and defence spending")
    for field in ("name", "x-wr-calname"):
        found.add(field, name)
    found.add("x-wr-caldesc", _("As known to {day}. A passed date without a known outcome is not a missed deadline.").format(day=day(COVERAGE_ENDS_ON)))
    found.add("refresh-interval", vDuration(ASK_AGAIN), parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", vDuration(ASK_AGAIN))
    table, states, sequences = deadlines_of(view), _states(view.release, today), _sequences(view.release, today)
    stands = standing(table, pd.Timestamp(today))
    moved = moves(table, pd.Timestamp(today))
    urls = view.sql("SELECT source_id, url FROM sources").set_index("source_id")["url"]
    stamp = ledger().release(view.release).published_at
    for series_id, rows in stands.sort_values("sequence").groupby("series_id"):
        if series_id in states and rows.iloc[-1]["topic"] in topics:
            steps = moved[moved["series_id"] == series_id]
            state, sequence = states[series_id], sequences[series_id]
            found.add_component(_event(rows.iloc[-1], state=state, sequence=sequence, steps=steps, urls=urls, stamp=stamp))
    return found


def _event(row: pd.Series, *, state: State, sequence: int, steps: pd.DataFrame, urls: pd.Series, stamp: datetime) -> Event:
    event, (on, off) = Event(), state
    spoken = {"LANGUAGE": current()}
    event.add("uid", f"{row['series_id']}@{DOMAIN}")
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", sequence)
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event["summary"] = vText(_title(row))
    event["summary"].params.update(spoken)
    event["description"] = vText(_text(row, steps))
    event["description"].params.update(spoken)
    event.add("categories", [labels.of("topic", row["topic"])])
    url = urls.get(row["source_id"])
    if isinstance(url, str):
        event.add("url", url)
    return event


def _title(row: pd.Series) -> str:
    title = row[localized("title")]
    if row["status"] == "pending":
        return title
    return _("{title} ({status})").format(title=title, status=labels.of("outcome", row["status"]))


def _text(row: pd.Series, steps: pd.DataFrame) -> str:
    """Who has to act, how it stands, how its date moved, and a note."""
    actor = _("Who has to act: {actor}").format(actor=row[localized("actor")])
    stands = _("State: {status}").format(status=labels.of("outcome", row["status"]))
    moved = [
        _("Moved from {before} to {after}.").format(before=day(step.before_on), after=day(step.due_on))
        for step in steps[steps["move"] == "moved"].itertuples()
        if not pd.isna(step.before_on) and not pd.isna(step.due_on)
    ]
    note: Any = row[localized("notes")]
    source = _("Source: {source}").format(source=row["source_id"])
    return "\n".join([actor, stands, *moved, *([note] if isinstance(note, str) and note else []), source])


@lru_cache(maxsize=256)
def _states(release: int, today: date) -> dict[str, State]:
    """Where the event of each series stands in a release, as known today. A series that never had a date has none."""
    found: dict[str, State] = {}
    stands = standing(deadlines_of(ledger().at(release)), pd.Timestamp(today))
    for series_id, rows in stands.sort_values("sequence").groupby("series_id"):
        dated = rows[rows["due_on"].notna()]
        if dated.empty:
            continue
        last = rows.iloc[-1]
        # superseded with nothing later in the series, or set anew without a date: there is no such day any more
        off = last["status"] == "superseded" or pd.isna(last["due_on"])
        found[series_id] = (dated.iloc[-1]["due_on"].date(), bool(off))
    return found


@lru_cache(maxsize=64)
def _sequences(release: int, today: date) -> dict[str, int]:
    """How often the event of each series was moved, called off or on again, by the dates set and by the releases."""
    counts: dict[str, int] = {}
    before: dict[str, State] = {}
    for number in _releases_of_deadlines(release):
        states = _states(number, today)
        for series_id, state in states.items():
            if series_id not in counts:
                counts[series_id] = _dates_set(number, today).get(series_id, 0) + int(state[1])
            elif before.get(series_id, state) != state:
                counts[series_id] += 1
        # an event that is gone keeps its count, so that it grows again when it comes back
        before |= states
    return counts


@lru_cache(maxsize=64)
def _dates_set(release: int, today: date) -> dict[str, int]:
    """How often a new date was set in each series, by the table of one release."""
    stands = standing(deadlines_of(ledger().at(release)), pd.Timestamp(today))
    dated = stands[stands["due_on"].notna()]
    return {str(series): int(count) - 1 for series, count in dated.groupby("series_id")["due_on"].nunique().items()}


def _releases_of_deadlines(release: int) -> list[int]:
    """The releases up to this one in which a deadline differs from the release before."""
    return [found.number for found in ledger().releases() if found.number <= release and "deadlines" in found.extra.get("changed", {})]
