"""What the figures of a view were made from, and `verify.py`, with which anybody asks it of the release's zip again.

Found by looking, whatever the chart: its rows are made once more on a snapshot that keeps its questions. A cell that
stands in an answer at the same keys comes straight from the tables; one that a rule gives is computed again by that
rule; of all others the script says that only their inputs were checked.
"""

from __future__ import annotations

import inspect
import json
from collections import Counter
from datetime import date
from typing import Any

from dashboard.drawing import Drawing
from dashboard.language import _
from dashboard.links import text_of
from dashboard.params import ChartParams
from dashboard.web.api import charts, formats
from dashboard.web.share.evidence_cells import Answer, Row, common, found_in, key_columns
from dashboard.web.share.evidence_rules import RULES, WORDS
from etl.ledger import verify_script
from etl.ledger.recording import RecordingSnapshot, tables_of
from etl.ledger.snapshot import Snapshot
from etl.ledger.verify_script import digest, holding

PLACE = 'json.loads(r"""{}""")'
FIGURES = "iufMb"  # numbers, days and flags
NO_FIGURES = ("year", "claim_year")


def script_of(drawing: Drawing, release: Snapshot, address: str, zip_address: str) -> str:
    """`verify.py` of a view of a release, in the current language."""
    view = json.dumps(evidence_of(drawing, release, address, zip_address), ensure_ascii=False, separators=(",", ":"))
    source = inspect.getsource(verify_script)
    return source.replace(PLACE, f'json.loads(r"""{view}""")', 1)


def evidence_of(drawing: Drawing, release: Snapshot, address: str, zip_address: str) -> Row:
    """The view with its questions, which cell comes from which, and by which rule others do."""
    snapshot = RecordingSnapshot.of(release)
    drawing.chart.rows(snapshot, drawing.params)
    columns, rows = list(drawing.rows.columns), formats.records(drawing.rows, charts.DIGITS)
    answers = [Answer(number, asked, tuple(columns)) for number, asked in enumerate(snapshot.asked.values())]
    snapshot.asked.clear()  # what topics keep by snapshot keeps this one for a while
    figures = [
        name
        for name in columns
        if drawing.rows[name].dtype.kind in FIGURES and name not in {*key_columns(), *NO_FIGURES}
    ]
    columns += _beside(rows, columns, answers)
    view = {
        "title": drawing.title,
        "address": address,
        "release": drawing.release,
        "zip": zip_address,
        "words": {name: _(text) for name, text in WORDS.items()},
        "rule": " ".join((inspect.getdoc(drawing.chart.rows) or "").split()),
        "inputs": [_input(answer) for answer in answers],
        "columns": columns,
        "keys": [name for name in columns if name in key_columns() or name == "kind"],
        "figures": figures,
        "found": found_in(rows, [*figures, *columns[len(drawing.rows.columns) :]], answers),
        "rows": [[row[name] for name in columns] for row in rows],
    }
    return view | {"rules": holding(view, candidates(view, drawing.params))}


def candidates(view: Row, params: ChartParams) -> list[tuple[str, str]]:
    """The rules of figures that were not found as they are: column and SQL, with the view's parameters filled in."""
    found = Counter(cell for *_where, cells in view["found"] for cell in cells)
    there = {name: sum(row[place] is not None for row in view["rows"]) for place, name in enumerate(view["columns"])}
    said = {name: text_of(value) for name, value in params if value is not None}
    return [
        (rule.column, rule.sql.format_map(said))
        for rule in RULES
        if rule.column in view["figures"]
        and there[rule.column] > found[rule.column]
        and {*rule.inputs} <= there.keys()
        and {*rule.params} <= said.keys()
    ]


def _beside(rows: list[Row], columns: list[str], answers: list[Answer]) -> list[str]:
    """Inputs of rules that the view doesn't show: they are put into its rows; their columns."""
    wanted = {name for rule in RULES if rule.column in columns for name in rule.inputs} - set(columns)
    added = []
    for name in sorted(wanted):
        answer = next((answer for answer in answers if name in answer.names and answer.keys), None)
        if answer:
            for row in rows:
                row[name] = common(answer.beside(row), name)
            added.append(name)
    return added


def _input(answer: Answer) -> Row:
    """A question for the script; its answer only as sums of its rows."""
    question = answer.question
    return {
        "sql": inspect.cleandoc(question.query),
        "tables": tables_of(question.query),
        "params": {name: _bound(value) for name, value in question.params.items()},
        "digests": [digest(list(row.values())) for row in answer.rows],
    }


def _bound(value: Any) -> tuple[str, Any]:
    return ("day", value.isoformat()[:10]) if isinstance(value, date) else ("value", value)
