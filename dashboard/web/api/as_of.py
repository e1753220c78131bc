"""Answers on a day, as known on a day: what goods pay, and how deadlines stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import pandas as pd

from dashboard import labels, links
from dashboard.coverage import COVERAGE_ENDS_ON, after_coverage
from dashboard.drawing import sources_of
from dashboard.language import _, current, localized
from dashboard.params import set_day
from dashboard.topics.tariff_changes import changes_of
from dashboard.topics.tariff_codes import IMPORTER, UnknownCode, code_answer, code_changes, digits, dotted
from dashboard.topics.tariff_rate import rate_answer
from dashboard.topics.tariffs import TariffParams
from dashboard.web.api import formats, query
from dashboard.web.problem_details import ApiProblem, Fault
from dashboard.web.request_response import DataRequest, DataResponse
from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot
from etl.vocabulary import DEADLINE_OUTCOMES, DEADLINE_TOPICS
from policy.deadlines import moves, standing

Answered = TypeVar("Answered")
CODE = "hs"
"""The parameter that asks by tariff code."""


def rate(request: DataRequest) -> DataResponse:
    """The rate on a product, or on goods of a tariff code, from an origin, with every layer and every reading."""
    _notes, current_query = links.migrated("rate", request.parameters)
    question = query.read(replace(request, query=tuple(current_query.items())), [*TariffParams.model_fields, CODE])
    code = question.query.pop(CODE, None)
    filled = query.params(question, TariffParams).explicit(question.snapshot)
    answer = (
        rate_answer(question.snapshot, **dict(filled))
        if code is None
        else _by_code(question, code, filled, code_answer)
    )
    content = {"release": question.snapshot.release, "language": current(), **answer}
    named = pd.DataFrame(
        {"source_id": [layer["source"] for layer in content["layers"] if layer["source"]]}, dtype="str"
    )
    sources = sources_of(question.snapshot, named)
    content |= formats.terms(sources) | {"sources": formats.sources_of(sources)}
    headers = formats.named(release=question.snapshot.release)
    return DataResponse(formats.json_bytes(content), formats.JSON, headers, immutable=query.explicit(question, filled))


def _by_code(question: query.Query, text: str, params: TariffParams, answer: Callable[..., Answered]) -> Answered:
    """What `answer` says to a tariff code. The product is not looked at.

    Raises ApiProblem, with the nearest codes where there is no such one.
    """
    form = _("A tariff code has 4 to 10 digits, with or without dots.")
    code, faults = digits(text), []
    if code is None:
        faults.append(Fault(CODE, text, form, "7308.90.30"))
    if params.importer != IMPORTER:
        faults.append(Fault("importer", str(params.importer), _("Codes are those of the US schedule."), [IMPORTER]))
    if code is None or faults:
        raise ApiProblem.faults(faults)
    try:
        return answer(question.snapshot, code, params)
    except UnknownCode as unknown:
        nothing = _("The schedule has no such code; the nearest are listed.")
        raise ApiProblem.faults([Fault(CODE, text, nothing, unknown.nearest)]) from None


def history(request: DataRequest) -> DataResponse:
    """Each day on which the sum on a product, or on goods of a tariff code, changed, and by which events."""
    fields = [name for name in TariffParams.model_fields if name != "on"]
    question = query.read(request, [*fields, CODE])
    code = question.query.pop(CODE, None)
    params = query.params(question, TariffParams).explicit(question.snapshot)
    by_product, known = code is None, set_day(params.known)
    changes = (
        changes_of(question.snapshot, params, params.product)
        if code is None
        else _by_code(question, code, params, code_changes)
    )
    named = pd.DataFrame({"source_id": sorted({name for change in changes for name in change["sources"]})}, dtype="str")
    sources = sources_of(question.snapshot, named)
    content = {
        "release": question.snapshot.release,
        "language": current(),
        "product": params.product if by_product else None,
        "hs": None if code is None else dotted(digits(code) or ""),
        **{name: getattr(params, name) for name in ("origin", "company", "usmca", "importer")},
        "known": known.isoformat(),
        "coverage_ends_on": COVERAGE_ENDS_ON.isoformat(),
        "after_coverage": after_coverage(known),
        "changes": changes,
        **formats.terms(sources),
        "sources": formats.sources_of(sources),
    }
    headers = formats.named(release=question.snapshot.release)
    return DataResponse(formats.json_bytes(content), formats.JSON, headers)


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
    sources = sources_of(question.snapshot, standing_now)
    content = {
        "release": question.snapshot.release,
        "language": current(),
        "on": on.isoformat(),
        "known": known.isoformat(),
        "coverage_ends_on": COVERAGE_ENDS_ON.isoformat(),
        "after_coverage": after_coverage(on) or after_coverage(known),
        "deadlines": _with_moves(standing_now, moves(deadlines_of(question.snapshot), pd.Timestamp(known))),
        **formats.terms(sources),
        "sources": formats.sources_of(sources),
    }
    immutable = question.pinned and {"on", "known"} <= set(question.query)
    return DataResponse(
        formats.json_bytes(content), formats.JSON, formats.named(release=question.snapshot.release), immutable=immutable
    )


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
