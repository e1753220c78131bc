"""How fresh the figures are: what each publisher and dataset said last, when it was asked, what is expected and late.

One place knows it; the Sources page, the header, the line below a chart, the API and the calendar show it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from cachetools import TTLCache, cached

from dashboard import labels
from dashboard.coverage import COVERAGE_ENDS_ON
from dashboard.drawing import Drawing
from dashboard.language import _, day, ngettext
from dashboard.once import once
from etl.contract import Dataset
from etl.datasets import all_datasets
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.ledger import Ledger
from etl.ledger.snapshot import Snapshot
from etl.ledger.watch_log import WatchLog
from etl.message import N_, Message
from etl.publishers import all_readers
from etl.settings import days
from policy.freshness import ALWAYS, next_expected, overdue_days, period_end

EDITIONS, SPENDING = "editions", "spending"
SHORT = {"tariff_events": N_("Tariffs"), "deadlines": N_("deadlines")}  # as the header calls them
LAW = "tariff_events"
LOG_TRUSTED_FOR_S = 30
MOST_NAMED = 3


@dataclass(frozen=True)
class Followed:
    """What goes on saying new things: a publisher's part of a dataset, or a whole dataset.

    `called`: its publisher or, without one, its dataset. `sources`: the codes of the sources that are mainly its own.
    `last_said_on`: the day of its newest statement, or the last day of the
    period that its newest figures are about, which is named in `last_said`.
    """

    id: str
    name: str
    called: str
    dataset: str
    publisher: str | None
    rhythm: str
    last_said: str
    last_said_on: date
    next_expected_on: date | None
    overdue_days: int
    sources: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """When a publisher was asked for something new (UTC), and what came of it, as a code and in words."""

    at: datetime
    outcome: str
    told: Message


@once
def followed(ledger: Ledger, release: int) -> tuple[Followed, ...]:
    """All that goes on, the latest first, as of today."""
    snapshot, today = ledger.at(release), days.today()
    found = [one for each in all_datasets().values() if each.rhythm for one in _of_dataset(snapshot, each, today)]
    owners = {source: one.id for _count, one, source in sorted(_cited(found), key=lambda cited: cited[0])}
    own = [replace(one, sources=frozenset(s for s in one.sources if owners[s] == one.id)) for one, _counts in found]
    return tuple(sorted(own, key=lambda one: (-one.overdue_days, one.next_expected_on or date.max, one.name)))


def _cited(found: Iterable[tuple[Followed, dict[str, int]]]) -> Iterator[tuple[int, Followed, str]]:
    """Each source with who cites it, and by how many rows."""
    return ((rows, one, source) for one, counts in found for source, rows in counts.items())


def _of_dataset(snapshot: Snapshot, dataset: Dataset, today: date) -> Iterator[tuple[Followed, dict[str, int]]]:
    """Each publisher's part of it, and how many rows cite each source."""
    by = "publisher" if "publisher" in dataset.columns else "''"
    table = snapshot.sql(
        f"""SELECT {by} AS publisher, max({dataset.said}) FILTER ({dataset.said}::VARCHAR <= $today)::VARCHAR AS said
        FROM {dataset.name} GROUP BY 1""",
        today=today.isoformat(),
    ).dropna()
    rows = SPENDING if dataset.name == EDITIONS else dataset.name  # an edition's rows are its figures
    cited = snapshot.sql(f"SELECT {by} AS publisher, source_id, count(*) AS rows FROM {rows} GROUP BY 1, 2")
    for publisher, said in table.itertuples(index=False, name=None):
        counts = cited[cited["publisher"] == publisher]
        counts = dict(zip(counts["source_id"], counts["rows"], strict=True))
        yield _followed(dataset, publisher, said, frozenset(counts), today), counts


def _followed(dataset: Dataset, publisher: str, said: str, sources: frozenset[str], today: date) -> Followed:
    reader = all_readers().get(publisher)
    rhythm, last = reader.RHYTHM if reader else dataset.rhythm, period_end(said)
    if dataset.rhythm == ALWAYS:  # a day on which was looked and nothing found is known, too
        last = max(last, min(COVERAGE_ENDS_ON, today))
    of = all_datasets()[SPENDING] if dataset.name == EDITIONS else dataset
    name = called = _(of.title)
    if publisher:
        called = reader.NAME if reader and publisher not in labels.PUBLISHERS else labels.of("publisher", publisher)
        name = _("{publisher}: {dataset}").format(publisher=called, dataset=name)
    return Followed(
        id=f"{of.name}:{publisher}" if publisher else of.name,
        name=name,
        called=called,
        dataset=of.name,
        publisher=publisher or None,
        rhythm=rhythm,
        last_said=said[:7] if dataset.name == EDITIONS or len(said) == 7 else last.isoformat(),
        last_said_on=last,
        next_expected_on=next_expected(rhythm, last, dataset.out_after_days),
        overdue_days=overdue_days(rhythm, last, dataset.out_after_days, today),
        sources=sources,
    )


