"""What made a value differ between two moments, from the steps at which it came to (`dashboard.comparison.steps`).

The rule: a step in releases is by these releases; one between editions by the newer edition. A step in days is by the
editions published in it that the row is from, and by the events of tariffs known from then on, or taking effect or ending
then, of the row's own measures (or of the measures that its sources are about); else by a day that the row itself names.
Where no single respect makes the difference, or none of these is there, what did it is not known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import pandas as pd

from dashboard import labels
from dashboard.comparison.steps import TURNS, Step
from dashboard.language import _, current, day, labelled, localized
from dashboard.provenance import corrected_in_words, plain
from etl.datasets import all_datasets
from etl.ledger.release import Release
from etl.ledger.snapshot import Snapshot

MOST_NAMED = 4  # events of a step, in words; their codes are all there
MOST_RELEASES = 3  # of a stretch, in words each
AnyCode = TypeVar("AnyCode", int, str)


@dataclass(frozen=True)
class Cause:
    """What a row's difference comes from, as codes and in the reader's words."""

    releases: tuple[int, ...]
    editions: tuple[str, ...]
    events: tuple[str, ...]
    words: str
    sources: tuple[str, ...]


def cause_of(
    sides: Sequence[Mapping[str, Any]], steps: Iterable[Step], releases: Sequence[Release], snapshot: Snapshot
) -> Cause:
    """The steps of one difference as codes and words. sides: its row in A and in B; releases: all; snapshot: the later one."""
    said: list[str] = []
    numbers: list[int] = []
    editions: list[str] = []
    events: list[str] = []
    sources: list[str] = []
    for step in sorted(steps, key=lambda step: (step.respect != "release", step.respect, str(step.at).zfill(9))):
        if step.respect == "release":
            between = [release for release in releases if step.after < release.number <= step.at]
            numbers += [release.number for release in between]
            said.append(_of_releases(between))
            continue
        issued, own = _issued(snapshot, sides, step), _own(snapshot, sides, step)
        editions += issued["named"].tolist()
        events += own["event_id"].tolist()
        sources += [*issued["source_id"], *own["source_id"]]
        said += [_of_edition(one) for one in issued.itertuples()]
        if named := list(dict.fromkeys(own["title"])):
            more = [_("and others")] if len(named) > MOST_NAMED else []
            said.append(labelled(_when(step), "; ".join(named[:MOST_NAMED] + more)))
        elif days := _own_days(sides, step):
            said += days
        elif issued.empty:
            said.append(_("{day}: what did it is not known").format(day=_stretch(step)))
    words = " · ".join(dict.fromkeys(said)) or _("not known")
    return Cause(_once(numbers), _once(editions), _once(events), words, _once(sources))


def _once(codes: Iterable[AnyCode]) -> tuple[AnyCode, ...]:
    return tuple(dict.fromkeys(codes))


def _when(step: Step) -> str:
    return day(step.at) if step.single else _stretch(step)


def _stretch(step: Step) -> str:
    """The first and the last day of a stretch; of what is no day, its end."""
    return f"{day(step.after)} – {day(step.at)}" if step.respect in TURNS else str(step.at)


def _of_releases(releases: Sequence[Release]) -> str:
    """Number, day, author and message of each, and what it corrected; of many the first and the last number."""
    if len(releases) > MOST_RELEASES:
        return _("releases {first} to {last}").format(first=releases[0].number, last=releases[-1].number)
    said = []
    for release in releases:
        message, _language = release.said(current())
        text = _("release {number} of {day} by {author}: {message}").format(
            number=release.number, day=day(release.published_on), author=release.author, message=message
        )
        said.append(". ".join(filter(None, (text, corrected_in_words(release)))))
    return " · ".join(said)


def _of_edition(one: Any) -> str:
    named = _("{publisher}, edition {edition}").format(
        publisher=labels.of("publisher", one.publisher), edition=one.edition
    )
    return labelled(named, one.title)


@lru_cache(maxsize=16)
def _editions(snapshot: Snapshot) -> pd.DataFrame:
    """Every edition with its day, its source and the source's title."""
    return snapshot.sql(
        """SELECT e.publisher, edition, concat(e.publisher, ' ', edition) AS named, e.published_on::TIMESTAMP AS day, source_id, s.title
        FROM editions e JOIN sources s USING (source_id) ORDER BY day, e.publisher, edition"""
    )


