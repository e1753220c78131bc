"""Events of the calendar: how each is written, and those that are no deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from icalendar import Event, vText

from dashboard import freshness
from dashboard.announced import Announced
from dashboard.language import _, current, day, ngettext

DOMAIN = "alliance-ledger"


def planned(planned: Announced, stamp: datetime) -> Event:
    """A release to come."""
    event = Event()
    event.add("uid", f"release-{planned.id}@{DOMAIN}")
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", planned.moment)
    event.add("duration", timedelta(0))
    event.add("transp", "TRANSPARENT")
    speak(event, _("Release: {what}").format(what=planned.text), _("Planned: it may still be moved or withdrawn."))
    event.add("categories", [_("Releases")])
    return event


def expected(one: freshness.Followed, expected_on: date, stamp: datetime) -> Event:
    """What comes next after what was said last: the event of the one after it is another."""
    late = one.overdue_days
    text = _("Newest of {day}; expected by its own rhythm.").format(day=day(one.last_said_on))
    late_by = ngettext("{days} day late.", "{days} days late.", late).format(days=late) if late else ""
    event = all_day(f"expected-{one.id.replace(':', '-')}-after-{one.last_said_on}", expected_on, stamp)
    event.add("sequence", 0)
    event.add("status", "TENTATIVE")
    speak(event, _("Expected: {name}").format(name=one.name), f"{text} {late_by}".strip())
    event.add("categories", [_("Publications")])
    return event


def all_day(name: str, on: date, stamp: datetime) -> Event:
    """An event of one day."""
    event = Event()
    event.add("uid", f"{name}@{DOMAIN}")
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def speak(event: Event, summary: str, description: str) -> None:
    """What it is called, and more of it, in the reader's language."""
    for name, text in (("summary", summary), ("description", description)):
        event[name] = vText(text)
        event[name].params.update({"LANGUAGE": current()})
