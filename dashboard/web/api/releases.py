"""Releases by address: what there is, and what differs between two."""

from __future__ import annotations

from typing import Any

from dashboard.language import _, current
from dashboard.ledger import ledger, release_number
from dashboard.web.api import formats, query
from dashboard.web.request_response import DataRequest, DataResponse
from etl.datasets import all_datasets
from etl.ledger.release import Release


def listing(request: DataRequest) -> DataResponse:
    """Every release, newest first."""
    query.read_without_release(request)
    releases = [about(release) for release in reversed(ledger().releases())]
    content = {"newest": releases[0]["release"] if releases else 0, "releases": releases}
    return DataResponse(formats.json_bytes(content), formats.JSON)


def about(release: Release) -> dict[str, Any]:
    """A release, as plain data; `changed` counts the rows that went and came, by dataset."""
    return {
        "release": release.number,
        "published_at": release.published_at.isoformat(timespec="seconds"),
        "author": release.author,
        "message": release.message,
        "changed": dict(release.extra.get("changed", {})),
    }


def diff(request: DataRequest) -> DataResponse:
    """What differs between two releases, row by row and cell by cell. It never changes."""
    query.read_without_release(request)
    before, after = (_number(request.names[name]) for name in ("before", "after"))
    differences = ledger().diff(before, after)
    datasets = {}
    for name, frame in differences.items():
        dataset, rows = all_datasets()[name], frame.drop_duplicates(list(all_datasets()[name].key))
        counts = rows["change"].value_counts()
        datasets[name] = {
            "title": _(dataset.title),
            "key": list(dataset.key),
            **{change: int(counts.get(change, 0)) for change in ("added", "removed", "changed")},
            "cells": formats.records(frame),
        }
    content = {"before": before, "after": after, "language": current(), "datasets": datasets}
    return DataResponse(formats.json_bytes(content), formats.JSON, immutable=True)


def _number(text: str) -> int:
    return query.release(release_number(text) or 0)
