"""How fresh the figures are, by address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import freshness
from dashboard.freshness import Asked, Followed
from dashboard.language import current
from dashboard.ledger import ledger
from dashboard.web.api import formats, query
from dashboard.web.request_response import DataRequest, DataResponse
from etl.settings.days import today


def listing(request: DataRequest) -> DataResponse:
    """What goes on, the latest first, and every source: last said, last asked, next expected, late by how many days."""
    query.read_without_release(request)
    release, asked = ledger().newest(), freshness.asked(ledger())
    content = {
        "release": release,
        "language": current(),
        "today": today().isoformat(),
        "phrase": freshness.silence(ledger(), release),
        "followed": [
            {
                "id": one.id,
                "name": one.name,
                "dataset": one.dataset,
                "publisher": one.publisher,
                "last_said": one.last_said,
                **_times(one.last_said_on, one, asked),
                "sources": sorted(one.sources),
            }
            for one in freshness.followed(ledger(), release)
        ],
        "sources": [
            {"source_id": code, "title": title, **_times(said, one, asked), "continued_by": one.id if one else None}
            for code, title, said, one in freshness.of_sources(ledger(), release)
        ],
    }
    return formats.answer(content, release, keep=False)


def _times(said: Any, one: Followed | None, asked: Mapping[str, Asked]) -> dict[str, Any]:
    last = freshness.asked_last(asked, one)
    expected = one.next_expected_on if one else None
    return {
        "last_said_on": said.isoformat() if said else None,
        "last_asked_at": f"{last.at.isoformat(timespec='seconds')}Z" if last else None,
        "last_asked_outcome": last.outcome if last else None,
        "rhythm": one.rhythm if one else "once",
        "next_expected_on": expected.isoformat() if expected else None,
        "overdue_days": one.overdue_days if one else 0,
    }
