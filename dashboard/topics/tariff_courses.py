"""What a tariff came through, from its first announcement to its end, and the words for it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from dashboard import labels
from dashboard.language import _, day, labelled, ngettext, trimmed_percent
from dashboard.topics.tariff_standing import in_force_in_words, until_in_words
from dashboard.topics.tariffs import rate_in_words, reason_in_words

IN_FORCE, NOT_COUNTED, EXEMPT, COMING, ENDED = "in force", "not counted", "exempt", "coming", "ended"
FIRST = {IN_FORCE: 0, NOT_COUNTED: 1, EXEMPT: 2, COMING: 3, ENDED: 4}
"""Which of several lines says where a measure stands."""
STRETCHES = "stretches"  # of `attrs` of the table of steps


class Stretch(NamedTuple):
    """From which day on a measure stands how: its state here, its status, its rate in words and since when, why it counts or not, and the programme it gives way to."""

    measure_id: str
    start: pd.Timestamp
    state: str
    status: str
    rate: str
    rate_since: pd.Timestamp
    why: str
    excluded_by: str

    def __deepcopy__(self, _memo: dict) -> "Stretch":
        return self  # nothing in it changes, and pandas copies what a table carries with it at every operation


@dataclass(frozen=True)
class Course:
    """A measure with its steps and, day by day, where it stood."""

    title: str
    steps: pd.DataFrame
    stretches: tuple[Stretch, ...]
    rates: tuple[Stretch, ...]
    """The stretches told apart by their rates, too."""

    @property
    def now(self) -> Stretch:
        return self.stretches[-1]

    @property
    def applied(self) -> Stretch | None:
        """Since when it first was in force, on these goods or on others."""
        return next((one for one in self.stretches if one.state in (IN_FORCE, NOT_COUNTED, EXEMPT)), None)


def stretches_of(layers: pd.DataFrame, first_steps: pd.Series, known: pd.Timestamp) -> tuple[Stretch, ...]:
    """Where each measure stood from its first step on (`first_steps`, by measure), of its layers (`Timeline.layers`).

    The rate of an earlier review is left out.
    """
    found = []
    for measure, all_lines in layers.groupby("measure_id", sort=False):
        own = all_lines[all_lines["from_on"] >= first_steps.get(measure, known)]
        own = all_lines if own.empty else own
        moments = pd.concat([own["from_on"], own["to_on"].dropna()]).drop_duplicates().sort_values()
        for start in moments[moments <= known]:
            then = own[(own["from_on"] <= start) & ~(own["to_on"] <= start)]
            if then.empty:  # another took its place on these goods, or it holds on others only
                found.append(Stretch(str(measure), pd.Timestamp(start), ENDED, "", "", pd.Timestamp(start), "", ""))
                continue
            row = min(then.itertuples(), key=_telling)
            nameless = pd.isna(row.rate_pct) and row.rate_kind != "ban"
            rate, day_on = "" if nameless else rate_in_words(row.rate_pct, row.rate_kind), pd.Timestamp(start)
            why = row.reason, row.excluded_by
            found.append(Stretch(str(measure), day_on, _state(row), row.status, rate, day_on, *why))
    return tuple(found)


def _telling(line) -> tuple:
    """The line that says where its measure stands comes first; one that another of its own beats comes last."""
    beaten = line.reason == "specific_beats_general"
    return FIRST[_state(line)], beaten, 0.0 if pd.isna(line.rate_pct) else -line.rate_pct


def _state(line) -> str:
    if line.status == "in_force":
        return IN_FORCE if line.included else EXEMPT if line.reason == "exempt_goods" else NOT_COUNTED
    return COMING if line.status in ("announced", "scheduled", "threatened") else ENDED


def courses_of(rows: pd.DataFrame) -> list[Course]:
    """Every measure of a table of steps, the newest first. Its `attrs` hold the stretches: the table itself has steps alone."""
    found = []
    for measure, all_steps in rows.groupby("measure_id", sort=False):
        steps = all_steps[all_steps["role"] != "headline"]
        if steps.empty:
            continue
        own = [one for one in rows.attrs.get(STRETCHES, ()) if one.measure_id == measure]
        merged: list[Stretch] = []
        for one in own:
            _append(merged, one)
        changes = (one for last, one in pairwise([None, *own]) if last is None or _differs(last, one))
        if merged:
            found.append(Course(steps["title"].iloc[0], steps, tuple(merged), tuple(changes)))
    return sorted(found, key=lambda course: course.now.start, reverse=True)


def _differs(last: Stretch, one: Stretch) -> bool:
    return (last.state, last.rate) != (one.state, one.rate)


def _append(stretches: list[Stretch], one: Stretch) -> None:
    """Add a stretch; one that goes on as the last did prolongs it, and says since when the rate is as it is."""
    last = stretches[-1] if stretches else None
    if last is None or last.state != one.state:
        stretches.append(one)
        return
    since = last.rate_since if one.rate == last.rate else one.start
    stretches[-1] = one._replace(start=last.start, rate_since=since)


def rate_of_step(row) -> str:
    if row.rate_kind == "ban":
        return _("import ban")
    return "" if pd.isna(row.rate_pct) else trimmed_percent(row.rate_pct)


def step_in_words(row) -> str:
    """The event, said as a threat where the measure was no more than that."""
    if row.role == "headline":
        return _("total stated")
    return (
        labels.of("status", "threatened")
        if row.role == "threat" and row.event == "announced"
        else labels.of("event", row.event)
    )


def standing_in_words(course: Course) -> str:
    """Where a measure stands: "10 %, in force since Oct 14, 2025", "expired Jul 24, 2026, 10 % until then"."""
    now = course.now
    if now.state in (IN_FORCE, EXEMPT, NOT_COUNTED):
        said = in_force_in_words(now.rate, now.start, now.rate_since)
        return said if now.state == IN_FORCE else f"{said}. {reason_in_words(now.why, now.excluded_by)}"
    if not now.status:
        return _until_its_end(course, _("no longer on these goods since {day}").format(day=day(now.start)))
    said = _("{event} {day}").format(event=labels.of("status", now.status), day=day(now.start))
    if now.state == COMING:
        return labelled(said, now.rate) if now.rate else said
    return _until_its_end(course, said)


def _until_its_end(course: Course, said: str) -> str:
    """Its end, with the rate until then; or until when it was counted on these goods, where that was before."""
    before = course.stretches[-2] if len(course.stretches) > 1 else None
    counted = [place for place, one in enumerate(course.stretches) if one.state == IN_FORCE]
    if before is None or not before.rate:
        return said
    if not course.applied:
        return _("{said}, {rate} never in effect").format(said=said, rate=before.rate)
    if not counted:
        return _("{said}, {rate} never counted on these goods").format(said=said, rate=before.rate)
    last, after = course.stretches[counted[-1]], course.stretches[counted[-1] + 1]
    return until_in_words(said, last.rate, after.start, course.now.start)


def way_in_words(course: Course) -> str:
    """How long it took, where it took time: "announced Mar 1, 2025, in effect after 227 days"."""
    first = next(course.steps.itertuples())
    parts = [_("{event} {day}").format(event=step_in_words(first), day=day(first.event_on))]
    applied = course.applied
    if applied and (days := (applied.start - first.event_on).days) > 0:
        parts.append(ngettext("in effect after {count} day", "in effect after {count} days", days).format(count=days))
    if course.now.state == ENDED:
        days = (course.now.start - (applied.start if applied else first.event_on)).days
        parts.append(ngettext("over after {count} day", "over after {count} days", days).format(count=days))
    return ", ".join(parts) if len(parts) > 1 or first.event_on != course.now.start else ""
