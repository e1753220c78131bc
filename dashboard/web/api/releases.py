"""Releases by address: what there is, and what differs between two."""

from __future__ import annotations

from typing import Any

from dashboard.announced import announced
from dashboard.language import _, current
from dashboard.ledger import ledger, release_number
from dashboard.provenance import corrections_as_records
from dashboard.web.api import formats, query
from dashboard.web.request_response import DataRequest, DataResponse
from etl.datasets import all_datasets
from etl.export import zip_bytes
from etl.ledger.draft import EARLY_READERS
from etl.ledger.release import MESSAGES, Release
from etl.ledger.signing import Signature


def listing(request: DataRequest) -> DataResponse:
    """Every release, newest first, and those to come that are announced."""
    query.read_without_release(request)
    releases = [about(release) for release in reversed(ledger().releases())]
    planned = [
        {"public_from": one.moment.isoformat(), "zone": one.zone, "announced": {"en": one.en, "fr": one.fr}}
        for one in announced()
    ]
    content = {"newest": releases[0]["release"] if releases else 0, "releases": releases, "planned": planned}
    return DataResponse(formats.json_bytes(content), formats.JSON)


def corrections(request: DataRequest) -> DataResponse:
    """Every release that corrected figures, newest first: what was wrong, since when, and where the difference is."""
    query.read_without_release(request)
    found = corrections_as_records(reversed(ledger().releases()))
    return DataResponse(formats.json_bytes({"language": current(), "corrections": found}), formats.JSON)


def about(release: Release) -> dict[str, Any]:
    """A release, as plain data; `changed` counts the rows that went and came, by dataset; not every one is signed."""
    signature = Signature.of(release.extra)
    return {
        "release": release.number,
        "published_at": release.published_at.isoformat(timespec="seconds"),
        "author": release.author,
        "message": release.message,
        "early_readers": release.extra.get(EARLY_READERS),
        "messages": dict(release.extra.get(MESSAGES, {})),
        "correction": next(iter(corrections_as_records([release])), None),
        "changed": dict(release.extra.get("changed", {})),
        "signature": signature and {**vars(signature), "fingerprint": signature.fingerprint},
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


def as_zip(request: DataRequest) -> DataResponse:
    """A release as `python -m etl export` writes it, without what a licence keeps from being handed on."""
    query.read_without_release(request)
    number = _number(request.names["number"])
    headers = formats.named(release=number, file=f"alliance-ledger-release-{number}.zip")
    return DataResponse(zip_bytes(ledger(), number, shareable_only=True), formats.ZIP, headers, immutable=True)


def _number(text: str) -> int:
    return query.release(release_number(text) or 0)
