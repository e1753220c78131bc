"""What goods pay by address: one question, many at once, and each day on which the answer changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import pandas as pd

from dashboard import links
from dashboard.cited import sources_of
from dashboard.coverage import ends_on
from dashboard.language import _, current
from dashboard.params import set_day
from dashboard.provenance import as_records, changes_in, plain
from dashboard.topics.hts import digits, dotted, named_below
from dashboard.topics.tariff_changes import history_of
from dashboard.topics.tariff_codes import IMPORTER, SeveralCodes, UnknownCode, code_answer
from dashboard.topics.tariff_goods import One, beside_ledger, one_line
from dashboard.topics.tariff_product import product_answer
from dashboard.topics.tariffs import TariffParams, measure_titles, tables_of
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
    return formats.answer(content, content["release"], immutable=pinned)


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
    cited = sorted({layer["source"] for layer in content["layers"] if layer["source"]})
    content["layers"] = [layer | {"source": plain(layer["source"] or "") or None} for layer in content["layers"]]
    content |= _origin(question.snapshot, cited)
    return content, query.explicit(question, params)


def _origin(snapshot: Snapshot, cited: list[str]) -> dict[str, Any]:
    """Credit, licence and sources of what is cited, and who changed figures of it."""
    sources = sources_of(snapshot, pd.DataFrame({"source_id": cited}, dtype="str"))
    changed = {"changed": as_records(changes_in(cited, snapshot))}
    return {**formats.terms(sources), "sources": formats.sources_of(sources), **changed}


def _params(question: query.Query) -> TariffParams:
    """The parameters of a question. Raises ApiProblem, also for a scenario about measures that are not there."""
    if "hs" in question.query and not question.query["hs"].strip():
        raise ApiProblem.faults([_no_code("")])
    params = query.params(question, TariffParams).explicit(question.snapshot)
    measures = {*measure_titles(question.snapshot)} - {"MFN"}  # the ordinary duty can't be changed in a scenario
    strangers = [one for one in params.whatif if change(one).measure_id not in measures]
    if strangers:
        raise ApiProblem.faults([query.wrong("whatif", ",".join(strangers), sorted(measures))])
    return params


def _no_code(text: str) -> Fault:
    return Fault("hs", text, _("A tariff code has 4 to 10 digits, with or without dots."), "7308.90.30")


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
    code, faults = digits(text), []
    if code is None:
        faults.append(_no_code(text))
    if params.importer != IMPORTER:
        faults.append(Fault("importer", str(params.importer), _("Codes are those of the US schedule."), [IMPORTER]))
    if code is None or faults:
        raise ApiProblem.faults(faults)
    try:
        return answer(question.snapshot, code, params)
    except SeveralCodes as several:
        split = _("The schedule splits this code: ask about one of those listed.")
        raise ApiProblem.faults([Fault("hs", text, split, several.codes)]) from None
    except UnknownCode as unknown:
        nothing = _("The schedule has no such code; the nearest are listed.")
        raise ApiProblem.faults([Fault("hs", text, nothing, unknown.nearest)]) from None


def history(request: DataRequest) -> DataResponse:
    """Each day on which the sum on a product, or on goods of a tariff code, changed, and by which events.

    `without` are longer codes that lists name on their own: they have a history of their own.
    """
    question = query.read(request, [name for name in FIELDS if name != "on"])
    params = _params(question)
    code, known = params.hs, set_day(params.known)
    one = (
        One(params.product, tables_of(question.snapshot, params))
        if code is None
        else _by_code(question, params, one_line)
    )
    changes = history_of(question.snapshot, params, one)
    cited = sorted({name for change in changes for name in change["sources"]})
    content = {
        "release": question.snapshot.release,
        "language": current(),
        "product": params.product if code is None else None,
        "hs": None if code is None else dotted(digits(code) or ""),
        "without": [dotted(one) for one in named_below(question.snapshot, digits(code) or "")] if code else [],
        **{name: getattr(params, name) for name in ("origin", "company", "usmca", "importer")},
        "known": known.isoformat(),
        "coverage_ends_on": ends_on(question.snapshot).isoformat(),
        "after_coverage": known > ends_on(question.snapshot),
        **({"scenario": list(params.whatif)} if params.whatif else {}),
        "changes": [change | {"sources": sorted({*map(plain, change["sources"])})} for change in changes],
        **_origin(question.snapshot, cited),
    }
    return formats.answer(content, question.snapshot.release)