def _issued(snapshot: Snapshot, sides: Iterable[Mapping[str, Any]], step: Step) -> pd.DataFrame:
    """The edition of a step, or those that were published in it, that the row is from."""
    editions = _editions(snapshot)
    if step.respect == "edition":  # of NATO: links name no other
        return editions[(editions["publisher"] == "NATO") & (editions["edition"] == step.at)]
    if step.respect != "known":
        return editions[:0]
    own = {f"{side['publisher']} {side['edition']}" for side in sides if side.get("edition") and side.get("publisher")}
    new = _published(snapshot, step)
    return new[new["named"].isin(own)] if own else new


@lru_cache(maxsize=256)
def _published(snapshot: Snapshot, step: Step) -> pd.DataFrame:
    """The editions that were published in a step: the same for every row that came to differ there."""
    editions = _editions(snapshot)
    return editions[_within(editions["day"], step)]


@lru_cache(maxsize=32)
def _events(snapshot: Snapshot, _spoken: str) -> pd.DataFrame:
    """Events with each day from which they are known, or on which they or a step read from them take effect or end."""
    days = [
        f"SELECT event_id, '{respect}' AS respect, {column}::TIMESTAMP AS day, source_id AS cited FROM {name}"
        for name in ("tariff_events", "tariff_steps")
        for respect, columns in TURNS.items()
        for column in columns
        if column in all_datasets()[name].columns
    ]
    return snapshot.sql(
        f"""SELECT DISTINCT event_id, respect, day, cited, measure_id, e.{localized("title")} AS title, e.source_id
        FROM ({" UNION ALL ".join(days)}) JOIN tariff_events e USING (event_id) WHERE day IS NOT NULL ORDER BY day, event_id"""
    )


def _own(snapshot: Snapshot, sides: Iterable[Mapping[str, Any]], step: Step) -> pd.DataFrame:
    """The events of a step that are about a row: of its measure, or of the measures that its sources are about."""
    if step.respect not in TURNS:
        return _events(snapshot, current())[:0]
    measures = {side["measure_id"] for side in sides if side.get("measure_id")}
    if not measures:
        cited = {source for side in sides for source in plain(side.get("source_id") or "").split(";")}
        measures = set[str]().union(*(_measures_about(snapshot).get(source, ()) for source in cited))
    now = _turned(snapshot, current(), step)
    return now[now["measure_id"].isin(measures)]


@lru_cache(maxsize=16)
def _measures_about(snapshot: Snapshot) -> dict[str, set[str]]:
    """The measures that each source is about."""
    found: dict[str, set[str]] = defaultdict(set)
    events = _events(snapshot, current())
    for source, measure in zip(events["cited"], events["measure_id"], strict=True):
        found[source].add(measure)
    return dict(found)


@lru_cache(maxsize=256)
def _turned(snapshot: Snapshot, spoken: str, step: Step) -> pd.DataFrame:
    """The events of a step, each once: the same for every row that came to differ there."""
    events = _events(snapshot, spoken)
    now = events[(events["respect"] == step.respect) & _within(events["day"], step)]
    return now.drop_duplicates("event_id")


def _own_days(sides: Iterable[Mapping[str, Any]], step: Step) -> list[str]:
    """The days in a step that the row itself names: "Due on: Aug. 6, 2026"."""
    days = [(name, value.date()) for side in sides for name, value in side.items() if isinstance(value, pd.Timestamp)]
    if step.respect not in TURNS:
        return []
    own = (pair for pair in days if step.after <= pair[1] <= step.at)
    return list(dict.fromkeys(labelled(labels.header(name), day(on)) for name, on in own))


def _within(days: pd.Series, step: Step) -> pd.Series:
    return (days > pd.Timestamp(step.after)) & (days <= pd.Timestamp(step.at))