@cached(TTLCache(16, LOG_TRUSTED_FOR_S), lock=threading.Lock())
def asked(ledger: Ledger) -> Mapping[str, Asked]:
    """By publisher, when it was asked last, as of half a minute ago. Raises LedgerUnavailable."""
    return {one.publisher: Asked(one.asked_at, one.outcome, one.told) for one in WatchLog(ledger.store).answers()}


def asked_last(asked: Mapping[str, Asked], one: Followed | None) -> Asked | None:
    """When those were asked last who speak on what goes on: its publisher, of a whole dataset all that are read into it."""
    if one is None:
        return None
    whose = (
        [one.publisher] if one.publisher else [code for code, of in all_readers().items() if one.dataset == of.DATASET]
    )
    return max((asked[code] for code in whose if code in asked), key=lambda last: last.at, default=None)


def law_asked(ledger: Ledger, release: int) -> str:
    """When those were asked last who may change tariffs any day, as a sentence; empty where nobody ever was, and while the
    catalog does not answer."""
    tariffs = next((one for one in followed(ledger, release) if one.id == LAW), None)
    try:
        last = asked_last(asked(ledger), tariffs)
    except LedgerUnavailable:
        return ""
    return _("Publishers of tariffs were last asked on {day}.").format(day=day(last.at.date())) if last else ""


@once
def silence(ledger: Ledger, release: int) -> str:
    """What may change any day and of which nothing is known for days, as one phrase; empty when all is known of today."""
    silent = [one for one in followed(ledger, release) if one.rhythm == ALWAYS and one.overdue_days]
    if not silent:
        return ""
    least = min(one.overdue_days for one in silent)
    names = sorted((one for one in silent if one.overdue_days == least), key=lambda one: one.id not in SHORT)
    listed = _(" and ").join(_(SHORT.get(one.id, one.name)) for one in reversed(names))
    text = ngettext(
        "{subjects}: nothing known after {last} ({days} day)",
        "{subjects}: nothing known after {last} ({days} days)",
        least,
    )
    return text.format(subjects=listed[:1].upper() + listed[1:], last=day(names[0].last_said_on), days=least)


def unknown_then(drawing: Drawing) -> str:
    """Where a chart is of a day of which nothing is known, a sentence that stays true: for who sees no header above it."""
    on = getattr(drawing.params, "on", None)
    if not on or on <= drawing.covered_to:
        return ""
    text = _("Nothing is known here from {first} on: for {on} this is what was known on {last}.")
    return text.format(first=day(drawing.covered_to + timedelta(days=1)), on=day(on), last=day(drawing.covered_to))


def line(ledger: Ledger, drawing: Drawing) -> str:
    """When those whose figures a chart shows spoke last, and when they are expected to; empty where nothing goes on.

    What may change any day is said once, in the header.
    """
    named = {source.source_id for source in drawing.sources}
    shown = [one for one in followed(ledger, drawing.release) if one.rhythm != ALWAYS and named & one.sources]
    return "; ".join(_said(one) for one in shown[:MOST_NAMED])


def _said(one: Followed) -> str:
    text = _("{name}: newest of {day}").format(name=one.called, day=day(one.last_said_on))
    if one.next_expected_on and one.overdue_days:
        late = ngettext("the next overdue by {days} day", "the next overdue by {days} days", one.overdue_days)
        return f"{text}, {late.format(days=one.overdue_days)}"
    if one.next_expected_on:
        return _("{said}, the next expected by {day}").format(said=text, day=day(one.next_expected_on))
    return text


@once
def of_sources(ledger: Ledger, release: int) -> tuple[tuple[str, str, date | None, Followed | None], ...]:
    """Every source: its code, its title, the day it spoke last, and what goes on where it left off (None: nothing)."""
    snapshot = ledger.at(release)
    owners = {source: one for one in followed(ledger, release) for source in one.sources}
    said = [
        f"SELECT source_id, {each.said}::VARCHAR AS said FROM {each.name}"
        for each in all_datasets().values()
        if each.said
    ]
    table = snapshot.sql(
        f"""SELECT s.source_id, s.title, greatest(s.published_on::VARCHAR, max(r.said) FILTER (r.said <= $today)) AS said
        FROM sources s LEFT JOIN ({" UNION ALL ".join(said)}) r USING (source_id)
        GROUP BY s.source_id, s.title, s.published_on ORDER BY said DESC NULLS LAST, s.source_id""",
        today=days.today().isoformat(),
    )
    return tuple(
        (
            row.source_id,
            row.title,
            period_end(row.said) if isinstance(row.said, str) else None,
            owners.get(row.source_id),
        )
        for row in table.itertuples()
    )
