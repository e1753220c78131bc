"""Datasets by address: the contract of each, and its rows by filters on its own columns."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd

from dashboard.cited import sources_of
from dashboard.language import _, current
from dashboard.links import url
from dashboard.provenance import as_records, in_words, settled
from dashboard.web.api import formats, query
from dashboard.web.problem_details import ApiProblem, Fault
from dashboard.web.request_response import DataRequest, DataResponse
from etl.contract import Dataset, column_type
from etl.datasets import all_datasets
from etl.files.vocabulary import CHANGED
from etl.ledger.licences import MAY_BE_HANDED_ON
from etl.ledger.provenance import MARK
from etl.ledger.snapshot import Snapshot
from etl.message import N_

MOST_VALUES_TOLD = 400
FORMS = {
    "Int64": N_("a whole number, such as 2025"),
    "float64": N_("a number with a point, such as 2.03"),
    "datetime64[us]": N_("a day as year-month-day, such as 2026-07-01"),
    "boolean": "true, false",
}


def contracts(request: DataRequest) -> DataResponse:
    """Every dataset with its columns: type, meaning, unit, bounds, choices, references; and how many rows it holds."""
    question = query.read(request, ())
    snapshot = question.snapshot
    content = {
        "release": snapshot.release,
        "language": current(),
        "datasets": [contract(dataset, snapshot) for dataset in all_datasets().values()],
    }
    return formats.answer(content, snapshot.release, immutable=question.pinned)


def contract(dataset: Dataset, snapshot: Snapshot) -> dict[str, Any]:
    """The promises of a dataset, as plain data."""
    rows = int(snapshot.sql(f"SELECT count(*) AS n FROM {dataset.name}")["n"].iloc[0])
    here = f"/api/v1/datasets/{dataset.name}"
    return {
        "name": dataset.name,
        "title": _(dataset.title),
        "description": _(dataset.description),
        "key": list(dataset.key),
        "rows": rows,
        "least_rows": dataset.min_rows,
        "columns": [column(dataset, name) for name in dataset.columns],
        "files": {form: f"{here}.{form}" for form in ("csv", "json", "parquet")},
    }


def column(dataset: Dataset, name: str) -> dict[str, Any]:
    """One column: its type in the ledger, meaning and unit, and what may stand in it."""
    declared = dataset.fields[name]
    description = {
        "name": name,
        "type": dataset.sql_type(name),
        "meaning": _(declared.description or name),
        "unit": (declared.metadata or {}).get("unit"),
        "required": not declared.nullable,
        "references": dataset.reference_of(name),
        **bounds(dataset, name),
    }
    return {key: value for key, value in description.items() if value is not None}


def bounds(dataset: Dataset, name: str) -> dict[str, Any]:
    """Least and most, the closed list of codes, or the form of a column: in words for people, as a pattern for programs."""
    limits: dict[str, Any] = {}
    words = {"min_value": "least", "max_value": "most", "allowed_values": "choices", "pattern": "pattern"}
    for check in dataset.fields[name].checks:
        for statistic, value in (check.statistics or {}).items():
            if statistic in words:
                limits[words[statistic]] = _plain(value)
            if statistic == "pattern" and check.error:
                limits["form"] = _(str(check.error))
    return limits


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return list(value)
    return getattr(value, "pattern", value)


def rows_in(form: str):
    """The answer with a dataset's rows in a form: csv, json or parquet."""

    def answer(request: DataRequest) -> DataResponse:
        dataset = named(request.names["name"])
        known = [*dataset.columns, query.SPREADSHEET] if form == "csv" else dataset.columns
        question, spreadsheet = query.spreadsheet(query.read(request, known))
        frame, changes, changed = settled(filtered(question.snapshot, dataset, question.query), question.snapshot)
        frame = frame if changed is None else frame.assign(**{CHANGED: changed})
        sources = sources_of(question.snapshot, frame)
        about = _about(dataset, question, frame) | formats.terms(sources)
        twin = url(
            f"/api/v1/datasets/{dataset.name}.json", question.query | {"release": str(question.snapshot.release)}
        )
        file = f"{dataset.name}-{_('release')}-{question.snapshot.release}.{form}"
        editions = [f"{p} {e}" for p, e in about["editions"]]
        headers = formats.named(
            release=question.snapshot.release,
            sources=sources,
            editions=editions,
            changed=in_words(changes),
            file=None if form == "json" else file,
            described_by="" if form == "json" else twin,
        )
        immutable = question.pinned
        if form == "csv":
            return DataResponse(formats.csv(frame, spreadsheet=spreadsheet), formats.CSV, headers, immutable=immutable)
        about |= {"sources": formats.sources_of(sources), "changed": as_records(changes)}
        if form == "parquet":
            return DataResponse(formats.parquet(frame, dataset, about), formats.PARQUET, headers, immutable=immutable)
        about["columns"] = [column(dataset, name) for name in dataset.columns]
        return DataResponse(
            formats.json_bytes(about | {"rows": formats.records(frame)}), formats.JSON, headers, immutable=immutable
        )

    return answer


