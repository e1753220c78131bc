"""The data side described: OpenAPI 3.1, made from the contracts and the charts' parameters of a release.

A new dataset or chart is in the document the moment its module is there.
"""

from __future__ import annotations

from typing import Any

from dashboard.ask.answer import LONGEST
from dashboard.charts import all_charts
from dashboard.language import _
from dashboard.web.api import formats, query
from dashboard.web.api.operations import CSV, JSON, operation, problem
from dashboard.web.api.parameters import (
    DAY,
    alert_params,
    column_params,
    lang_param,
    model_params,
    origin_params,
    param,
    rate_params,
    release_param,
    spreadsheet_param,
)
from dashboard.web.api.rates import MOST_QUESTIONS
from dashboard.web.feeds.calendar import TOPICS
from dashboard.web.feeds.changes import GOODS
from dashboard.web.problem_details import TITLES
from dashboard.web.request_response import DataRequest, DataResponse
from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot
from etl.settings import settings
from etl.vocabulary import DEADLINE_OUTCOMES, DEADLINE_TOPICS

API = "/api/v1"


def document_of(request: DataRequest) -> DataResponse:
    """The OpenAPI document of the newest release, or of the one named."""
    question = query.read(request, ())
    return DataResponse(formats.json_bytes(document(question.snapshot)), formats.JSON, immutable=False)


def document(snapshot: Snapshot) -> dict[str, Any]:
    """The document, in the current language."""
    return {
        "openapi": "3.1.0",
        "info": {"title": _("Alliance Ledger: data by address"), "version": "1", "description": _intro()},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": words} for name, words in tags().items()],
        "paths": {**_general(snapshot), **_datasets(snapshot), **_charts(snapshot), **_feeds(snapshot)},
        "components": {"schemas": {"Problem": problem()}},
    }


def tags() -> dict[str, str]:
    """The parts of the document, in order, with what each is about."""
    return {
        "find": _("To ask in words."),
        "datasets": _("Tables as they were checked and published, by filters on their own columns."),
        "charts": _("The rows behind a chart: the same parameters as in the link to it."),
        "releases": _("Numbered states of all datasets, and what differs between two."),
        "days": _("What goods pay and how deadlines stand on a day, as known on a day."),
        "feeds": _("To follow in a calendar or a feed reader."),
    }


def _intro() -> str:
    return _(
        "Codes, never labels; several values of a parameter are joined by commas. “release” pins a release: an answer to a"
        " question that says everything never changes. Without it the newest release is asked. Errors are problem documents"
        " (RFC 9457)."
    )


# --- operations ----------------------------------------------------------------------------------------------------


def _posted(operation_: dict[str, Any], snapshot: Snapshot) -> dict[str, Any]:
    """The operation asked with questions in a body: each names parameters of a single rate."""
    asked = {
        "type": "object",
        "properties": {found["name"]: found["schema"] for found in rate_params(snapshot)},
        "additionalProperties": False,
    }
    questions = {"type": "array", "items": asked, "minItems": 1, "maxItems": MOST_QUESTIONS}
    body = {"type": "object", "properties": {"questions": questions}, "required": ["questions"]}
    described = operation_["get"] | {"requestBody": {"required": True, "content": {JSON: {"schema": body}}}}
    problem = described["responses"]["400"]["content"]
    long = {"description": _(TITLES["too-long"]), "content": problem}
    described["responses"] = {code: said for code, said in described["responses"].items() if code != "304"} | {
        "413": long
    }
    return {"post": described}


def _general(snapshot: Snapshot) -> dict[str, Any]:
    both = [release_param(snapshot), lang_param()]
    return {
        **_of_words(both),
        **_of_releases(snapshot),
        f"{API}/datasets": operation("datasets", "datasets", _("Every dataset with its contract"), both, JSON),
        f"{API}/charts": operation("charts", "charts", _("Every chart with its parameters"), both, JSON),
        **_of_tariffs(snapshot, both),
        f"{API}/origin": operation(
            "datasets",
            "origin",
            _("Where a value comes from: the cell of the kept file, or the rule and what it was made from"),
            [*origin_params(), *both],
            JSON,
        ),
        f"{API}/deadlines": operation(
            "days", "deadlines", _("Deadlines as they stand on a day, with their moves"), [*_looked(), *both], JSON
        ),
    }


def _looked() -> list[dict[str, Any]]:
    """How deadlines are asked for."""
    return [
        param("on", _("The day looked at; today ({zone}) without it.").format(zone=settings().time_zone), DAY),
        param("known", _("What was known on this day; the day looked at without it."), DAY),
        param("topic", _("Topic"), {"type": "string", "enum": list(DEADLINE_TOPICS)}, many=True),
        param("status", _("State"), {"type": "string", "enum": list(DEADLINE_OUTCOMES)}, many=True),
    ]


