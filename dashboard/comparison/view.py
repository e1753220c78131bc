"""A comparison as a chart has it: a table of what differs, a picture of its numbers, a title and a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.comparison.causes import cause_of
from dashboard.comparison.rows import (
    CHANGE,
    COLUMN,
    DIFFERS,
    NAMES,
    ONLY_A,
    ONLY_B,
    SAID_BESIDE,
    SOURCE,
    TEXTS,
    VALUES,
    Rows,
    by_key,
    cells,
    key_of,
    record,
    values_of,
)
from dashboard.comparison.steps import Moment, steps_of
from dashboard.language import _, labelled, number, signed
from dashboard.params import ChartParams
from etl.ledger.release import Release
from etl.ledger.snapshot import Snapshot

CODES = ("by_release", "by_edition", "by_event")
BY = (*CODES, "cause")
MOST_LANES = 12
LANE_HEIGHT = 44
LONGEST_LINE = 48  # characters that stand above a lane on a phone
MOST_SAID = 3


def differing_rows(
    moments: tuple[Moment, Moment],
    tables: tuple[pd.DataFrame, pd.DataFrame],
    table_at: Callable[[ChartParams, int], pd.DataFrame],
    releases: Sequence[Release],
    later: Snapshot,
) -> tuple[pd.DataFrame, list[str]]:
    """What differs from A to B as the rows of a chart, and the key that names one: key and names, `change`, `column`, A, B,
    the difference, what did it, the sources.

    tables: of the moments. table_at: the chart's table of another. later: the later release. `by_release`, `by_edition`
    and `by_event` hold codes with semicolons between; `cause` says the same in words.
    """
    key = key_of(tables)
    values = values_of(tables, key)
    a, b = (by_key(table, key) for table in tables)
    kept: dict[Moment, Rows] = dict(zip(moments, (a, b), strict=True))

    def rows_at(params: ChartParams, number: int) -> Rows:
        if (params, number) not in kept:
            kept[params, number] = by_key(table_at(params, number), key)
        return kept[params, number]

    wanted = cells(a, b, values)
    steps = steps_of(*moments, wanted, rows_at, later)
    records = []
    for cell in wanted:
        sides = [side[cell[0]] for side in (a, b) if cell[0] in side]
        cause = cause_of(sides, steps.get(cell, ()), releases, later)
        codes = (";".join(map(str, codes)) or None for codes in (cause.releases, cause.editions, cause.events))
        named = [source for side in sides for source in (side.get(SOURCE) or "").split(";") if source]
        by = dict(zip(BY, (*codes, cause.words), strict=True))
        by[SOURCE] = ";".join(dict.fromkeys([*named, *cause.sources])) or None
        records.append(record(a, b, cell, key, values) | by)
    beside = [column for column in SAID_BESIDE if column in tables[1] and column not in key]
    found = pd.DataFrame(records, columns=[*key, *beside, CHANGE, COLUMN, *VALUES, *TEXTS, *BY, SOURCE])
    whole = {name: "Int64" for name in [*key, *beside] if found[name].dtype.kind == "f"}  # no key is a fraction
    numbers = dict.fromkeys(VALUES, "float64") | whole
    return found.astype(numbers | dict.fromkeys([CHANGE, COLUMN, *TEXTS, *BY, SOURCE], "str")), key


def title_of(rows: pd.DataFrame, called: str) -> str:
    """The finding: how much differs."""
    return labelled(called, _counted(rows) or _("nothing differs between A and B"))


def _counted(rows: pd.DataFrame) -> str:
    counts = rows[CHANGE].value_counts()
    named = {
        DIFFERS: _("values changed: {count}"),
        ONLY_A: _("rows only in A: {count}"),
        ONLY_B: _("rows only in B: {count}"),
    }
    return ", ".join(text.format(count=number(counts[change], 0)) for change, text in named.items() if change in counts)


def summary_of(rows: pd.DataFrame, key: Sequence[str], moments: str) -> str:
    """The moments, how much differs, and the largest differences with what did them, as sentences."""
    if rows.empty:
        return f"{moments}. " + _("Nothing differs between them.")
    drawn = _drawn(rows)
    said = [labelled(name_of(row, key), _terms(row)) for row in drawn.head(MOST_SAID).to_dict("records")]
    if not said:
        said = [name_of(row, key) for row in rows.head(MOST_SAID).to_dict("records")]
    causes = list(dict.fromkeys(rows["cause"].dropna()))
    more = f" {_('and others')}" if len(causes) > MOST_SAID else ""
    by = _("By: {what}.").format(what="; ".join(text.rstrip(".") for text in causes[:MOST_SAID]) + more)
    return f"{moments}. {_counted(rows)[:1].upper()}{_counted(rows)[1:]}. {'; '.join(said)}. {by}"


def name_of(row: Mapping[str, Any], key: Sequence[str]) -> str:
    """What a row is called: its names, with the words beside its code in the place of that."""
    beside = next((row[column] for column in ("title", "label") if isinstance(row.get(column), str)), None)
    said = [column for column in key if column in NAMES and pd.notna(row[column]) and row[column] != beside]
    if beside:
        said = [column for column in said if not column.endswith("_id")]
    parts = [beside, *(labels.value(column, row[column]) for column in said)]
    return ", ".join(filter(None, parts)) or ", ".join(labels.value(c, row[c]) for c in key if pd.notna(row[c]))


def in_words(rows: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """Each difference as what the row is called, which column, A and B; "–" where there is none."""
    key = [column for column in rows.columns[: list(rows.columns).index(CHANGE)] if column not in SAID_BESIDE]
    told = []
    for row in rows.to_dict("records"):
        column = row[COLUMN] if isinstance(row[COLUMN], str) else ""
        a, b, digits = row["value_a"], row["value_b"], labels.digits_of(pd.Series([row["value_a"], row["value_b"]]))
        sides = ["–" if pd.isna(value) else number(value, digits) for value in (a, b)]
        if pd.isna(a) and pd.isna(b):
            texts = (row[name] for name in TEXTS)
            sides = [labels.value(column, text) if isinstance(text, str) else "–" for text in texts]
        said = labels.header(column) if column else labels.of(CHANGE, row[CHANGE])
        told.append((name_of(row, key), said, sides[0], sides[1]))
    return told


def _drawn(rows: pd.DataFrame) -> pd.DataFrame:
    """The numbers of one column (of one unit) that a picture shows: the column in which most differ, the largest first."""
    numbers = rows[rows["value_a"].notna() | rows["value_b"].notna()]
    if numbers.empty:
        return numbers
    measured = [column for column in (COLUMN, "measure", "unit") if column in numbers and numbers[column].notna().all()]
    groups = [group for _name, group in numbers.groupby(measured, sort=False)]
    most = max(groups, key=len)
    size = most["b_less_a"].abs().fillna(most[["value_a", "value_b"]].abs().max(axis=1) * 0 - 1)
    return most.loc[size.sort_values(ascending=False, kind="stable").index]


def _terms(row: Mapping[str, Any]) -> str:
    a, b, less = (row[name] for name in VALUES)
    digits = labels.digits_of(pd.Series([a, b, less]), labels.MOST_OF_DIFFERENCES)
    if pd.isna(a) or pd.isna(b):
        text = _("{value}, only in B") if pd.isna(a) else _("{value}, only in A")
        return text.format(value=number(b if pd.isna(a) else a, digits))
    return f"{number(a, digits)} → {number(b, digits)} ({signed(less, digits)})"


def figure(rows: pd.DataFrame, key: Sequence[str], called: str, moments: str) -> go.Figure:
    """A lane a row, from A (hollow) to B (filled), for the largest differences of one column; empty where nothing differs."""
    drawn = _drawn(rows)
    shown = drawn.head(MOST_LANES)
    said = moments
    if len(shown):
        said = _("{said}. Hollow: A; filled: B; {measured}").format(said=moments, measured=_measured(shown.iloc[0]))
    if len(drawn) > len(shown):
        said = _("{said}; the {count} largest of {all}").format(said=said, count=len(shown), all=len(drawn))
    fig = style.figure(title_of(rows, called), said, height=60 + LANE_HEIGHT * max(1, len(shown)))
    for lane, row in enumerate(shown.to_dict("records")):
        _lane(fig, lane, row, key)
    fig.update_yaxes(range=[max(1, len(shown)) - 0.2, -0.6], showticklabels=False, showgrid=False)
    fig.update_xaxes(showticklabels=bool(len(shown)), showgrid=bool(len(shown)), nticks=6)
    if len(shown):
        low, high = shown[["value_a", "value_b"]].min().min(), shown[["value_a", "value_b"]].max().max()
        room = (high - low or abs(high) or 1.0) * 0.06
        fig.update_xaxes(range=[low - room, high + room])
    else:
        style.note(fig, (0.5, 0.5), _("Nothing differs"), style.MUTED, 16, xref="paper", yref="paper")
    fig.update_layout(margin={"l": 12, "r": 12, "t": 8, "b": 30})
    return fig


def _measured(row: pd.Series) -> str:
    """What the lanes are of, with its unit."""
    unit = row.get("unit") if row[COLUMN] == "value" else None
    return unit if isinstance(unit, str) else labels.header(row[COLUMN])


def _lane(fig: go.Figure, lane: int, row: Mapping[str, Any], key: Sequence[str]) -> None:
    name, a, b = name_of(row, key), row["value_a"], row["value_b"]
    hover = f"<b>{style.wrapped(name, 56)}</b><br>{_terms(row)}<br>{style.wrapped(row['cause'] or '', 56)}"
    if pd.notna(a) and pd.notna(b):
        fig.add_scatter(
            x=[a, b], y=[lane, lane], mode="lines", line={"color": style.REST, "width": 3}, hoverinfo="skip"
        )
    for value, colour, symbol in ((a, style.ENDED, "circle-open"), (b, style.HOME, "circle")):
        if pd.notna(value):
            marker = {"size": 11, "symbol": symbol, "color": colour, "line": {"width": 2, "color": colour}}
            fig.add_scatter(x=[value], y=[lane], mode="markers", marker=marker, hovertext=[hover], hoverinfo="text")
    longest = LONGEST_LINE - len(_terms(row))
    short = name if len(name) <= longest else f"{name[: longest - 1]}…"
    style.note(fig, (0, lane - 0.38), labelled(short, f"<b>{_terms(row)}</b>"), style.INK, xref="paper", xanchor="left")
