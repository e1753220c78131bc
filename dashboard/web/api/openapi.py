"""The data side described: OpenAPI 3.1, made from the contracts and the charts' parameters of a release.

A new dataset or chart is in the document the moment its module is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard import links
from dashboard.charts import ChartParams, all_charts
from dashboard.language import LANGUAGES, _
from dashboard.links import EARLIEST, LATEST
from dashboard.tariffing import TariffParams
from dashboard.web.answers import Answer, Asked
from dashboard.web.api import question, tables, writing
from dashboard.web.problems import TITLES
from etl.contract import Dataset, column_type
from etl.datasets import all_datasets
from etl.datasets.deadlines import TOPICS
from etl.ledger import View
from policy.deadlines import STATUSES

CSV, JSON, PROBLEM = "text/csv", "application/json", "application/problem+json"
JSON_TYPES = {"str": "string", "Int64": "integer", "float64": "number", "boolean": "boolean", "datetime64[us]": "string"}
DAY = {"type": "string", "format": "date"}
LIST_VALUES_TOLD = 60
API = "/api/v1"


def document_of(asked: Asked) -> Answer:
    """The OpenAPI document of the newest release, or of the one named."""
    asked_for = question.read(asked, ())
    return Answer(writing.json_bytes(document(asked_for.view)), writing.JSON, lasting=False)


def document(view: View) -> dict[str, Any]:
    """The document, in the current language."""
    return {
        "openapi": "3.1.0",
        "info": {"title": _("Alliance Ledger: data by address"), "version": "1", "description": _intro()},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": words} for name, words in tags().items()],
        "paths": {**_general(view), **_datasets(view), **_charts(view), **_feeds()},
        "components": {"schemas": {"Problem": _problem()}},
    }


def tags() -> dict[str, str]:
    """The parts of the document, in order, with what each is about."""
    return {
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


# --- parameters ----------------------------------------------------------------------------------------------------


def _param(name: str, meaning: str, schema: dict[str, Any], *, many: bool = False, required: bool = False) -> dict[str, Any]:
    shown = {"type": "array", "items": schema} if many else schema
    found = {"name": name, "in": "query", "description": meaning, "schema": shown}
    return found | ({"style": "form", "explode": False} if many else {}) | ({"required": True} if required else {})


def _release(view: View) -> dict[str, Any]:
    return _param("release", _("Number of a release; the newest without it."), {"type": "integer", "minimum": 1, "maximum": view.release})


def _lang() -> dict[str, Any]:
    return _param("lang", _("Language of titles and texts."), {"type": "string", "enum": list(LANGUAGES), "default": "en"})


def _column_params(dataset: Dataset, view: View) -> list[dict[str, Any]]:
    found = []
    for name in dataset.columns:
        kind = column_type(dataset, name)
        schema: dict[str, Any] = {"type": JSON_TYPES[kind]} | ({"format": "date"} if kind.startswith("datetime") else {})
        held = tables.held(view, dataset.name, name) if kind == "str" else []
        if 0 < len(held) <= LIST_VALUES_TOLD and all("," not in value for value in held):
            schema["enum"] = held
        found.append(_param(name, _(dataset.schema.columns[name].description), schema, many=True))
    return found


def model_params(model: type[ChartParams], view: View) -> list[dict[str, Any]]:
    """The parameters of a chart's model; the codes a release holds as enumerations."""
    schemas, choices, found = model.model_json_schema()["properties"], links.choices_of(model), []
    for name, info in model.model_fields.items():
        schema = dict(next((part for part in schemas[name].get("anyOf", [schemas[name]]) if part.get("type") != "null"), {}))
        many = links.is_list(model, name)
        inner = {key: value for key, value in schema.items() if key not in ("title", "default")}
        if many:
            inner = dict(inner.get("items", {"type": "string"}))
        if name in choices:
            inner["enum"] = choices[name].codes(view)
        elif inner.get("type") == "boolean":
            inner = {"type": "string", "enum": ["yes", "no"]}
        parameter = _param(name, _(info.title or name), inner, many=many)
        if many:
            parameter["schema"] |= {key: schema[key] for key in ("minItems", "maxItems") if key in schema}
        found.append(parameter)
    return found


