"""Answers on a day, as known on a day: what goods pay, and how deadlines stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard import labels, links
from dashboard.coverage import COVERAGE_ENDS_ON, after_coverage
from dashboard.drawing import sources_of
from dashboard.language import current, localized
from dashboard.topics.tariff_rate import rate_answer
from dashboard.topics.tariffs import TariffParams
from dashboard.web.api import formats, query
from dashboard.web.request_response import DataRequest, DataResponse
from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot
from etl.vocabulary import DEADLINE_OUTCOMES, DEADLINE_TOPICS
from policy.deadlines import moves, standing


def rate(asked: DataRequest) -> DataResponse:
    """The rate on a product from an origin, with every layer and every reading."""
    _, current_query = links.migrated("rate", asked.parameters)
    asked_for = query.read(replace(asked, query=tuple(current_query.items())), TariffParams.model_fields)
    filled = query.params(asked_for, TariffParams).explicit(asked_for.snapshot)
    content = {
        "release": asked_for.snapshot.release,
        "language": current(),
        **rate_answer(asked_for.snapshot, **dict(filled)),
    }
    named = pd.DataFrame(
        {"source_id": [layer["source"] for layer in content["layers"] if layer["source"]]}, dtype="str"
    )
    sources = sources_of(asked_for.snapshot, named)
    content |= formats.terms(sources) | {"sources": formats.sources_of(sources)}
    headers = formats.named(release=asked_for.snapshot.release)
    return DataResponse(formats.json_bytes(content), formats.JSON, headers, immutable=query.explicit(asked_for, filled))


def deadlines(asked: DataRequest) -> DataResponse:
    """Deadlines as they stand on a day, each with its moves, the nearest first."""
    asked_for = query.read(asked, ("on", "known", "topic", "status"))
    on = query.day(asked_for, "on")
    known = query.day(asked_for, "known") if "known" in asked_for.query else on
    topics, statuses = (
        query.codes(asked_for, "topic", DEADLINE_TOPICS),
        query.codes(asked_for, "status", DEADLINE_OUTCOMES),
    )
    found = standing(deadlines_of(asked_for.snapshot), pd.Timestamp(on), pd.Timestamp(known))
    found = found[found["topic"].isin(topics or DEADLINE_TOPICS) & found["status"].isin(statuses or DEADLINE_OUTCOMES)]
    sources = sources_of(asked_for.snapshot, found)
    content = {
        "release": asked_for.snapshot.release,
        "language": current(),
        "on": on.isoformat(),
        "known": known.isoformat(),
        "coverage_ends_on": COVERAGE_ENDS_ON.isoformat(),
        "after_coverage": after_coverage(on) or after_coverage(known),
        "deadlines": _with_moves(found, moves(deadlines_of(asked_for.snapshot), pd.Timestamp(known))),
        **formats.terms(sources),
        "sources": formats.sources_of(sources),
    }
    immutable = asked_for.pinned and {"on", "known"} <= set(asked_for.query)
    return DataResponse(
        formats.json_bytes(content),
        formats.JSON,
        formats.named(release=asked_for.snapshot.release),
        immutable=immutable,
    )


def deadlines_of(snapshot: Snapshot) -> pd.DataFrame:
    """The deadlines of a release, all columns."""
    return snapshot.table(all_datasets()["deadlines"])


def _with_moves(found: pd.DataFrame, moved: pd.DataFrame) -> list[dict[str, Any]]:
    by_series: dict[str, list[dict[str, Any]]] = {}
    for move in formats.records(moved):
        by_series.setdefault(move.pop("series_id"), []).append(move)
    rows = formats.records(_spoken(found))
    return [
        row | {"status_text": labels.of("outcome", row["status"]), "moves": by_series.get(row["series_id"], [])}
        for row in rows
    ]


def _spoken(frame: pd.DataFrame) -> pd.DataFrame:
    """Title, actor and notes in the reader's language; the columns of the other language go."""
    spoken = frame.copy()
    for column in ("title", "actor", "notes"):
        spoken[column] = frame[localized(column)].fillna(frame[column])
    return spoken.drop(columns=[f"{column}_fr" for column in ("title", "actor", "notes")])
