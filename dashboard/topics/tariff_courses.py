"""What a tariff came through, from its first announcement to its end, and the words for it."""

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from dashboard import labels
from dashboard.language import _, day, labelled, ngettext, trimmed_percent
from dashboard.topics.tariffs import rate_in_words

IN_FORCE, EXEMPT, COMING, ENDED = "in force", "exempt", "coming", "ended"
FIRST = {IN_FORCE: 0, EXEMPT: 1, COMING: 2, ENDED: 3}  # which of several lines of a measure says where it stands
STRETCHES = "stretches"  # of `attrs` of the table of steps


class Stretch(NamedTuple):
    """From which day on a measure stands how: its state here, its status, its rate in words."""

    measure_id: str
    start: pd.Timestamp
    state: str
    status: str
    rate: str

    def __deepcopy__(self, _memo: dict) -> "Stretch":
        return self  # nothing in it changes, and pandas copies what a table carries with it at every operation


@dataclass(frozen=True)
class Course:
    """A measure with its steps and, day by day, where it stood."""

    title: str
    steps: pd.DataFrame
    stretches: tuple[Stretch, ...]

    @property
    def now(self) -> Stretch:
        return self.stretches[-1]

    @property
    def applied(self) -> Stretch | None:
        """Since when it first was in force."""
        return next((one for one in self.stretches if one.state in (IN_FORCE, EXEMPT)), None)


def stretches_of(lines: pd.DataFrame, first_steps: pd.Series, known: pd.Timestamp) -> tuple[Stretch, ...]:
    """Where each measure stood from its first step on (`first_steps`, by measure), of its intervals (`policy.tariffs.intervals`).

    Goods that qualify under CUSMA are left out where others are told of, and so is the rate of an earlier review.
    """
    found = []
    for measure, all_lines in lines.groupby("measure_id", sort=False):
        own = all_lines[all_lines["starts_on"] >= first_steps.get(measure, known)]
        own = all_lines if own.empty else own
        general = own[own["usmca"] != "qualifying"]
        own = own if general.empty else general
        for start in sorted(moment for moment in own["starts_on"].unique() if moment <= known):
            then = own[(own["starts_on"] <= start) & ~(own["ends_on"] <= start)]
            row = min(
                then.itertuples(), key=lambda line: (FIRST[_state(line)], -line.rate_pct if line.rate_pct else 0.0)
            )
            rate = (
                "" if pd.isna(row.rate_pct) and row.rate_kind != "ban" else rate_in_words(row.rate_pct, row.rate_kind)
            )
            found.append(Stretch(str(measure), pd.Timestamp(start), _state(row), row.status, rate))
    return tuple(found)


def _state(line) -> str:
    if line.status == "in_force":
        return EXEMPT if line.coverage == "exempt" else IN_FORCE
    return COMING if line.status in ("announced", "scheduled", "threatened") else ENDED


def courses_of(rows: pd.DataFrame) -> list[Course]:
    """Every measure of a table of steps, the newest first. Its `attrs` hold the stretches: the table itself has steps alone."""
    found = []
    for measure, all_steps in rows.groupby("measure_id", sort=False):
        steps = all_steps[all_steps["role"] != "headline"]
        if steps.empty:
            continue
        merged: list[Stretch] = []
        for one in rows.attrs.get(STRETCHES, ()):
            if one.measure_id == measure:
                held = bool(merged) and one.state == merged[-1].state
                merged[-1 if held else len(merged) :] = [one._replace(start=merged[-1].start) if held else one]
        if merged:
            found.append(Course(steps["title"].iloc[0], steps, tuple(merged)))
    return sorted(found, key=lambda course: course.now.start, reverse=True)


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
    """Where a measure stands: "in force since Oct 14, 2025: 10 %", "expired Jul 24, 2026, 10 % until then"."""
    now, before = course.now, course.stretches[-2] if len(course.stretches) > 1 else None
    if now.state in (IN_FORCE, EXEMPT):
        said = _("in force since {day}").format(day=day(now.start))
        return labelled(said, now.rate) if now.rate else said
    said = _("{event} {day}").format(event=labels.of("status", now.status), day=day(now.start))
    if now.state == COMING:
        return labelled(said, now.rate) if now.rate else said
    rate = before.rate if before else ""
    if not rate:
        return said
    return (_("{said}, {rate} until then") if course.applied else _("{said}, {rate} never in effect")).format(
        said=said, rate=rate
    )


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