# --- operations ----------------------------------------------------------------------------------------------------


def _operation(tag: str, name: str, summary: str, params: Iterable[dict[str, Any]], *types: str, more: dict | None = None) -> dict[str, Any]:
    content = {kind: {"schema": {"type": "object"}} if kind == JSON else {} for kind in types}
    problem = {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    responses = {"200": {"description": _("The answer."), "content": content}, "304": {"description": _("Not modified since.")}}
    for status, kind in (("400", "bad-parameter"), ("404", "not-found"), ("414", "too-long"), ("429", "busy"), ("503", "unreadable")):
        responses[status] = {"description": _(TITLES[kind])} | problem
    return {"get": {"tags": [tag], "operationId": name, "summary": summary, "parameters": list(params), "responses": responses} | (more or {})}


def _general(view: View) -> dict[str, Any]:
    both, days = [_release(view), _lang()], f"{EARLIEST}..{LATEST}"
    path = [{"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1, "maximum": view.release}} for name in ("before", "after")]
    looked = [_param("on", _("The day looked at; today without it."), DAY | {"description": days}),
              _param("known", _("What was known on this day; the day looked at without it."), DAY)]  # fmt: skip
    kinds = [_param("topic", _("Topic"), {"type": "string", "enum": list(TOPICS)}, many=True),
             _param("status", _("State"), {"type": "string", "enum": list(STATUSES)}, many=True)]  # fmt: skip
    return {
        f"{API}/releases": _operation("releases", "releases", _("Every release, newest first"), [_lang()], JSON),
        f"{API}/releases/{{before}}/diff/{{after}}": _operation("releases", "diff", _("What differs between two releases"), [*path, _lang()], JSON),
        f"{API}/datasets": _operation("datasets", "datasets", _("Every dataset with its contract"), both, JSON),
        f"{API}/charts": _operation("charts", "charts", _("Every chart with its parameters"), both, JSON),
        f"{API}/tariffs/rate": _operation("days", "rate", _("What goods pay on a day, and why"), [*model_params(TariffParams, view), *both], JSON),
        f"{API}/deadlines": _operation("days", "deadlines", _("Deadlines as they stand on a day, with their moves"), [*looked, *kinds, *both], JSON),
    }


def _datasets(view: View) -> dict[str, Any]:
    found = {}
    for dataset in all_datasets().values():
        params = [*_column_params(dataset, view), _release(view), _lang()]
        for form, kind in (("csv", CSV), ("json", JSON), ("parquet", writing.PARQUET)):
            path, name = f"{API}/datasets/{dataset.name}.{form}", f"{dataset.name}_{form}"
            more = {"description": _(dataset.description)}
            found[path] = _operation("datasets", name, f"{_(dataset.title)} ({form})", params, kind, more=more)
    return found


def _charts(view: View) -> dict[str, Any]:
    found = {}
    for chart in all_charts().values():
        params = [*model_params(chart.Params, view), _release(view), _lang()]
        for form, kind in (("csv", CSV), ("json", JSON)):
            found[f"/c/{chart.id}.{form}"] = _operation("charts", f"{chart.id}_{form}", f"{_(chart.title)} ({form})", params, kind)
    return found


def _feeds() -> dict[str, Any]:
    topics = _param("topic", _("Topic"), {"type": "string", "enum": list(TOPICS)}, many=True)
    return {
        "/deadlines.ics": _operation("feeds", "calendar", _("Deadlines as a calendar to subscribe to"), [topics, _lang()], "text/calendar"),
        "/changes.atom": _operation("feeds", "changes", _("What changed, release by release"), [_lang()], "application/atom+xml"),
    }


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object", "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text, "title": text, "status": {"type": "integer"}, "detail": text, "instance": text,
            "errors": {"type": "array", "items": {"type": "object", "properties": {"parameter": text, "given": text, "detail": text}}},
        },
    }  # fmt: skip
