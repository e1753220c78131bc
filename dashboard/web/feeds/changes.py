"""`/changes.atom`: what changed, release by release (RFC 4287)."""

from __future__ import annotations

import threading
from xml.etree import ElementTree as ET

import pandas as pd
from cachetools import LRUCache

from dashboard import labels
from dashboard.language import _, current, day, localized, number
from dashboard.ledger import ledger
from dashboard.links import url
from dashboard.provenance import corrected_in_words
from dashboard.topics.tariff_changes import history_of
from dashboard.topics.tariff_goods import goods_in_words, one_of
from dashboard.topics.tariffs import TariffParams, rate_in_words
from dashboard.web.api import formats, query
from dashboard.web.feeds.atom import LANGUAGE, TAG, TYPE, add, feed, link, moment, written
from dashboard.web.problem_details import ApiProblem, Fault
from dashboard.web.request_response import DataRequest, DataResponse
from etl.datasets import all_datasets
from etl.ledger.diff import compare
from etl.ledger.release import Release

ENTRIES = 50
MOVES_TOLD = 8
_MOVED: LRUCache[tuple[int, str], list[str]] = LRUCache(4 * ENTRIES)  # by release and language
_ASKING = threading.Lock()


def changes(request: DataRequest) -> DataResponse:
    """The newest releases, each with what it changed, in the language of the question; of a good: the days its sum changed."""
    if set(request.parameters) & {"product", "hs"}:
        return goods_feed(request)
    query.read_without_release(request)
    releases = ledger().releases()[::-1]
    if not releases:
        raise ApiProblem.no_release(0)
    made = feed(
        "changes",
        _("Alliance Ledger: what changed"),
        moment(releases[0].published_at),
        f"{request.base}/changes.atom?lang={current()}",
    )
    link(made, "alternate", f"{request.base}/data?lang={current()}", "text/html")
    moved = _moved([release.number for release in releases[:ENTRIES] if _may_have_moved(release)])
    for release in releases[:ENTRIES]:
        _entry(made, release, request.base, moved.get(release.number, []))
    return DataResponse(written(made), TYPE, formats.named(release=releases[0].number))


GOODS = ("product", "hs", "origin", "company", "usmca", "importer")


def goods_feed(request: DataRequest) -> DataResponse:
    """Each day on which the sum on goods changed, the newest first, as known today: from what to what and by which events."""
    question = query.read(request, GOODS)
    params = query.params(question, TariffParams).explicit(question.snapshot)
    one = one_of(question.snapshot, params)
    if one is None:
        form = _("A tariff code of a line of the schedule, or longer, is needed here.")
        raise ApiProblem.faults([Fault("hs", params.hs or "", form, "7308.90.30")])
    found = history_of(question.snapshot, params, one)
    events = question.snapshot.sql(f"SELECT event_id, {localized('title')} AS title FROM tariff_events")
    titles = dict(zip(events["event_id"], events["title"], strict=True))
    asked = {name: question.query[name] for name in GOODS if name in question.query}
    said = ":".join(f"{name}={value}" for name, value in asked.items())
    goods = goods_in_words(question.snapshot, params, rest_of_line=True)
    made = feed(
        f"tariff/{said}",
        _("{goods}: changes of the tariff").format(goods=goods),
        f"{found[-1]['on'] if found else '2025-01-01'}T00:00:00+00:00",
        f"{request.base}{url('/changes.atom', asked | {'lang': current()})}",
    )
    for change in found[::-1][:ENTRIES]:
        entry, day_of_change = add(made, "entry"), pd.Timestamp(change["on"])
        add(entry, "id", f"{TAG}:tariff/{said}/{change['on']}")
        rate = rate_in_words(change["total_pct"], "ban" if change["banned"] else "additional")
        if change["before_pct"] is not None:
            rate = _("from {before} to {after}").format(before=rate_in_words(change["before_pct"]), after=rate)
        add(entry, "title", f"{day(day_of_change)}: {rate}")
        add(entry, "updated", f"{change['on']}T00:00:00+00:00")
        where = url("/tariffs", asked | {"on": change["on"], "lang": current()})
        link(entry, "alternate", f"{request.base}{where}", "text/html")
        lines = [titles.get(event, event) for event in change["events"]]
        add(entry, "content", "\n".join(lines) or rate).set("type", "text")
    return DataResponse(written(made), TYPE, formats.named(release=question.snapshot.release))


