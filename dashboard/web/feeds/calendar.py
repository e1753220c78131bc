"""`/deadlines.ics`: one event a series of deadlines, which moves when its date moves (RFC 5545, 5546).

The UID of a series never changes. Its SEQUENCE grows by one whenever its date moves or the event is called off or on
again, whether a new date was set beside the old one or the date itself was corrected by an upload.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import pandas as pd
from cachetools import LRUCache
from icalendar import Calendar, Event, vDuration

from dashboard import freshness, labels
from dashboard.announced import announced
from dashboard.coverage import DEADLINES, ends_on
from dashboard.language import _, current, day, localized
from dashboard.ledger import ledger
from dashboard.topics.deadlines import due_and_left
from dashboard.web.api import formats, query
from dashboard.web.feeds.events import all_day, expected, planned, speak
from dashboard.web.problem_details import ApiProblem
from dashboard.web.request_response import DataRequest, DataResponse
from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot
from etl.settings import days, settings
from etl.vocabulary import DEADLINE_TOPICS
from policy.deadlines import moves, standing
from policy.freshness import WORKING_DAY

TYPE = "text/calendar; charset=utf-8"
PUBLICATIONS = "publications"  # not deadlines: the days by which publishers are expected to say something new
RELEASES = "releases"  # nor these: the releases of this ledger that are announced
TOPICS = (*DEADLINE_TOPICS, PUBLICATIONS, RELEASES)
ASK_AGAIN = timedelta(hours=12)
STATES_KEPT = 4096  # by release and day: after a publish only the new release is asked

State = tuple[date, bool]
"""The day an event stands on, and whether it is called off."""
SeriesStates = dict[str, tuple[State, int]]
"""By series, its state and how often a later date was set."""
_STATES: LRUCache[tuple[int, date], SeriesStates] = LRUCache(STATES_KEPT)
_ASKING = threading.Lock()


@dataclass(frozen=True)
class EventHistory:
    """The event of a series after all that happened to it; `release` is the last one that gave it a date."""

    day: date
    off: bool
    sequence: int
    release: int

    def then(self, state: State, release: int) -> EventHistory:
        """The course after a release in which the event stands so."""
        moved = state != (self.day, self.off)
        return EventHistory(*state, self.sequence + int(moved), release)

    def gone(self) -> EventHistory:
        """The course when a release has no such date any more."""
        return self if self.off else EventHistory(self.day, True, self.sequence + 1, self.release)


def calendar(request: DataRequest) -> DataResponse:
    """The calendar of the newest release: every series that ever had a date, or those of some topics."""
    question = query.read(request, ("topic",))
    if question.pinned:
        raise ApiProblem.faults([query.wrong("release", "", _("a calendar follows the newest release"))])
    topics = query.codes(question, "topic", TOPICS) or list(TOPICS)
    body = _calendar(question.snapshot, topics, days.today()).to_ical()
    file = ("content-disposition", 'inline; filename="deadlines.ics"')
    return DataResponse(body, TYPE, (*formats.named(release=question.snapshot.release), file))


def _calendar(snapshot: Snapshot, topics: list[str], today: date) -> Calendar:
    feed = Calendar()
    feed.add("prodid", f"-//Alliance Ledger//Deadlines//{current().upper()}")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    name = _("Deadlines: tariffs and defence spending")
    for field in ("name", "x-wr-calname"):
        feed.add(field, name)
    zone = settings().time_zone
    known_to = _("As known to {day}. A passed date without a known outcome is not a missed deadline.")
    ends = _("A day ends at midnight in {zone}.")
    feed.add("x-wr-caldesc", f"{known_to.format(day=day(ends_on(snapshot, DEADLINES)))} {ends.format(zone=zone)}")
    feed.add("x-wr-timezone", zone)
    feed.add("refresh-interval", vDuration(ASK_AGAIN), parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", vDuration(ASK_AGAIN))
    stamp = ledger().release(snapshot.release).published_at
    for series_id, course in sorted(_courses(snapshot.release, today).items()):
        stands = _stands(course.release, today)
        row = stands[stands["series_id"] == series_id].iloc[-1]
        if row["topic"] in topics:
            steps, urls = _steps(course.release, today), _urls(course.release)
            feed.add_component(
                _event(row, course, steps[steps["series_id"] == series_id], urls.get(row["source_id"]), stamp)
            )
    if PUBLICATIONS in topics:
        for one in freshness.followed(ledger(), snapshot.release):
            if one.next_expected_on and one.rhythm != WORKING_DAY:
                feed.add_component(expected(one, one.next_expected_on, stamp))
    for release in announced() if RELEASES in topics else ():
        feed.add_component(planned(release, stamp))
    return feed


def _event(row: pd.Series, course: EventHistory, steps: pd.DataFrame, url: str | None, stamp: datetime) -> Event:
    event = all_day(row["series_id"], course.day, stamp)
    event.add("sequence", course.sequence)
    event.add("status", "CANCELLED" if course.off else "CONFIRMED")
    speak(event, _title(row), _text(row, steps))
    event.add("categories", [labels.of("topic", row["topic"])])
    if url:
        event.add("url", url)
    return event


def _title(row: pd.Series) -> str:
    title = row[localized("title")]
    if row["status"] == "pending":
        return title if row["due_precision"] == "day" else f"{title} ({due_and_left(row)})"
    return _("{title} ({status})").format(title=title, status=labels.of("outcome", row["status"]))


def _text(row: pd.Series, steps: pd.DataFrame) -> str:
    """Who has to act, how it stands, how its date moved, and a note."""
    actor = _("Who has to act: {actor}").format(actor=row[localized("actor")])
    stands = _("State: {status}").format(status=labels.of("outcome", row["status"]))
    moved = [
        _("Moved from {before} to {after}.").format(
            before=day(step.before_on, step.before_precision), after=day(step.due_on, step.due_precision)
        )
        for step in steps[steps["move"] == "moved"].itertuples()
        if not pd.isna(step.before_on) and not pd.isna(step.due_on)
    ]
    note: Any = row[localized("notes")]
    source = _("Source: {source}").format(source=row["source_id"])
    return "\n".join([actor, stands, *moved, *([note] if isinstance(note, str) and note else []), source])


@lru_cache(maxsize=8)
def _urls(release: int) -> dict[str, str]:
    """The address of each source that has one."""
    sources = ledger().across([release], all_datasets()["sources"]).dropna(subset="url")
    return dict(zip(sources["source_id"], sources["url"], strict=True))


# --- what happened to each event -----------------------------------------------------------------------------------


def _deadlines(*releases: int) -> pd.DataFrame:
    return ledger().across(releases, all_datasets()["deadlines"])


@lru_cache(maxsize=8)
def _stands(release: int, today: date) -> pd.DataFrame:
    """The deadlines of a release as they stand today, in the order their dates were set."""
    return standing(_deadlines(release), pd.Timestamp(today)).sort_values(["series_id", "sequence"])


@lru_cache(maxsize=8)
def _steps(release: int, today: date) -> pd.DataFrame:
    """What happened to each series by today, by the table of a release."""
    return moves(_deadlines(release), pd.Timestamp(today))


def _states(releases: list[int], today: date) -> list[SeriesStates]:
    """Where the event of each series stands in each release, and how often a later date was set there."""
    with _ASKING:  # nobody asks the same twice
        known = {number: _STATES[number, today] for number in releases if (number, today) in _STATES}
        if asked := [number for number in releases if number not in known]:
            known |= (new := _states_in(asked, today))
            _STATES.update({(number, today): states for number, states in new.items()})
    return [known[number] for number in releases]


def _states_in(releases: list[int], today: date) -> dict[int, SeriesStates]:
    """All at once: a table a release would take a hundred times as long."""
    table = _deadlines(*releases)
    apart = table["release"].astype(str).str.zfill(9) + " " + table["series_id"]  # a series of each release by itself
    stands = standing(table.assign(series=table["series_id"], series_id=apart), pd.Timestamp(today))
    series = stands.sort_values(["series_id", "sequence"]).groupby(["release", "series"])
    last, dates = series.tail(1).set_index(["release", "series"]), series["due_on"].agg(["last", "nunique"])
    # superseded with nothing later in the series, or set anew without a date: there is no such day any more
    off = (last["status"] == "superseded") | last["due_on"].isna()
    found: dict[int, SeriesStates] = {number: {} for number in releases}
    for (number, series_id), due_on, count in dates.dropna(subset="last").itertuples(name=None):
        found[number][series_id] = ((due_on.date(), bool(off[number, series_id])), int(count) - 1)
    return found


@lru_cache(maxsize=8)
def _courses(release: int, today: date) -> dict[str, EventHistory]:
    """The events by series: moved, called off and on again by the dates set, and by one release after the other."""
    courses: dict[str, EventHistory] = {}
    numbers = _releases_of_deadlines(release)
    for number, states in zip(numbers, _states(numbers, today), strict=True):
        for series_id, (state, later) in states.items():
            known = courses.get(series_id)
            courses[series_id] = (
                known.then(state, number) if known else EventHistory(*state, later + int(state[1]), number)
            )
        for series_id in courses.keys() - states.keys():
            courses[series_id] = courses[series_id].gone()
    return courses


def _releases_of_deadlines(release: int) -> list[int]:
    """The releases up to this one in which a deadline differs from the release before."""
    return [
        earlier.number
        for earlier in ledger().releases()
        if earlier.number <= release and "deadlines" in earlier.extra.get("changed", {})
    ]
