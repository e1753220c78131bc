"""`datapackage.json`: what the tables in a zip hold, for programs (Data Package v1 of Frictionless Data)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from etl.contract import Dataset

FILE = "datapackage.json"
TYPES = {"VARCHAR": "string", "BIGINT": "integer", "DOUBLE": "number", "DATE": "date", "BOOLEAN": "boolean"}
KINDS = {"b": "boolean", "i": "integer", "f": "number", "M": "date"}


def data_package(
    *,
    name: str,
    title: str,
    description: str,
    resources: list[dict[str, Any]],
    sources: Iterable[Mapping[str, str | None]],
    published_at: datetime,
    version: int,
) -> bytes:
    """The descriptor; `sources`: title, publisher, url, licence. Names are the small letters a program takes."""
    sources = list(sources)
    licences = dict.fromkeys(source["licence"] for source in sources if source["licence"])
    content: dict[str, Any] = {
        "profile": "data-package",
        "name": name,
        "title": title,
        "description": description,
        "version": str(version),
        "created": published_at.isoformat(timespec="seconds"),
        "resources": resources,
        "sources": [
            {"title": f"{source['publisher']}: {source['title']}"} | ({"path": source["url"]} if source["url"] else {})
            for source in sources
        ],
    }
    if licences:  # no name of a list of open licences: publishers' own terms, in their words
        content["licenses"] = [{"name": "other", "title": licence} for licence in licences]
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def of_dataset(dataset: Dataset, path: str) -> dict[str, Any]:
    """A dataset's CSV as a resource, with its contract."""
    fields = []
    for name, column in dataset.fields.items():
        limits: dict[str, Any] = {} if column.nullable else {"required": True}
        limits |= {"enum": dataset.choices(name)} if dataset.choices(name) else {}
        said = {"name": name, "type": TYPES[dataset.sql_type(name)], "description": column.description or name}
        fields.append(said | ({"constraints": limits} if limits else {}))
    keys = [
        {"fields": column, "reference": {"resource": target.partition(".")[0], "fields": target.partition(".")[2]}}
        for column, target in dataset.references.items()
        if isinstance(column, str)
    ]
    schema = {"fields": fields, "primaryKey": list(dataset.key)} | ({"foreignKeys": keys} if keys else {})
    return resource(dataset.name, path, dataset.title, schema)


def resource(name: str, path: str, title: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A CSV in a zip, as a resource."""
    about = {"name": name, "path": path, "title": title, "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
    return about | {"profile": "tabular-data-resource", "schema": schema}
