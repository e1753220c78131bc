"""How deadlines stand on a day, as known on a day."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboard import labels
from dashboard.cited import sources_of
from dashboard.coverage import DEADLINES, ends_on
from dashboard.language import current, localized
from dashboard.provenance import as_records, settled
from dashboard.web.api import formats, query
from dashboard.web.request_response import DataRequest, DataResponse
from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot
from etl.vocabulary import DEADLINE_OUTCOMES, DEADLINE_TOPICS
from policy.deadlines import moves, standing


def deadlines(request: DataRequest) -> DataResponse:
    """Deadlines as they stand on a day, each with its moves, the nearest first."""
    question = query.read(request, ("on", "known", "topic", "status"))
    on = query.day(question, "on")
    known = query.day(question, "known") if "known" in question.query else on
    topics, statuses = (
        query.codes(question, "topic", DEADLINE_TOPICS),
        query.codes(question, "status", DEADLINE_OUTCOMES),
    )
    standing_now = standing(deadlines_of(question.snapshot), pd.Timestamp(on), pd.Timestamp(known))
    standing_now = standing_now[
        standing_now["topic"].isin(topics or DEADLINE_TOPICS)
        & standing_now["status"].isin(statuses or DEADLINE_OUTCOMES)
    ]
    standing_now, changes, _words = settled(standing_now, question.snapshot)
    sources = sources_of(question.snapshot, standing_now)
    content = {
        "release": question.snapshot.release,
        "language": current(),
        "on": on.isoformat(),
        "known": known.isoformat(),
        "coverage_ends_on": ends_on(question.snapshot, DEADLINES).isoformat(),
        "after_coverage": max(on, known) > ends_on(question.snapshot, DEADLINES),
        "deadlines": _with_moves(standing_now, moves(deadlines_of(question.snapshot), pd.Timestamp(known))),
        **formats.terms(sources),
        "sources": formats.sources_of(sources),
        "changed": as_records(changes),
    }
    immutable = question.pinned and {"on", "known"} <= set(question.query)
    return formats.answer(content, question.snapshot.release, immutable=immutable)


def deadlines_of(snapshot: Snapshot) -> pd.DataFrame:
    """The deadlines of a release, all columns."""
    return snapshot.table(all_datasets()["deadlines"])


def _with_moves(deadlines: pd.DataFrame, moved: pd.DataFrame) -> list[dict[str, Any]]:
    by_series: dict[str, list[dict[str, Any]]] = {}
    for move in formats.records(moved):
        by_series.setdefault(move.pop("series_id"), []).append(move)
    rows = formats.records(_spoken(deadlines))
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
