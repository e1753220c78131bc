"""An operation of the OpenAPI document: what is asked, what is answered, and the problems that all of them share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard.language import _
from dashboard.web.problem_details import TITLES

CSV, JSON, PROBLEM = "text/csv", "application/json", "application/problem+json"


def operation(
    tag: str, name: str, summary: str, params: Iterable[dict[str, Any]], *types: str, more: dict | None = None
) -> dict[str, Any]:
    content = {kind: {"schema": {"type": "object"}} if kind == JSON else {} for kind in types}
    problem = {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    responses = {
        "200": {"description": _("The answer."), "content": content},
        "304": {"description": _("Not modified since.")},
    }
    for status, kind in (
        ("400", "bad-parameter"),
        ("404", "not-found"),
        ("414", "too-long"),
        ("429", "busy"),
        ("503", "unreadable"),
    ):
        responses[status] = {"description": _(TITLES[kind])} | problem
    return {
        "get": {
            "tags": [tag],
            "operationId": name,
            "summary": summary,
            "parameters": list(params),
            "responses": responses,
        }
        | (more or {})
    }


def problem() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "instance": text,
            "errors": {
                "type": "array",
                "items": {"type": "object", "properties": {"parameter": text, "given": text, "detail": text}},
            },
        },
    }
