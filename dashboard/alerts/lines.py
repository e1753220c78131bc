"""What of a difference an alert tells: the rows that its rule is about, each with what was and what is.

The difference is the comparison's own (`dashboard.comparison`): here it is only chosen from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from dashboard.alerts.rule import CROSSED, DEADLINE, DUTY, REVISED, Alert, figures_of
from dashboard.comparison.rows import CHANGE, COLUMN, DIFFERS, ONLY_A, TEXTS, VALUES, Row, key_of
from dashboard.comparison.view import in_words
from dashboard.drawing import Drawing

TOTAL, BANNED, DUE, STATE, DAY = "total_pct", "banned", "due_on", "deadline_status", "on"
TOLD_OF = {DUTY: (TOTAL, BANNED), DEADLINE: (DUE, STATE)}
"""The columns that the rules about days look at; the first is told of a row that came or went."""
YEAR = "year"

Sides = tuple[Mapping[Row, Mapping[str, Any]], Mapping[Row, Mapping[str, Any]]]


@dataclass(frozen=True)
class Line:
    """One value: what it is of and which column in words, what was and what is in words, and both as plain values
    (numbers, days in ISO form or codes; None where there was or is none)."""

    what: str
    column: str
    old: str
    new: str
    values: tuple[Any, Any]


def lines_of(alert: Alert, before: Drawing, after: Drawing, difference: Drawing, told_on: date) -> list[Line]:
    """What differs in a view by the rule of an alert, told on a day; none when the rule has nothing to tell."""
    if difference.rows.empty:
        return []
    tables = (before.rows, after.rows)
    key = key_of(tables)
    sides = (_by_names(before.rows, key), _by_names(after.rows, key))
    records = difference.rows.to_dict("records")
    if alert.rule in TOLD_OF:
        found = [_whole(one, key, sides, TOLD_OF[alert.rule]) for one in records if _is_of(one, TOLD_OF[alert.rule])]
        found = [one for one in found if alert.rule != DUTY or one[DAY].date() <= told_on + timedelta(alert.days)]
    elif alert.rule == CROSSED:
        lead = alert.column or next(iter(figures_of(after.rows)), "")
        found = [one for one in (_beside(one, key, sides[1], lead) for one in records) if _crosses(one, lead, alert)]
    elif alert.rule == REVISED:
        found = [one for one in records if one[CHANGE] == DIFFERS and _is_figure(one)]
    else:
        found = records
    return in_lines(pd.DataFrame(found, columns=difference.rows.columns).astype(difference.rows.dtypes.to_dict()))


def in_lines(rows: pd.DataFrame) -> list[Line]:
    """Rows of a comparison as lines."""
    plain = rows.astype(object).where(rows.notna(), None).to_dict("records")
    return [
        Line(*words, tuple(row[a] if row[a] is not None else row[b] for a, b in zip(VALUES[:2], TEXTS, strict=True)))
        for words, row in zip(in_words(rows), plain, strict=True)
    ]


def _by_names(table: pd.DataFrame, key: Sequence[str]) -> dict[Row, dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return {tuple(row[column] for column in key): {str(name): value for name, value in row.items()} for row in rows}


def _is_of(record: Mapping[str, Any], columns: Sequence[str]) -> bool:
    return record[CHANGE] != DIFFERS or record[COLUMN] in columns


def _whole(record: dict[str, Any], key: Sequence[str], sides: Sides, columns: Sequence[str]) -> dict[str, Any]:
    """The difference; of a row that came or went with the value that the rule is about."""
    if record[CHANGE] == DIFFERS:
        return record
    row = sides[0 if record[CHANGE] == ONLY_A else 1].get(tuple(record[column] for column in key), {})
    column = BANNED if row.get(BANNED) else columns[0]
    place = 0 if record[CHANGE] == ONLY_A else 1
    return record | {COLUMN: column} | _side(place, row.get(column))


def _side(place: int, value: Any) -> dict[str, Any]:
    """The value of one side (0: A, 1: B), as a number or as a text."""
    told: dict[str, Any] = dict.fromkeys((*VALUES, *TEXTS))
    if isinstance(value, bool):
        told[TEXTS[place]] = "yes" if value else "no"
    elif isinstance(value, (int, float)):
        told[VALUES[place]] = float(value)
    elif value is not None:
        told[TEXTS[place]] = value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)
    return told


def _is_figure(record: Mapping[str, Any]) -> bool:
    """Whether a difference is one of numbers or days: words that are put otherwise revise nothing."""
    return any(pd.notna(record[name]) for name in VALUES) or str(record[COLUMN]).endswith("_on")


def _beside(
    record: dict[str, Any], key: Sequence[str], after: Mapping[Row, Mapping[str, Any]], lead: str
) -> dict[str, Any]:
    """A row that came, held against the year before it in the same series; any other as it is."""
    if pd.notna(record["value_a"]) or pd.isna(record["value_b"]) or YEAR not in key:
        return record
    earlier = tuple(record[column] - 1 if column == YEAR else record[column] for column in key)
    value = after.get(earlier, {}).get(lead)
    return record | {"value_a": value} if isinstance(value, float) else record


def _crosses(record: Mapping[str, Any], lead: str, alert: Alert) -> bool:
    a, b = record["value_a"], record["value_b"]
    if record[COLUMN] != lead or pd.isna(a) or pd.isna(b) or alert.line is None:
        return False
    return (a < alert.line) != (b < alert.line)


def coming(alert: Alert, rows: Iterable[dict[str, Any]]) -> list[tuple[date, dict[str, Any]]]:
    """The days that a rule about days looks at, each with its row: changes of a sum, deadlines that are pending."""
    column = DAY if alert.rule == DUTY else DUE
    pending = [row for row in rows if alert.rule == DUTY or row[STATE] == "pending"]
    return [(row[column].date(), row) for row in pending if pd.notna(row[column])]