def _of_words(both: list[dict[str, Any]]) -> dict[str, Any]:
    words = {"type": "string", "minLength": 1, "maxLength": LONGEST}
    question = param("q", _("The question, in English or French: who is below 2 % in 2025"), words, required=True)
    sentence = param("text", _("Canada spent 1.76 % of GDP on defence in 2025"), words, required=True)
    finds = _("What a question in words means here, and the views it leads to")
    checks = _("A sentence with a number, held against what each edition says and what goods pay")
    return {
        f"{API}/find": operation("find", "find", finds, [question, *both], JSON),
        f"{API}/check": operation("find", "check", checks, [sentence, *both], JSON),
    }


def _of_releases(snapshot: Snapshot) -> dict[str, Any]:
    whole = {"type": "integer", "minimum": 1, "maximum": snapshot.release}
    before, after, number = (
        {"name": name, "in": "path", "required": True, "schema": whole} for name in ("before", "after", "number")
    )
    corrected = _("Every correction: what was wrong, since when, and where the difference is")
    fresh = _("What each publisher and source said last, when it was asked, what is expected next, and what is late")
    newest = _("Every release, newest first")
    listed = {"releases": ("releases", newest), "corrections": ("releases", corrected), "freshness": ("days", fresh)}
    differs = _("What differs between two releases")
    packed = _("A release as DuckDB file, Parquet and CSV, with licences")
    return {
        **{f"{API}/{name}": operation(tag, name, said, [lang_param()], JSON) for name, (tag, said) in listed.items()},
        f"{API}/releases/{{before}}/diff/{{after}}": operation(
            "releases", "diff", differs, [before, after, lang_param()], JSON
        ),
        f"{API}/releases/{{number}}.zip": operation(
            "releases", "release_zip", packed, [number, lang_param()], formats.ZIP
        ),
    }


def _of_tariffs(snapshot: Snapshot, both: list[dict[str, Any]]) -> dict[str, Any]:
    goods = rate_params(snapshot)
    many = _("The same for up to {most} questions").format(most=MOST_QUESTIONS)
    history = _("Each day on which the sum that goods pay changed, and by which events")
    without_day = [found for found in goods if found["name"] != "on"]
    return {
        f"{API}/tariffs/rate": operation("days", "rate", _("What goods pay on a day, and why"), [*goods, *both], JSON),
        f"{API}/tariffs/rates": _posted(operation("days", "rates", many, both, JSON), snapshot),
        f"{API}/tariffs/history": operation("days", "history", history, [*without_day, *both], JSON),
    }


def _datasets(snapshot: Snapshot) -> dict[str, Any]:
    paths = {}
    for dataset in all_datasets().values():
        params = [*column_params(dataset, snapshot), release_param(snapshot), lang_param()]
        for form, kind in (("csv", CSV), ("json", JSON), ("parquet", formats.PARQUET)):
            path, name = f"{API}/datasets/{dataset.name}.{form}", f"{dataset.name}_{form}"
            more, own = {"description": _(dataset.description)}, [spreadsheet_param()] if form == "csv" else []
            title = f"{_(dataset.title)} ({form})"
            paths[path] = operation("datasets", name, title, [*params, *own], kind, more=more)
    return paths


def _charts(snapshot: Snapshot) -> dict[str, Any]:
    paths = {}
    for chart in all_charts().values():
        params = [*model_params(chart.Compared, snapshot), release_param(snapshot), lang_param()]
        for form, kind in (("csv", CSV), ("json", JSON)):
            own = [spreadsheet_param()] if form == "csv" else []
            paths[f"/c/{chart.id}.{form}"] = operation(
                "charts", f"{chart.id}_{form}", f"{_(chart.title)} ({form})", [*params, *own], kind
            )
    return paths


def _feeds(snapshot: Snapshot) -> dict[str, Any]:
    goods = [found for found in rate_params(snapshot) if found["name"] in GOODS]
    topics = param("topic", _("Topic"), {"type": "string", "enum": list(TOPICS)}, many=True)
    return {
        "/deadlines.ics": operation(
            "feeds", "calendar", _("Deadlines as a calendar to subscribe to"), [topics, lang_param()], "text/calendar"
        ),
        "/changes.atom": operation(
            "feeds",
            "changes",
            _("What changed, release by release; with a product or a tariff code: each change of the sum on it"),
            [*goods, lang_param()],
            "application/atom+xml",
        ),
        "/alerts.atom": operation(
            "feeds",
            "alerts",
            _("What a rule has to tell of a view: by each release, and of days that come near"),
            [*alert_params(), lang_param()],
            "application/atom+xml",
        ),
    }
