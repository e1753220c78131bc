"""What is asked: a value of the ledger by dataset, key and column, or a value of a view by its row and column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard import lineage
from dashboard.charts import all_charts
from dashboard.drawing import Drawing, draw
from dashboard.language import _
from dashboard.ledger import ledger
from dashboard.lineage import Lineage, held_figures
from dashboard.web.api import datasets, query
from dashboard.web.problem_details import ApiProblem
from dashboard.web.request_response import DataRequest
from etl.contract import Dataset
from etl.datasets import all_datasets
from etl.importing.origin import Origin, origin_of
from etl.importing.read_again import typed_key
from etl.ledger.licences import MAY_BE_HANDED_ON

DATASET, CHART, ROW, COLUMN = "dataset", "chart", "row", "column"


@dataclass(frozen=True)
class OfView:
    """A value of a view, and its lineage."""

    drawing: Drawing
    row: str
    lineage: Lineage


@dataclass(frozen=True)
class Asked:
    """A release, whether it was named, what is asked of a view (None: the ledger's own value), and the origin of the value of
    the ledger that it is (None: it was derived from several)."""

    release: int
    pinned: bool
    view: OfView | None
    origin: Origin | None


def asked(request: DataRequest) -> Asked:
    """Read the question and answer it. Raises ApiProblem."""
    parameters = request.parameters
    if CHART in parameters and DATASET not in parameters:
        return _of_view(request, parameters[CHART])
    if DATASET not in parameters:
        raise ApiProblem.faults([query.wrong(DATASET, "", list(all_datasets()))])
    dataset = datasets.named(parameters[DATASET])
    question = query.read(request, (DATASET, COLUMN, *dataset.key))
    columns = [name for name in dataset.columns if name not in dataset.key]
    column = question.query.get(COLUMN) or next(iter(held_figures(dataset.name)), columns[0])
    if column not in columns:
        raise ApiProblem.faults([query.wrong(COLUMN, column, columns)])
    try:
        key = typed_key(dataset, question.query)
    except ValueError as wrong:
        name = str(wrong)
        raise ApiProblem.faults([query.wrong(name, question.query.get(name, ""), list(dataset.key))]) from None
    return Asked(
        question.snapshot.release, question.pinned, None, _origin(question.snapshot.release, dataset, key, column)
    )


def _of_view(request: DataRequest, name: str) -> Asked:
    if name not in all_charts():
        raise ApiProblem.unknown(_("chart"), name, all_charts())
    model = all_charts()[name].Params
    question = query.read(request, (CHART, ROW, COLUMN, *model.model_fields))
    release, row = question.snapshot.release, question.query.get(ROW, "")
    said = {part: text for part, text in question.query.items() if part in model.model_fields}
    params = query.params(query.Query(question.snapshot, question.pinned, said), model)
    drawing = draw(ledger(), name, params, release)
    try:
        found = lineage.lineage_of(ledger(), drawing, row, question.query.get(COLUMN, ""))
    except LookupError:
        raise ApiProblem(
            404, "not-found", _("This view has no such value: open it and choose one from its table.")
        ) from None
    whole = question.pinned and query.explicit(question, drawing.params)
    origin = None
    if found.direct:
        source, column = found.direct
        origin = _origin(release, datasets.named(source.dataset), source.key, column)
    return Asked(release, whole, OfView(drawing, row, found), origin)


def _origin(release: int, dataset: Dataset, key: dict[str, Any], column: str) -> Origin:
    """The origin of a value that may be handed on. Raises ApiProblem."""
    where = " AND ".join(f"{name} = ${name}" for name in dataset.key)
    may = MAY_BE_HANDED_ON.get(dataset.name, "true")
    held = ledger().at(release).records(f"SELECT 1 FROM {dataset.name} WHERE {where} AND {may}", **key)
    if not held:
        told = _("Release {number} has no such row in {dataset}.").format(number=release, dataset=_(dataset.title))
        raise ApiProblem(404, "not-found", told)
    return origin_of(ledger(), release, dataset, key, column)
