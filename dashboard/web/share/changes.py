"""What new figures did to a pinned view: the rows that differ, then and now."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard import labels, language, links
from dashboard.drawing import Drawing, draw
from dashboard.language import _
from dashboard.params import ChartParams
from dashboard.web.share.html_table import digits_of, text_cell
from etl.ledger.ledger import Ledger
from etl.ledger.snapshot import Snapshot

MOST_SHOWN = 40
FOLLOW = ("edition", "source_id", "is_estimate", "price_base_year", "release")  # change with the figures, name no row
NAMES = (
    "iso3", "country", "origin", "year", "publisher", "measure", "kind", "series", "series_id", "pledge_id", "target_id", "deadline_id", "product",
    "product_id", "measure_id", "event_id", "claim_id", "item", "goal", "article", "label",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One value that differs, in words: what row, which column, then and now ("" where there is none)."""

    row: str
    column: str
    old: str
    new: str


@dataclass(frozen=True)
class Newer:
    """The same view with the newest figures, and what is different in it. `changes` are the first of `count`."""

    drawing: Drawing
    query: dict[str, str]
    changes: tuple[Change, ...]
    count: int


def newer(ledger: Ledger, pinned: Drawing, newest: int) -> Newer | None:
    """None when the pinned release is the newest, or nothing in this view differs."""
    if pinned.release >= newest:
        return None
    opened = opened_again(ledger, pinned)
    now = draw(ledger, pinned.chart.id, opened, newest)
    changes = differences(pinned.rows, now.rows)
    query = {**links.query_of(opened), "lang": pinned.language}
    return Newer(now, query, tuple(changes[:MOST_SHOWN]), len(changes)) if changes else None


def opened_again(ledger: Ledger, pinned: Drawing) -> ChartParams:
    """The parameters with what had followed the figures when the link was made (newest edition, known today) open again.

    A day looked at stays; so does an edition or a day of knowledge that was not the newest then.
    """
    snapshot, params = ledger.at(pinned.release), pinned.params
    made_on = ledger.release(pinned.release).published_at.date()
    if (known := getattr(params, "known", None)) and known >= made_on:
        params = params.model_copy(update={"known": None})
    for name in type(params).model_fields:
        if (
            name in ("known", "on")
            or getattr(params, name) is None
            or type(params).model_fields[name].get_default() is not None
        ):
            continue
        opened = params.model_copy(update={name: None})
        if _filled(opened, pinned.params, snapshot, name) == getattr(pinned.params, name):
            params = opened
    return params


def _filled(opened: ChartParams, pinned: ChartParams, snapshot: Snapshot, name: str) -> Any:
    """What the open parameter would have been at the pinned release, on the pinned days."""
    days = {day: getattr(pinned, day) for day in ("known", "on") if hasattr(pinned, day)}
    return getattr(opened.model_copy(update=days).explicit(snapshot), name)


def differences(old: pd.DataFrame, new: pd.DataFrame) -> list[Change]:
    """What differs between two tables of a chart, value by value; rows are matched by what names them."""
    columns = [column for column in old.columns if column in new.columns]
    key = _key(old[columns], new[columns])
    values = [column for column in columns if column not in key and column not in FOLLOW]
    before, after = (_by_key(frame, key) for frame in (old, new))
    shown = {
        column: digits_of(pd.concat([old[column], new[column]])) for column in values if old[column].dtype.kind == "f"
    }
    changes = []
    for row in dict.fromkeys([*before, *after]):
        name = ", ".join(_word(column, value, 0) for column, value in zip(key, row, strict=True) if value is not None)
        if row not in after:
            changes.append(Change(name, "", _("there"), _("gone")))
        elif row not in before:
            number = next((column for column in values if column in shown and pd.notna(after[row][column])), None)
            word = _word(number, after[row][number], shown[number]) if number else _("there")
            changes.append(Change(name, labels.header(number) if number else "", "", word))
        else:
            for column in values:
                then, now = (_word(column, frame[row][column], shown.get(column, 0)) for frame in (before, after))
                if then != now:
                    changes.append(Change(name, labels.header(column), then, now))
    return changes


def _key(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """The columns that name a row: known names first, then whatever else is no number, until no two rows are the same."""
    others = [
        column
        for column in old.columns
        if column not in NAMES and column not in FOLLOW and old[column].dtype.kind != "f"
    ]
    key: list[str] = []
    for column in [column for column in NAMES if column in old.columns] + others:
        key.append(column)
        if not (old.duplicated(key).any() or new.duplicated(key).any()):
            break
    return key


def _by_key(frame: pd.DataFrame, key: list[str]) -> dict[tuple, dict[str, Any]]:
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {tuple(row[column] for column in key): row for row in rows}


def _word(column: str, value: Any, digits: int) -> str:
    if column in (*labels.PLACES, *labels.WORDS) and value is not None:
        return labels.of("country" if column in labels.PLACES else column, value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, pd.Timestamp):
        return language.day(value.date())
    return text_cell(value, digits).text
