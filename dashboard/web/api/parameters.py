"""Parameters in the words of OpenAPI: of a dataset's columns, of a chart's model, and of every question."""

from __future__ import annotations

from typing import Any

from dashboard import links
from dashboard.alerts.rule import DAYS, MOST_DAYS, RULES, TOUCHED
from dashboard.charts import all_charts
from dashboard.language import LANGUAGES, _
from dashboard.params import ChartParams
from dashboard.topics.tariffs import TariffParams
from dashboard.web.api import datasets
from dashboard.web.api.query import SPREADSHEET
from etl.contract import Dataset, column_type
from etl.datasets import all_datasets
from etl.export import SPREADSHEETS
from etl.ledger.snapshot import Snapshot

JSON_TYPES = {
    "str": "string",
    "Int64": "integer",
    "float64": "number",
    "boolean": "boolean",
    "datetime64[us]": "string",
}
LIST_VALUES_TOLD = 60
DAY = {"type": "string", "format": "date", "description": f"{links.EARLIEST}..{links.LATEST}"}
"""A day that a link may name: JSON Schema has no bounds for one but words."""


def param(
    name: str, meaning: str, schema: dict[str, Any], *, many: bool = False, required: bool = False
) -> dict[str, Any]:
    shown = {"type": "array", "items": schema, "minItems": 1} if many else schema
    described = {"name": name, "in": "query", "description": meaning, "schema": shown}
    return described | ({"style": "form", "explode": False} if many else {}) | ({"required": True} if required else {})


def release_param(snapshot: Snapshot) -> dict[str, Any]:
    return param(
        "release",
        _("Number of a release; the newest without it."),
        {"type": "integer", "minimum": 1, "maximum": snapshot.release},
    )


def lang_param() -> dict[str, Any]:
    return param(
        "lang", _("Language of titles and texts."), {"type": "string", "enum": list(LANGUAGES), "default": "en"}
    )


def spreadsheet_param() -> dict[str, Any]:
    meaning = _("A CSV for a spreadsheet program in this language: fr has semicolons and decimal commas.")
    return param(SPREADSHEET, meaning, {"type": "string", "enum": list(SPREADSHEETS)})


def column_params(dataset: Dataset, snapshot: Snapshot) -> list[dict[str, Any]]:
    described = []
    for name in dataset.columns:
        kind = column_type(dataset, name)
        schema: dict[str, Any] = {"type": JSON_TYPES[kind]} | (
            {"format": "date"} if kind.startswith("datetime") else {}
        )
        values = datasets.text_values(snapshot, dataset.name, name) if kind == "str" else []
        if 0 < len(values) <= LIST_VALUES_TOLD and all("," not in value for value in values):
            schema["enum"] = values
        described.append(param(name, _(dataset.fields[name].description), schema, many=True))
    return described


def model_params(model: type[ChartParams], snapshot: Snapshot) -> list[dict[str, Any]]:
    """The parameters of a chart's model; the codes a release holds as enumerations."""
    schemas, choices, described = model.model_json_schema()["properties"], links.choices_of(model), []
    for name, info in model.model_fields.items():
        schema = dict(
            next((part for part in schemas[name].get("anyOf", [schemas[name]]) if part.get("type") != "null"), {})
        )
        many = links.is_list(model, name)
        inner = {key: value for key, value in schema.items() if key not in ("title", "default")}
        if many:
            inner = dict(inner.get("items", {"type": "string"}))
        if name in choices:
            inner["enum"] = choices[name].codes(snapshot)
        elif inner.get("format") == DAY["format"]:
            inner = DAY
        elif inner.get("type") == "boolean":
            inner = {"type": "string", "enum": ["yes", "no"]}
        parameter = param(name, _(info.title or name), inner, many=many)
        if many:  # an empty list of targets is an answer
            parameter["schema"] |= {"minItems": 0} | {
                key: schema[key] for key in ("minItems", "maxItems") if key in schema
            }
        described.append(parameter)
    return described


def origin_params() -> list[dict[str, Any]]:
    """The parameters of a question where a value comes from; the key of the dataset and the chart's own come with them."""
    text = {"type": "string"}
    return [
        param(
            "dataset",
            _("The dataset of a value: its row is said by the columns of the dataset's key, as further parameters."),
            {"type": "string", "enum": list(all_datasets())},
        ),
        param(
            "chart",
            _("Or the chart of a value: its view is said by the chart's parameters, as further parameters."),
            {"type": "string", "enum": list(all_charts())},
        ),
        param("row", _("The row of the chart's table, as its links name it."), text),
        param("column", _("The column of the value; of a dataset its first figure without it."), text),
    ]


def alert_params() -> list[dict[str, Any]]:
    """The parameters of an alert: a view, and a rule with what it needs to know."""
    view = {"type": "string", "examples": ["spending-trend?countries=CAN"]}
    days = {"type": "integer", "minimum": 0, "maximum": MOST_DAYS, "default": DAYS}
    return [
        param("view", _("The view: a chart with its parameters, or the address of its page."), view, required=True),
        param("rule", _("When to tell."), {"type": "string", "enum": list(RULES), "default": TOUCHED}),
        param("line", _("The line that is crossed, in the unit of the view."), {"type": "number"}),
        param(
            "column",
            _("The column whose figures cross it; without it the first one of the view’s table."),
            {"type": "string"},
        ),
        param("days", _("How many days before a deadline or a change of duties."), days),
    ]


def rate_params(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The parameters of a question of what goods pay."""
    meaning = _(
        "US tariff code, 4 to 10 digits, with or without dots (7308.90.30), instead of a product: the ordinary duty is counted."
    )
    code = param("hs", meaning, {"type": "string", "pattern": r"^\d{4}(\.?\d{2}){0,3}$"})
    return [code if found["name"] == "hs" else found for found in model_params(TariffParams, snapshot)]
