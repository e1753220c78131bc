"""What goods pay by address: one question, many at once, and each day on which the answer changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import pandas as pd

from dashboard import links
from dashboard.coverage import COVERAGE_ENDS_ON, after_coverage
from dashboard.drawing import sources_of
from dashboard.language import _, current
from dashboard.params import set_day
from dashboard.topics.tariff_changes import changes_of
from dashboard.topics.tariff_codes import IMPORTER, UnknownCode, code_answer, code_changes, digits, dotted
from dashboard.topics.tariff_goods import beside_ledger, product_answer
from dashboard.topics.tariffs import TariffParams, measure_titles
from dashboard.web.api import formats, query
from dashboard.web.problem_details import ApiProblem, Fault
from dashboard.web.request_response import DataRequest, DataResponse
from etl.ledger.snapshot import Snapshot
from policy.tariffs.scenario import change

Answered = TypeVar("Answered")
MOST_QUESTIONS = 200
FIELDS = tuple(TariffParams.model_fields)


def rate(request: DataRequest) -> DataResponse:
    """The rate on a product, or on goods of a tariff code, from an origin, with every layer and every reading."""
    content, pinned = _answer(request)
    headers = formats.named(release=content["release"])
    return DataResponse(formats.json_bytes(content), formats.JSON, headers, immutable=pinned)


def _answer(request: DataRequest) -> tuple[dict[str, Any], bool]:
    """The answer, and whether the question said everything. Raises ApiProblem."""
    _notes, current_query = links.migrated("rate", request.parameters)
    question = query.read(replace(request, query=tuple(current_query.items())), FIELDS)
    params = _params(question)
    answer = (
        beside_ledger(product_answer, question.snapshot, params)
        if params.hs is None
        else _by_code(question, params, _code_answer)
    )
    content = {"release": question.snapshot.release, "language": current(), **answer}
    named = pd.DataFrame(
        {"source_id": [layer["source"] for layer in content["layers"] if layer["source"]]}, dtype="str"
    )
    sources = sources_of(question.snapshot, named)
    content |= formats.terms(sources) | {"sources": formats.sources_of(sources)}
    return content, query.explicit(question, params)


def _params(question: query.Query) -> TariffParams:
    """The parameters of a question. Raises ApiProblem, also for a scenario about measures that are not there."""
    params = query.params(question, TariffParams).explicit(question.snapshot)
    measures = measure_titles(question.snapshot)
    strangers = [one for one in params.whatif if change(one).measure_id not in measures]
    if strangers:
        raise ApiProblem.faults([query.wrong("whatif", ",".join(strangers), sorted(measures))])
    return params


def _code_answer(snapshot: Snapshot, code: str, params: TariffParams) -> dict[str, Any]:
    return beside_ledger(lambda own, asked: code_answer(own, code, asked), snapshot, params)


def rates(request: DataRequest) -> DataResponse:
    """Many questions at once: each gets what `rate` says to it, or a problem of its own, in their order."""
    outer = query.read(request, ())
    questions, said = _questions(request.body), dict(request.query)
    pinned = {"release": str(outer.snapshot.release)}
    answers: list[dict[str, Any]] = []
    for asked in questions:
        try:
            one = replace(request, query=tuple((pinned | _texts(asked) | said).items()))
            answers.append(_answer(one)[0])
        except ApiProblem as problem:
            answers.append({"problem": json.loads(problem.document(request.path))})
    content = {"release": outer.snapshot.release, "language": current(), "answers": answers}
    headers = (*formats.named(release=outer.snapshot.release), ("cache-control", "no-store"))
    return DataResponse(formats.json_bytes(content), formats.JSON, headers)


def _questions(body: bytes) -> list[Any]:
    """The questions in a body. Raises ApiProblem."""
    form = _("It holds {form}, with 1 to {most} questions; each names the parameters of a single rate.").format(
        form='{"questions": [{"product": "steel", "origin": "CAN"}]}', most=MOST_QUESTIONS
    )
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise ApiProblem.bad_body(_("The body is not JSON.") + " " + form) from None
    questions = content.get("questions") if isinstance(content, dict) else None
    if not isinstance(questions, list) or not 1 <= len(questions) <= MOST_QUESTIONS:
        raise ApiProblem.bad_body(form)
    return questions


def _texts(asked: Any) -> dict[str, str]:
    """A question as the query of an address. Raises ApiProblem."""
    if not isinstance(asked, dict):
        raise ApiProblem.bad_body(_("A question is an object that names parameters."))
    foreign = sorted(set(asked) - set(FIELDS))
    faults = [
        Fault(name[:60], "", _("“{name}” is not a parameter here.").format(name=name[:60]), FIELDS) for name in foreign
    ]
    faults += [
        Fault(name, json.dumps(value), _("A value is a text or a number."))
        for name, value in asked.items()
        if name in FIELDS and not _can_be_said(name, value)
    ]
    if faults:
        raise ApiProblem.faults(faults)
    return {name: links.text_of(value) for name, value in asked.items() if value is not None}


def _can_be_said(name: str, value: Any) -> bool:
    plain = value if isinstance(value, list) and links.is_list(TariffParams, name) else [value]
    return all(one is None or (isinstance(one, (str, int, float)) and not isinstance(one, bool)) for one in plain)


def _by_code(question: query.Query, params: TariffParams, answer: Callable[..., Answered]) -> Answered:
    """What `answer` says to a tariff code. The product is not looked at.

    Raises ApiProblem, with the nearest codes where there is no such one.
    """
    text = params.hs or ""
    form = _("A tariff code has 4 to 10 digits, with or without dots.")
    code, faults = digits(text), []
    if code is None:
        faults.append(Fault("hs", text, form, "7308.90.30"))
    if params.importer != IMPORTER:
        faults.append(Fault("importer", str(params.importer), _("Codes are those of the US schedule."), [IMPORTER]))
    if code is None or faults:
        raise ApiProblem.faults(faults)
    try:
        return answer(question.snapshot, code, params)
    except UnknownCode as unknown:
        nothing = _("The schedule has no such code; the nearest are listed.")
        raise ApiProblem.faults([Fault("hs", text, nothing, unknown.nearest)]) from None


def history(request: DataRequest) -> DataResponse:
    """Each day on which the sum on a product, or on goods of a tariff code, changed, and by which events."""
    question = query.read(request, [name for name in FIELDS if name != "on"])
    params = _params(question)
    code, known = params.hs, set_day(params.known)
    changes = (
        changes_of(question.snapshot, params, params.product)
        if code is None
        else _by_code(question, params, code_changes)
    )
    named = pd.DataFrame({"source_id": sorted({name for change in changes for name in change["sources"]})}, dtype="str")
    sources = sources_of(question.snapshot, named)
    content = {
        "release": question.snapshot.release,
        "language": current(),
        "product": params.product if code is None else None,
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
