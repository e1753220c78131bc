"""An origin in words and as plain data: the page and the API say the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from dashboard import labels, language, lineage, links
from dashboard.columns import COLUMNS
from dashboard.drawing import sources_of
from dashboard.language import _
from dashboard.ledger import ledger
from dashboard.lineage import in_words
from dashboard.web.api import formats
from dashboard.web.origin.asked import Asked, OfView
from etl.contract import Dataset
from etl.datasets import all_datasets
from etl.importing.excerpt import Excerpt, position
from etl.importing.origin import NO_FILE, NOT_FOUND, SEEDS, TAKEN_OUT, Origin, Place
from etl.ledger.licences import MAY_BE_HANDED_ON
from etl.ledger.release import Release
from etl.ledger.tracing import TracedRow
from etl.message import N_

MOST_INPUTS = 200
WORDS_HELD = ("quote", "statement", "hs_scope", "mfn_text", "note", "notes")
"""Columns that hold what a document says, in its words or in ours."""
NOT_WHOLE = ("SIPRI",)  # publishers whose terms keep a whole file from being handed on
LACKING = {
    SEEDS: N_(
        "The original is not kept here: the value came with the reviewed figures. The source is the document below."
    ),
    NO_FILE: N_("The original is not kept here: no file came with the release. The source is the document below."),
    TAKEN_OUT: N_("The original was taken out of this ledger; the audit log says by whom and why."),
    NOT_FOUND: N_(
        "The kept file, read again, does not hold this value at a cell that is known. The source is the document below."
    ),
}


def told(asked: Asked) -> dict[str, Any]:
    """Everything there is to say, as plain data in the current language."""
    about: dict[str, Any] = {"release": asked.release, "language": language.current()}
    about |= {"view": _view(asked.view) if asked.view else None}
    if asked.origin:
        about |= _ledgers(asked.origin)
    elif asked.view:
        about |= _derived(asked.view, asked.release)
    return about


def _view(view: OfView) -> dict[str, Any]:
    drawing, found = view.drawing, view.lineage
    return {
        "chart": drawing.chart.id,
        "title": _(drawing.chart.title),
        "address": links.url(f"/c/{drawing.chart.id}", links.pinned_query(drawing)),
        "row": _named(found.names),
        "beside": _named({name: part for name, part in found.beside.items() if part not in found.names.values()}),
        "column": labels.header(found.column),
        "value": formats.plain(found.value),
        "value_in_words": in_words(found.value),
    }


def _named(parts: Mapping[str, Any], dataset: Dataset | None = None) -> list[dict[str, str]]:
    """Names and values in words, what is missing left out."""
    return [
        {
            "name": _heading(name, dataset),
            "value": in_words(part) if isinstance(part, bool) else labels.value(name, part),
        }
        for name, part in parts.items()
        if part not in (None, "")
    ]


def _heading(name: str, dataset: Dataset | None) -> str:
    """How a column is headed in tables, or else what the contract says it means."""
    if name in COLUMNS or dataset is None:
        return labels.header(name)
    return _(dataset.fields[name].description or name)


def _derived(view: OfView, release: int) -> dict[str, Any]:
    """The rule and the rows it was used on."""
    found = view.lineage
    return {
        "derived": True,
        "value": formats.plain(found.value),
        "value_in_words": in_words(found.value),
        "rule": _(found.rule) if found.rule else "",
        "inputs": [_input(one, release) for one in _may(found.inputs)[:MOST_INPUTS]],
        "inputs_in_all": len(found.inputs),
    }


def _may(rows: Iterable[TracedRow]) -> list[TracedRow]:
    """Without rows of datasets of which not all may be handed on, where they are of what may not."""
    return [one for one in rows if one.dataset not in MAY_BE_HANDED_ON or _handed_on(one)]


def _handed_on(one: TracedRow) -> bool:
    return one.row.get("publisher") not in NOT_WHOLE or one.row.get("measure") == "share_of_gdp_pct"


def _input(one: TracedRow, release: int) -> dict[str, Any]:
    dataset = all_datasets()[one.dataset]
    columns = [name for name in lineage.held_figures(one.dataset) if one.row[name] is not None]
    column = next(iter(columns), next(name for name in dataset.columns if name not in dataset.key))
    return {
        "dataset": one.dataset,
        "title": _(dataset.title),
        "row": ", ".join(labels.value(name, part) for name, part in one.key.items()),
        "column": _heading(column, dataset),
        "value": formats.plain(one.row[column]),
        "value_in_words": in_words(one.row[column]),
        "unit": labels.value("unit", one.row["unit"]) if one.row.get("unit") else "",
        "address": lineage.address_of_value(one.dataset, one.key, column, release),
    }


def _ledgers(origin: Origin) -> dict[str, Any]:
    """A value of the ledger: what it is, who brought it, and where it stands."""
    dataset, row = origin.dataset, origin.row
    frame = pd.DataFrame([{"source_id": row.get("source_id")}])
    sources = sources_of(ledger().at(origin.release.number), frame.dropna())
    declared = dataset.fields[origin.column]
    return {
        "derived": False,
        "dataset": dataset.name,
        "title": _(dataset.title),
        "key": {name: formats.plain(part) for name, part in origin.key.items()},
        "key_in_words": _named(origin.key, dataset),
        "column": origin.column,
        "column_in_words": _heading(origin.column, dataset),
        "unit": labels.value("unit", row["unit"]) if row.get("unit") else (declared.metadata or {}).get("unit") or "",
        "value": formats.plain(origin.value),
        "value_in_words": in_words(origin.value) if origin.value is not None else "",
        "brought_by": _release(origin.brought_by),
        "changed_by": _release(origin.by_hand) | {"author": origin.by_hand.changed_by} if origin.by_hand else None,
        "publishers_value": formats.plain(origin.before),
        "publishers_value_in_words": in_words(origin.before) if origin.before is not None else "",
        "publishers_origin": _before(origin),
        "source": formats.sources_of(sources)[0] if sources else None,
        "words": _named({name: row.get(name) for name in WORDS_HELD if name != origin.column}, dataset),
        "refers_to": _refers(origin),
        "original": _original(origin.place) if origin.place else None,
        "place": _place(origin.place) if origin.place else None,
        "rule": _(origin.place.rule) if origin.place else "",
        "lacking": _(LACKING[origin.lacking]) if origin.lacking else "",
    }


def _release(release: Release) -> dict[str, Any]:
    message, spoken = release.said(language.current())
    return {
        "release": release.number,
        "author": release.author,
        "published_at": release.published_at.isoformat(timespec="seconds"),
        "published_on_in_words": language.day(release.published_on),
        "message": message,
        "message_language": spoken,
    }


def _before(origin: Origin) -> str:
    if origin.before_in is None:
        return ""
    return lineage.address_of_value(origin.dataset.name, origin.key, origin.column, origin.before_in)


def _refers(origin: Origin) -> list[dict[str, str]]:
    """Rows of other datasets that the row names, and that say where it is from: the event of a step, the measure of a line."""
    found = []
    for column, target in origin.dataset.references.items():
        if not isinstance(column, str):
            continue
        name, _dot, of = target.partition(".")
        value = origin.row.get(column)
        other = all_datasets()[name]
        if value and name not in ("sources", "countries") and other.key == (of,):
            shown = next(iter(lineage.held_figures(name)), next(one for one in other.columns if one not in other.key))
            address = lineage.address_of_value(name, {of: value}, shown, origin.release.number)
            found.append({"title": _heading(column, origin.dataset), "name": str(value), "address": address})
    return found


def _original(place: Place) -> dict[str, Any]:
    file = place.original
    whole = place.release.extra.get("own", {}).get("publisher") not in NOT_WHOLE
    return {
        "name": file.name,
        "sha256": file.sha256,
        "bytes": file.size,
        "received_at": f"{file.received_at.isoformat(timespec='seconds')}+00:00",
        "release": place.release.number,
        "address": f"/original/{file.sha256}" if whole else "",
    }


def _place(place: Place) -> dict[str, Any]:
    return {"address": place.place, "in_words": place_in_words(place), "excerpt": _excerpt(place.excerpt)}


def place_in_words(place: Place) -> str:
    """Where a value stands, as a person finds it again."""
    if place.place.startswith("/"):
        return _("at {path}").format(path=place.place)
    sheet, row, column = position(place.place)
    if sheet:
        return _("{sheet}, cell {cell}").format(sheet=sheet, cell=place.place.rpartition("!")[2])
    if len(place.excerpt.columns) == 1 and place.excerpt.value.lstrip().startswith("<"):
        return _("line {row}").format(row=row)
    return _("row {row}, column {column}").format(row=row, column=column)


def _excerpt(excerpt: Excerpt) -> dict[str, Any]:
    lines = [{"name": line.name, "cells": list(line.cells), "skips": line.skips} for line in excerpt.lines]
    return {"columns": list(excerpt.columns), "lines": lines, "at": list(excerpt.at)}
