"""JSON and XML answers of publishers' services -> rows, where they hold one table. Runs in the child process.

Known: arrays of arrays with a header first (US Census), records under a heading or beside one (World Bank, Federal
Register), records of fields in XML (World Bank). Anything else is refused by its name.
"""

import io
import json
import re
from collections import defaultdict
from typing import Any

from etl.files import scan
from etl.files.limits import FileRejected, Limits, too_many_cells, too_many_columns, too_many_rows
from etl.message import N_

WORKBOOKS = (b"<office:document", b"urn:schemas-microsoft-com:office:spreadsheet")
FIRST_BYTES = 4_000
WEB_PAGE = re.compile(
    rb"<(?:html|body|!doctype\s+html)\b|^\s*(?:<!--.*?-->\s*|<(?:meta|link)\b[^>]*>\s*|<style\b.*?</style>\s*)*<(?:table|div|meta|style|head)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Web pages, and the pieces of one that publishers' sites give as `.xls`: a table of HTML without `<html>` about it."""
AS_TABLE = N_("Ask the publisher's site for CSV or XLSX, or save the table so.")
PAGE_AS_TABLE = N_(
    "If it shows the table in your spreadsheet programme, save it there as XLSX; else ask the publisher's site for CSV or XLSX."
)


def read_marked_up(content: bytes, limits: Limits) -> dict:
    """The table of a JSON or XML text, its header in row 1."""
    if any(name in content[:FIRST_BYTES] for name in WORKBOOKS):
        raise FileRejected(N_("is a workbook written as XML, which is not read here."), N_("Save it as XLSX."))
    is_xml = content.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<")
    if is_xml and WEB_PAGE.search(content[:FIRST_BYTES].removeprefix(b"\xef\xbb\xbf")):
        raise FileRejected(N_("is a web page, not a table."), PAGE_AS_TABLE)
    rows = _table(_xml_records(content) if is_xml else _json_records(content))
    filled = sum(cell is not None for row in rows for cell in row)
    if len(rows) > limits.rows:
        raise too_many_rows(limits.rows)
    if rows and len(rows[0]) > limits.columns:
        raise too_many_columns(limits.columns)
    if filled > limits.cells:
        raise too_many_cells(limits.cells)
    sheet = {"name": "XML" if is_xml else "JSON", "hidden": False, "rows": rows, "merged": [], "formulas": 0}
    facts = {"hidden_rows": 0, "uncached": [], "errors": [], "percents": [], "coloured": None}
    return {"kind": "xml" if is_xml else "json", "sheets": [sheet | facts]}


def _json_records(content: bytes) -> list[Any]:
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise FileRejected(N_("looks like JSON, but is not valid."), AS_TABLE) from None
    lists = [found] if isinstance(found, list) else []
    inside = found.values() if isinstance(found, dict) else found
    lists += [one for one in inside if isinstance(one, list)]
    for rows in lists:
        if rows and (all(isinstance(row, dict) for row in rows) or _is_grid(rows)):
            return rows
    raise FileRejected(N_("is JSON, not a table."), AS_TABLE)


def _is_grid(rows: list[Any]) -> bool:
    """Rows of equal length, the first one the header."""
    return all(isinstance(row, list) and len(row) == len(rows[0]) for row in rows) and all(
        isinstance(name, str) for name in rows[0]
    )


def _xml_records(content: bytes) -> list[dict[str, Any]]:
    records: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    path: list[str] = []
    names: list[str] = []
    fields: list[dict[str, Any]] = [{}]
    texts: list[list[str]] = [[]]

    def start(tag: str, attributes: dict[str, str]) -> None:
        path.append(scan.local(tag))
        names.append(attributes.get("name") or scan.local(tag))
        fields.append({})
        texts.append([])

    def text(data: str) -> None:
        texts[-1].append(data)

    def end(_tag: str) -> None:
        record, told, name = fields.pop(), "".join(texts.pop()).strip(), names.pop()
        if record:
            records[tuple(path)].append(record)
        else:
            fields[-1][name] = told or None
        path.pop()

    scan.parse(io.BytesIO(content), start, end, text)
    rows = max(records.values(), key=len, default=[])
    if len(rows) < 2:
        raise FileRejected(N_("is XML, not a table."), AS_TABLE)
    return rows


def _table(records: list[Any]) -> list[list[Any]]:
    if isinstance(records[0], list):
        return [[_cell(cell) for cell in row] for row in records]
    flat = [_flat(record) for record in records]
    columns = list(dict.fromkeys(name for record in flat for name in record))
    return [columns, *([record.get(name) for name in columns] for record in flat)]


def _flat(record: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in record.items():
        found |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: _cell(value)}
    return found


def _cell(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return value if value != "" else None
