"""What the ledger holds, for machines: `/data.json` (DCAT-US 1.1), and a view as a schema.org Dataset in its page."""

from __future__ import annotations

import json
from typing import Any

from dashboard import labels, links
from dashboard.citations import plain
from dashboard.drawing import Drawing
from dashboard.language import LANGUAGES, _, current
from dashboard.ledger import ledger
from dashboard.web.api import formats, query
from dashboard.web.request_response import DataRequest, DataResponse
from etl.contract import Dataset
from etl.datasets import all_datasets
from etl.ledger.release import CHANGED
from etl.ledger.snapshot import Snapshot

SCHEMA = "https://project-open-data.cio.gov/v1.1/schema"
TYPES = {"csv": "text/csv", "json": "application/json", "parquet": "application/vnd.apache.parquet"}
PERIODS = {"working-day": "R/P1D", "month": "R/P1M", "quarter": "R/P3M", "half-year": "R/P6M", "year": "R/P1Y"}
WHO = "Alliance Ledger"
LEAST_SAID = 50  # characters of a description that search engines of data sets take


def data_json(request: DataRequest) -> DataResponse:
    """Every dataset of the newest release as DCAT-US has them; who runs the ledger is its publisher."""
    query.read_without_release(request)
    snapshot, base = ledger().at(ledger().newest()), links.public_base(request.base)
    content = {
        "@context": f"{SCHEMA}/catalog.jsonld",
        "@id": f"{base}/data.json",
        "@type": "dcat:Catalog",
        "conformsTo": SCHEMA,
        "describedBy": f"{SCHEMA}/catalog.json",
        "dataset": [_dataset(dataset, snapshot, base) for dataset in all_datasets().values()],
    }
    return formats.answer(content, snapshot.release)


def _dataset(dataset: Dataset, snapshot: Snapshot, base: str) -> dict[str, Any]:
    touching = [one for one in ledger().releases() if dataset.name in one.extra.get(CHANGED, all_datasets())]
    here = f"{base}/api/v1/datasets/{dataset.name}"
    files = [
        {"@type": "dcat:Distribution", "downloadURL": f"{here}.{form}", "mediaType": kind, "format": form.upper()}
        for form, kind in TYPES.items()
    ]
    return {
        "@type": "dcat:Dataset",
        "title": _(dataset.title),
        "description": _(dataset.description),
        "keyword": [dataset.name, _(dataset.title)],
        "modified": (touching or ledger().releases())[-1].published_on.isoformat(),
        "publisher": {"@type": "org:Organization", "name": WHO},
        "contactPoint": {"@type": "vcard:Contact", "fn": WHO},
        "identifier": here,
        "accessLevel": "public",
        "accrualPeriodicity": PERIODS.get(dataset.rhythm, "irregular"),
        "rights": _("The figures belong to their publishers; each row names its source, with licence and credit."),
        "landingPage": f"{base}/data?dataset={dataset.name}&lang={current()}",
        "language": list(LANGUAGES),
        "distribution": files,
    }


def json_ld(drawing: Drawing, base: str, address: str) -> str:
    """A view as a schema.org Dataset, as text that can stand in a script element. `address`: the page of the view."""
    published, path = ledger().release(drawing.release).published_at, f"/c/{drawing.chart.id}"
    pinned = links.pinned_query(drawing)
    said = drawing.summary if len(drawing.summary) >= LEAST_SAID else f"{drawing.summary} {drawing.credit_line}."
    content = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": plain(drawing.title),
        "description": said,
        "url": address,
        "version": str(drawing.release),
        "dateModified": published.isoformat(timespec="seconds"),
        "inLanguage": drawing.language,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": WHO, "url": base},
        "creditText": drawing.credit_line,
        "includedInDataCatalog": {"@type": "DataCatalog", "name": WHO, "url": f"{base}/data.json"},
        "isBasedOn": [
            {
                "@type": "CreativeWork",
                "name": source.title,
                "publisher": {"@type": "Organization", "name": source.publisher},
            }
            | ({"url": source.url} if source.url else {})
            | ({"creditText": source.credit} if source.credit else {})
            | ({"usageInfo": {"@type": "CreativeWork", "name": source.licence}} if source.licence else {})
            for source in drawing.sources
        ],
        "variableMeasured": [labels.header(column) for column in drawing.rows.columns],
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": TYPES[form],
                "contentUrl": base + links.url(f"{path}.{form}", pinned),
            }
            for form in ("csv", "json")
        ],
    }
    # no "<" can end the element it stands in
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
