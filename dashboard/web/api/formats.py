"""Tables as CSV, JSON and Parquet, each with its sources, their licences and the credit they ask for."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from dashboard.cited import Source
from dashboard.language import current
from dashboard.web.request_response import DataResponse
from etl.contract import Dataset
from etl.export import SPREADSHEETS
from etl.files.escape import escape_frame

CSV, JSON, PARQUET = "text/csv; charset=utf-8", "application/json", "application/vnd.apache.parquet"
ZIP = "application/zip"
ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
}
SOURCES_IN_HEADER = 12
HELD_DIGITS = 17
"""Significant digits that tell any two 64-bit floats apart: a number that is held is written whole, and no longer."""


def figure(value: float, digits: int = HELD_DIGITS) -> str:
    """A number in the fewest digits that hold it, and no digit is lost; what binary fractions add to a computed one is:
    a number that needs more than 15 digits is written with `digits`."""
    whole = f"{value:.15g}"
    return whole if float(whole) == value else repr(float(value)) if digits >= HELD_DIGITS else f"{value:.{digits}g}"


def csv(frame: pd.DataFrame, digits: int = HELD_DIGITS, spreadsheet: str | None = None) -> bytes:
    """RFC 4180 with LF, UTF-8, codes as column names; true and false; text that a spreadsheet would run is escaped.

    `spreadsheet` (en or fr): as a spreadsheet program in that language opens it, with a byte order mark.
    """
    shown = escape_frame(frame)
    for column in shown.columns[shown.dtypes.astype("str").isin(["boolean", "bool"])]:
        shown[column] = shown[column].map({True: "true", False: "false"}).astype("str")
    dialect: dict[str, Any] = SPREADSHEETS.get(spreadsheet or "", {})
    text = shown.to_csv(
        index=False,
        lineterminator="\n",
        date_format="%Y-%m-%d",
        float_format=lambda value: figure(value, digits).replace(".", dialect.get("decimal", ".")),
        sep=dialect.get("sep", ","),
    )
    return text.encode("utf-8-sig" if spreadsheet else "utf-8")


def records(frame: pd.DataFrame, digits: int = HELD_DIGITS) -> list[dict[str, Any]]:
    """The rows as plain values: days in ISO form, missing as None."""
    columns = {name: [plain(value, digits) for value in frame[name].astype(object)] for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def plain(value: Any, digits: int = HELD_DIGITS) -> Any:
    if isinstance(value, (list, tuple)):
        return [plain(item, digits) for item in value]
    if value is None or pd.isna(value):
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return float(figure(value, digits))
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.isoformat() if hasattr(value, "isoformat") else value


def json_bytes(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def answer(content: Any, release: int, *, immutable: bool = False, keep: bool = True) -> DataResponse:
    """What is told of a release, as JSON: see `DataResponse`."""
    return DataResponse(json_bytes(content), JSON, named(release=release), immutable=immutable, keep=keep)


def parquet(frame: pd.DataFrame, dataset: Dataset, about: Mapping[str, Any]) -> bytes:
    """Zstandard-compressed Parquet in the contract's types; `about` stands in the file's metadata as JSON."""
    fields = [pa.field(column, ARROW_TYPES[dataset.sql_type(column)]) for column in dataset.columns]
    fields += [pa.field(column, pa.string()) for column in frame.columns if column not in dataset.columns]
    metadata = {"alliance_ledger": json_bytes(dict(about))}
    table = pa.Table.from_pandas(frame, schema=pa.schema(fields), preserve_index=False).replace_schema_metadata(
        metadata
    )
    out = io.BytesIO()
    pyarrow.parquet.write_table(table, out, compression="zstd")
    return out.getvalue()


def sources_of(sources: Iterable[Source]) -> list[dict[str, str | None]]:
    return [
        {
            "source_id": s.source_id,
            "title": s.title,
            "publisher": s.publisher,
            "url": s.url,
            "licence": s.licence,
            "credit": s.credit,
        }
        for s in sources
    ]


def terms(sources: Iterable[Source]) -> dict[str, list[str]]:
    """The credit lines and licences of the sources, each once."""
    sources = list(sources)
    return {
        "credit": list(dict.fromkeys(s.credit for s in sources if s.credit)),
        "licence": list(dict.fromkeys(s.licence for s in sources if s.licence)),
    }


def disposition(kind: str, file: str) -> tuple[str, str]:
    """The header that names a file (`kind`: inline or attachment): in ASCII with its ending, and whole where that differs."""
    stem, dot, ending = file.rpartition(".")
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-") or "file"
    header = f'{kind}; filename="{plain}{dot}{ending}"'
    if plain != stem:
        header += f"; filename*=UTF-8''{quote(file)}"
    return "content-disposition", header


def named(
    *,
    release: int,
    file: str | None = None,
    sources: Iterable[Source] = (),
    described_by: str = "",
    editions: Iterable[str] = (),
    changed: str = "",
) -> tuple[tuple[str, str], ...]:
    """Headers that say what a file without room for it holds: release, editions, credit, licence, who changed
    figures, and links to the rest."""
    sources, headers = list(sources), [("ledger-release", str(release)), ("content-language", current())]
    if file:
        headers.append(disposition("attachment", file))
    conditions = terms(sources)
    for header, texts in (
        ("ledger-edition", list(editions)),
        ("ledger-credit", conditions["credit"]),
        ("ledger-licence", conditions["licence"]),
        ("ledger-changed", [changed] if changed else []),
    ):
        if texts:
            headers.append((header, _ascii("; ".join(texts))))
    targets = [f'<{described_by}>; rel="describedby"; type="application/json"'] if described_by else []
    targets += [f'<{_ascii(s.url)}>; rel="via"' for s in sources[:SOURCES_IN_HEADER] if s.url]
    if targets:
        headers.append(("link", ", ".join(targets)))
    return tuple(headers)


def _ascii(text: str) -> str:
    """Text as a header can carry it: no line break, only printable ASCII."""
    plain = text.replace("©", "(c)").replace("–", "-").replace("’", "'")
    return "".join(char if " " <= char <= "~" and char not in "<>" else "?" for char in plain)
