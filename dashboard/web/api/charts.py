"""The rows behind charts by address: the same parameters as in the link to the chart, the same figures as on the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard import labels, links
from dashboard.charts import Chart, all_charts
from dashboard.drawing import Drawing, draw
from dashboard.language import _, current
from dashboard.ledger import ledger
from dashboard.links import query_of, url
from dashboard.params import ChartParams
from dashboard.provenance import as_records, corrections_as_records, corrections_of, in_words
from dashboard.web.api import formats, query
from dashboard.web.problem_details import ApiProblem
from dashboard.web.request_response import DataRequest, DataResponse
from etl.ledger.snapshot import Snapshot

DIGITS = 12
"""Significant digits of computed figures: without the noise of binary fractions."""


def listing(request: DataRequest) -> DataResponse:
    """Every chart: its title, its page, its files, and what its parameters may be."""
    question = query.read(request, ())
    snapshot = question.snapshot
    content = {
        "release": snapshot.release,
        "language": current(),
        "charts": [about(chart, snapshot) for chart in all_charts().values()],
    }
    return formats.answer(content, snapshot.release, immutable=question.pinned)


def about(chart: Chart, snapshot: Snapshot) -> dict[str, Any]:
    """A chart and its parameters, as plain data."""
    model = chart.Compared
    allowed = links.allowed(model, snapshot)
    params = []
    for name, info in model.model_fields.items():
        default = info.get_default(call_default_factory=True)
        params.append(
            {
                "name": name,
                "meaning": _(info.title or name),
                "list": links.is_list(model, name),
                "default": None if default is None else links.text_of(default),
                "allowed": allowed[name],
            }
        )
    return {
        "id": chart.id,
        "title": _(chart.title),
        "page": f"/{chart.page}",
        "params": params,
        "files": {form: f"/c/{chart.id}.{form}" for form in ("csv", "json")},
    }


def drawn(request: DataRequest, *own: str) -> tuple[query.Query, Drawing]:
    """The chart a link asks for, links of earlier versions included; `own`: parameters of its file. Raises ApiProblem."""
    chart_id, current_query = links.migrated(request.names["chart"], request.parameters)
    if chart_id not in all_charts():
        raise ApiProblem.unknown(_("chart"), chart_id, all_charts())
    model = all_charts()[chart_id].Compared
    question = query.read(
        replace(request, query=tuple(current_query.items())), [*model.model_fields, *own], also=links.LINK_FIELDS
    )
    return question, draw(ledger(), chart_id, query.params(question, model), question.snapshot.release)


def as_csv(request: DataRequest) -> DataResponse:
    """The chart's rows, codes as column names; sources, licence and credit in the headers and in the JSON beside it."""
    question, drawing = drawn(request, query.SPREADSHEET)
    _rest, spreadsheet = query.spreadsheet(question)
    headers = formats.named(
        release=drawing.release,
        file=drawing.file_name("csv"),
        sources=drawing.sources,
        editions=editions(drawing),
        changed=in_words(drawing.changes),
        described_by=pinned(drawing, f"/c/{drawing.chart.id}.json"),
    )
    return DataResponse(
        formats.csv(drawing.rows, DIGITS, spreadsheet),
        formats.CSV,
        headers,
        immutable=query.explicit(question, drawing.params),
    )


def as_json(request: DataRequest) -> DataResponse:
    """The chart's rows with its title, summary, parameters, sources, licence, credit, release and editions."""
    question, drawing = drawn(request)
    headers = formats.named(release=drawing.release)
    content = formats.json_bytes(document_of(drawing))
    return DataResponse(content, formats.JSON, headers, immutable=query.explicit(question, drawing.params))


def stated(params: ChartParams) -> dict[str, str | None]:
    """All parameters as links say them, None where nothing is asked: the fields are the same whatever the view is of."""
    return dict.fromkeys(type(params).model_fields) | query_of(params)


def document_of(drawing: Drawing) -> dict[str, Any]:
    """A view as one JSON document, in the current language."""
    chart = drawing.chart
    return {
        "chart": chart.id,
        "title": drawing.title,
        "subtitle": drawing.subtitle,
        "summary": drawing.summary,
        "release": drawing.release,
        "language": current(),
        "params": stated(drawing.params),
        "editions": editions(drawing),
        "credit_line": drawing.credit_line,
        **formats.terms(drawing.sources),
        "sources": formats.sources_of(drawing.sources),
        "changed": as_records(drawing.changes),
        "corrections": corrections_as_records(corrections_of(drawing.changes)),
        "links": {
            "page": pinned(drawing, f"/{chart.page}"),
            "csv": pinned(drawing, f"/c/{chart.id}.csv"),
            "json": pinned(drawing, f"/c/{chart.id}.json"),
            **({} if drawing.is_comparison else {"verify": pinned(drawing, f"/c/{chart.id}/verify.py")}),
        },
        "columns": [{"name": name, "header": labels.header(name)} for name in drawing.rows.columns],
        "rows": formats.records(drawing.rows, DIGITS),
    }


def pinned(drawing: Drawing, path: str) -> str:
    """The link to the same view that never changes."""
    return url(path, {**query_of(drawing.params), "release": str(drawing.release), "lang": drawing.language})


def editions(drawing: Drawing) -> list[str]:
    """The editions its figures are from, as "NATO 2026-07"."""
    if not {"publisher", "edition"} <= set(drawing.rows.columns):
        return []
    pairs = drawing.rows[["publisher", "edition"]].dropna().drop_duplicates().sort_values(["publisher", "edition"])
    return [f"{pair.publisher} {pair.edition}" for pair in pairs.itertuples()]