def _about(dataset: Dataset, question: query.Query, frame: pd.DataFrame) -> dict[str, Any]:
    pairs = (
        frame[["publisher", "edition"]].drop_duplicates().dropna()
        if {"publisher", "edition"} <= set(frame)
        else pd.DataFrame()
    )
    return {
        "dataset": dataset.name,
        "title": _(dataset.title),
        "release": question.snapshot.release,
        "language": current(),
        "filters": question.query,
        "editions": [list(pair) for pair in pairs.itertuples(index=False, name=None)],
    }


def named(name: str) -> Dataset:
    """The dataset of that name. Raises ApiProblem."""
    if name not in all_datasets():
        raise ApiProblem.unknown(_("dataset"), name, all_datasets())
    return all_datasets()[name]


def filtered(snapshot: Snapshot, dataset: Dataset, conditions: dict[str, str]) -> pd.DataFrame:
    """The rows whose columns have one of the values asked for, in the contract's types and key order. Raises ApiProblem.

    Columns are named by the contract, never by the question; values are bound.
    """
    bound, faults = {}, []
    for name, text in conditions.items():
        values, fault = _values(snapshot, dataset, name, text)
        bound[name] = values
        faults += [fault] if fault else []
    if faults:
        raise ApiProblem.faults(faults)
    where = [f"list_contains($p{place}, {_named(name)})" for place, name in enumerate(bound)]
    where += [MAY_BE_HANDED_ON[dataset.name]] if dataset.name in MAY_BE_HANDED_ON else []
    rows = snapshot.sql(
        f"SELECT {', '.join(dataset.columns)} FROM {dataset.name} {'WHERE ' + ' AND '.join(where) if where else ''} ORDER BY {', '.join(dataset.key)}",
        **{f"p{place}": values for place, values in enumerate(bound.values())},
    )
    return rows.astype({name: column_type(dataset, name) for name in dataset.columns})


def _named(column: str) -> str:
    """A column as it is asked for: a source by its code, whoever changed the row."""
    return f"regexp_replace({column}, '{MARK.pattern}', '')" if column == "source_id" else column


@lru_cache(maxsize=1024)
def text_values(snapshot: Snapshot, table: str, column: str) -> tuple[str, ...]:
    """The values of a text column in a release, in order; at most one more than are told. Names are a contract's."""
    statement = f"SELECT DISTINCT {_named(column)} AS v FROM {table} WHERE {column} IS NOT NULL ORDER BY v LIMIT {MOST_VALUES_TOLD + 1}"
    return tuple(snapshot.sql(statement)["v"])


def _values(snapshot: Snapshot, dataset: Dataset, name: str, text: str) -> tuple[list[Any], Fault | None]:
    """The values of a filter in the column's type; or what is wrong with them."""
    kind, pieces = column_type(dataset, name), text.split(",")
    if kind == "str":
        values = text_values(snapshot, dataset.name, name)
        strangers = [piece for piece in pieces if piece not in values]
        if strangers and len(values) <= MOST_VALUES_TOLD:
            return [], query.wrong(name, ",".join(strangers), values)
        return pieces, None
    typed = [_typed(piece, kind) for piece in pieces]
    if any(value is None for value in typed):
        return [], query.wrong(name, text, _(FORMS[kind]))
    return typed, None


def _typed(text: str, kind: str) -> Any:
    """A value of a column's type, None when the text is none."""
    if kind == "boolean":
        return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower())
    try:
        if kind == "Int64":
            return int(text) if text.lstrip("+-").isdecimal() and text.isascii() and len(text) <= 18 else None
        if kind == "float64":
            value = float(text)
            return value if abs(value) < float("inf") else None
        return pd.Timestamp(text).date() if len(text) == 10 and pd.Timestamp(text).date().isoformat() == text else None
    except (ValueError, OverflowError):
        return None