def _may_have_moved(release: Release) -> bool:
    return release.number > 1 and "deadlines" in release.extra.get("changed", {})


def _entry(made: ET.Element, release: Release, base: str, moved: list[str]) -> None:
    entry = add(made, "entry")
    add(entry, "id", f"{TAG}:release/{release.number}")
    message, spoken = release.said(current())
    wrong = corrected_in_words(release)
    said = wrong or _("Release {number}: {message}").format(number=release.number, message=message)
    title = add(entry, "title", said)
    if wrong:
        add(entry, "category").set("term", "correction")
    elif spoken != current():
        title.set(LANGUAGE, spoken)
    for name in ("updated", "published"):
        add(entry, name, moment(release.published_at))
    add(add(entry, "author"), "name", release.author)
    if release.number > 1:
        what = f"{base}/api/v1/releases/{release.number - 1}/diff/{release.number}"
        link(entry, "related", f"{what}?lang={current()}", "application/json")
    link(entry, "alternate", f"{base}/overview?release={release.number}&lang={current()}", "text/html")
    lines = [
        _counted(name, counts) for name, counts in release.extra.get("changed", {}).items() if name in all_datasets()
    ]
    lines += moved + ([message] if wrong else [])
    add(entry, "content", "\n".join(lines) or message).set("type", "text")


def _counted(name: str, counts: dict[str, int]) -> str:
    """One line: a changed row counts as one that went and one that came."""
    line = _("{dataset}: {inserted} rows came, {deleted} went.")
    return line.format(
        dataset=_(all_datasets()[name].title),
        inserted=number(counts["inserted"], 0),
        deleted=number(counts["deleted"], 0),
    )


def _moved(releases: list[int]) -> dict[int, list[str]]:
    """By release, the deadlines whose date or outcome it changed, in words; what is not known yet is read at once."""
    with _ASKING:
        known = {number: _MOVED[number, current()] for number in releases if (number, current()) in _MOVED}
        if asked := [number for number in releases if number not in known]:
            dataset = all_datasets()["deadlines"]
            table = ledger().across(sorted({*asked, *(number - 1 for number in asked)}), dataset)
            held = {number: rows.drop(columns="release") for number, rows in table.groupby("release")}
            empty = dataset.empty()
            new = {number: _in_words(held.get(number - 1, empty), held.get(number, empty)) for number in asked}
            _MOVED.update({(number, current()): lines for number, lines in new.items()})
            known |= new
    return known


def _in_words(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    dataset = all_datasets()["deadlines"]
    differences = compare(dataset, before, after)
    titles = pd.concat([before, after]).drop_duplicates("deadline_id", keep="last").set_index("deadline_id")
    lines = []
    for row in differences.itertuples():
        title = titles.at[row.deadline_id, localized("title")]
        if row.change == "added":
            lines.append(_("New deadline: {title}, {day}.").format(title=title, day=_due(after, row.deadline_id)))
        elif row.change == "removed":
            lines.append(_("Deadline removed: {title}.").format(title=title))
        elif row.column == "due_on":
            lines.append(
                _("Deadline moved: {title}, from {before} to {after}.").format(
                    title=title, before=_due(before, row.deadline_id), after=_due(after, row.deadline_id)
                )
            )
        elif row.column == "outcome":
            lines.append(
                _("Deadline now {outcome}: {title}.").format(outcome=labels.of("outcome", row.new), title=title)
            )
    return lines[:MOVES_TOLD]


def _due(deadlines: pd.DataFrame, deadline_id: str) -> str:
    row = deadlines.set_index("deadline_id").loc[deadline_id]
    if pd.isna(row["due_on"]):
        return _("no date")
    return day(row["due_on"], "day" if pd.isna(row["due_precision"]) else row["due_precision"])
