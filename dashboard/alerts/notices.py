"""What there is to tell of an alert: one message a release that its rule is about, and one for each day that comes near.

All of it follows from the releases and the calendar: nobody has to remember anything for it, and whoever asks gets the
same. Of drafts nothing is told: they are no releases.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cachetools import LRUCache

from dashboard import labels, links
from dashboard.alerts.lines import DAY, DUE, TOTAL, Line, coming, lines_of
from dashboard.alerts.rule import DEADLINE, DUTY, Alert
from dashboard.citations import plain
from dashboard.comparison.moments import RELEASE, moment_of
from dashboard.drawing import Drawing, draw
from dashboard.language import _, current, ngettext, number
from dashboard.language import day as day_in_words
from dashboard.params import ChartParams
from etl.ledger.ledger import Ledger
from etl.ledger.recording import RecordingSnapshot
from etl.ledger.release import CHANGED, Release
from etl.settings import days, settings

OF_RELEASE = "release-"
MOST_TOLD = 50  # notices of an alert
LOOKED_BACK = timedelta(days=30)  # for days that came near
_KEPT: LRUCache[tuple, Notice | None] = LRUCache(8192)
_READ: LRUCache[tuple, frozenset[str]] = LRUCache(1024)
_ASKING = threading.Lock()


@dataclass(frozen=True)
class Notice:
    """One message: a key that no other of its alert has, when it is due (UTC), of which release, its title, what the view
    says, the lines, and path and query of what shows it for good: of a release the difference to the one before."""

    key: str
    at: datetime
    release: int
    title: str
    view: str
    lines: tuple[Line, ...]
    address: str

    @property
    def is_of_release(self) -> bool:
        """Whether a release has it to tell, and not the calendar."""
        return self.key.startswith(OF_RELEASE)


def notices(ledger: Ledger, alert: Alert, since: datetime | None = None) -> list[Notice]:
    """What there is to tell in the current language, the newest first: of what happened after a moment, or of all."""
    found: list[Notice] = []
    for release in reversed(ledger.releases()[1:]):
        if len(found) == MOST_TOLD or (since and release.published_at <= since):
            break
        if told := of_release(ledger, alert, release):
            found.append(told)
    if alert.is_of_days:
        found += [one for one in _of_days(ledger, alert) if since is None or one.at > since]
    return sorted(found, key=lambda one: (one.at, one.key), reverse=True)[:MOST_TOLD]


def of_release(ledger: Ledger, alert: Alert, release: Release) -> Notice | None:
    """What a release has to tell of an alert; None when that is nothing. Found once."""
    key = (ledger, alert.text, release.identity, current())
    with _ASKING:
        if key in _KEPT:
            return _KEPT[key]
    made = _of_release(ledger, alert, release) if _may_touch(ledger, alert, release) else None
    with _ASKING:
        _KEPT[key] = made
    return made


def _of_release(ledger: Ledger, alert: Alert, release: Release) -> Notice | None:
    on = release.published_on
    sides = _sides(ledger, alert, release.number, on)
    if sides is None:
        return None
    before, after = sides
    chart, params = alert.followed
    said = dict(after.params) | {f"with_{name}": getattr(before.params, name) for name in moment_of(type(params))}
    compared = chart.Compared.model_construct(**said, **{RELEASE: before.release})
    difference = draw(ledger, chart.id, compared, release.number)
    lines = lines_of(alert, before, after, difference, on)
    if not lines:
        return None
    address = links.url(f"/c/{chart.id}", links.pinned_query(difference))
    title = _title(alert, len(lines))
    key = f"{OF_RELEASE}{release.number}"
    return Notice(key, release.published_at, release.number, title, plain(after.title), tuple(lines), address)


def _title(alert: Alert, count: int) -> str:
    match alert.rule:
        case "revised":
            said = ngettext("{count} value was revised", "{count} values were revised", count)
        case "crossed":
            said = ngettext(
                "The line of {line} was crossed: {count} value", "The line of {line} was crossed: {count} values", count
            )
        case "duty":
            said = ngettext("The sum of duties: {count} change", "The sum of duties: {count} changes", count)
        case "deadline":
            said = ngettext("Deadlines: {count} change", "Deadlines: {count} changes", count)
        case _:
            said = ngettext("{count} difference in this view", "{count} differences in this view", count)
    line = alert.line or 0.0
    return said.format(count=number(count, 0), line=number(line, 0 if line.is_integer() else 2))


def _sides(ledger: Ledger, alert: Alert, number: int, on: date) -> tuple[Drawing, Drawing] | None:
    """The followed view in the release before and in a release, both as on the day of it; None where the one before does
    not know the view."""
    chart, params = alert.followed
    if links.params_of(type(params), links.query_of(params), ledger.at(number - 1)).refused:
        return None
    dated = _dated(params, on)
    return draw(ledger, chart.id, dated, number - 1), draw(ledger, chart.id, dated, number)


def _dated(params: ChartParams, on: date) -> ChartParams:
    """The parameters as on a day, where they are open."""
    return params.filled(**{name: on for name in ("on", "known") if name in type(params).model_fields})


def _may_touch(ledger: Ledger, alert: Alert, release: Release) -> bool:
    """Whether a release changed any table that the view is made from."""
    changed = release.extra.get(CHANGED)
    return changed is None or bool(changed.keys() & _tables_of(ledger, alert))


def _tables_of(ledger: Ledger, alert: Alert) -> frozenset[str]:
    """The datasets that a view asks, as it does in the newest release."""
    release = ledger.release(ledger.newest())
    key = (ledger, alert.text, release.identity)
    with _ASKING:
        if key in _READ:
            return _READ[key]
    chart, params = alert.followed
    asked = RecordingSnapshot.of(ledger.at(release.number))
    chart.rows(asked, _dated(params, days.today()).explicit(asked))
    tables = frozenset(asked.tables)
    asked.asked.clear()  # what topics keep by snapshot keeps this one for a while
    with _ASKING:
        _READ[key] = tables
    return tables


# --- days that come near -------------------------------------------------------------------------------------------


def _of_days(ledger: Ledger, alert: Alert) -> list[Notice]:
    """A notice for each day on which others came to be so many days off, where the release of then knew them: what a
    release brought later is told with the release."""
    chart, params = alert.followed
    today, ahead = days.today(), timedelta(alert.days)
    newest = draw(ledger, chart.id, _dated(params, today), ledger.newest())
    by_day: dict[date, list[dict]] = {}
    for day, row in coming(alert, newest.rows.to_dict("records")):
        if today - LOOKED_BACK < day - ahead <= today:
            by_day.setdefault(day - ahead, []).append(row)
    return list(filter(None, (_of_day(ledger, alert, on, rows) for on, rows in sorted(by_day.items()))))


def _of_day(ledger: Ledger, alert: Alert, on: date, rows: list[dict]) -> Notice | None:
    at = datetime.combine(on, time(), ZoneInfo(settings().time_zone)).astimezone(UTC)
    known = [release for release in ledger.releases() if release.published_at <= at]
    if not known:
        return None
    chart, params = alert.followed
    then = draw(ledger, chart.id, _dated(params, on), known[-1].number)
    held = {_what(alert, row) for _day, row in coming(alert, then.rows.to_dict("records"))}
    lines = tuple(_line(alert, row) for row in rows if _what(alert, row) in held)
    if not lines:
        return None
    some = ngettext("in {days} day", "in {days} days", alert.days).format(days=alert.days) if alert.days else _("today")
    said = _("The sum of duties changes {when}") if alert.rule == DUTY else _("A deadline comes {when}")
    address = links.url(f"/c/{chart.id}", links.pinned_query(then))
    return Notice(f"day-{on}", at, then.release, said.format(when=some), plain(then.title), lines, address)


def _what(alert: Alert, row: dict) -> tuple:
    names = (DAY, TOTAL) if alert.rule == DUTY else ("deadline_id", DUE)
    return tuple(str(row[name]) for name in names)


def _line(alert: Alert, row: dict) -> Line:
    if alert.rule == DEADLINE:
        due = row[DUE].date()
        words = day_in_words(due, row["due_precision"])
        return Line(row["title"], labels.header(DUE), "", words, (None, due.isoformat()))
    before, after = (None if row[name] != row[name] else float(row[name]) for name in ("before_pct", TOTAL))
    old, new = ("–" if value is None else labels.value(TOTAL, value) for value in (before, after))
    new = labels.header("banned") if row["banned"] else new
    return Line(day_in_words(row[DAY].date()), labels.header(TOTAL), old, new, (before, after))
