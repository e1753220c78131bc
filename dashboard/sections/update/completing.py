"""The rows of a draft that was read of law, completed by a person: its events, and the lines and steps that follow from them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.columns import COLUMNS
from dashboard.language import _
from dashboard.page import Page, escaped
from dashboard.sections.update.evidence import FIELDS
from dashboard.sections.update.tables import sentence
from etl.contract import Dataset, Problem
from etl.contract.check import check
from etl.datasets import all_datasets
from etl.importing.law import EVENTS, LINES, MEASURES, STEPS, completed
from etl.importing.law_edits import EDITED, FOLLOWED, edited, followed
from etl.importing.law_lines import NO_LINE
from etl.importing.request import EVIDENCE
from etl.ledger.draft import Content, Draft, Warned
from etl.ledger.snapshot import Frames
from etl.message import N_

COMPLETED = {
    EVENTS: ("measure_id", "title", "title_fr", "event", "effective_on", "role", "origin", "product", "usmca", "rate_pct", "rate_kind", "notes"),
    LINES: ("origin", "product", "usmca", "slot", "role", "company", "content_basis", "least_pct", "condition", "condition_met", "quota", "precedence", "note", "note_fr"),
    STEPS: ("act", "known_on", "starts_on", "start_precision", "ends_on", "rate_pct", "rate_kind", "note", "note_fr"),
}  # fmt: skip
"""The columns of each table that a person completes, in the order of their editors."""
NAMED = {
    "step_id": N_("Step code"), "note": N_("Note in English"), "act": COLUMNS["event"], "title_fr": N_("Title in French"), "notes": N_("Notes"), "note_fr": N_("Note in French"),
    "starts_on": N_("First day"), "start_precision": N_("How exact the first day is"), "ends_on": N_("Ends"), "precedence": N_("Precedence"),
    "content_basis": N_("Part of the value"), "least_pct": N_("Least duty (%)"), "condition": N_("Condition"), "condition_met": N_("Taken as met"), "quota": N_("Quota"),
}  # fmt: skip
"""Columns that neither a chart nor the evidence has."""


def ask_rows(page: Page, draft: Draft, content: Content) -> tuple[Mapping[str, pd.DataFrame] | None, Content]:
    """The draft's tables with what a person set in its events, lines and steps, and its content with what then has no
    line; None and the content as it is while nothing is changed. What would break a contract is said."""
    read = {one["row"] for one in draft.content.extra.get(EVIDENCE, [])}
    drafted = page.ledger.drafts.tables(draft) if read else {}
    if EVENTS not in drafted:
        return None, content
    base = Frames(page.ledger.at(draft.content.base))
    st.caption(_("Complete the rows, then save: they are checked like any others."))
    known = content.extra.get(EDITED, {})
    by_hand, changed, rows = dict(known), False, {}
    for name, before in _rows_of(drafted, base, read).items():
        rows[name] = _ask(page, draft, drafted, all_datasets()[name], before)
        by_hand = edited(before, rows[name], by_hand)
        changed = changed or bool(edited(before, rows[name], {}))
    if not changed:
        return None, content
    columns = {row: {*known.get(row, ()), *by_hand.get(row, ())} for row in {*known, *by_hand}}
    made, without_line = completed(base, drafted, rows, columns)
    held = Frames(page.ledger.at(page.ledger.newest())) | made
    problems = [one for name in made for one in check(made[name], all_datasets()[name], held)]
    _say(problems)
    others = [one for one in content.warnings if without_line is None or one.problem.code != NO_LINE]
    extra = {**content.extra, EDITED: by_hand, FOLLOWED: followed(drafted, made, content.extra.get(FOLLOWED, {}))}
    told = replace(content, warnings=(*others, *Warned.each_kind(without_line or [], {})), extra=extra)
    return (None, content) if problems else (made, told)


def _rows_of(
    drafted: Mapping[str, pd.DataFrame], base: Mapping[str, pd.DataFrame], read: set[str]
) -> dict[str, pd.DataFrame]:
    """By table the rows that a person completes: the events that were read, their steps, and the lines that are new with them."""
    found = {}
    for name, columns in COMPLETED.items():
        if name in drafted:
            rows = drafted[name]
            is_own = ~rows["line_id"].isin(base[LINES]["line_id"]) if name == LINES else rows["event_id"].isin(read)
            found[name] = rows.loc[is_own, [all_datasets()[name].key[0], *columns]].reset_index(drop=True)
    return {name: rows for name, rows in found.items() if len(rows)}


def _ask(
    page: Page, draft: Draft, drafted: Mapping[str, pd.DataFrame], dataset: Dataset, before: pd.DataFrame
) -> pd.DataFrame:
    if dataset.name != EVENTS:
        st.caption(_(dataset.title))
    return st.data_editor(
        before,
        key=f"drafts.rows.{dataset.name}.{draft.key[:8]}.{draft.content.sha256[:8]}",
        hide_index=True,
        disabled=[dataset.key[0]],
        column_config=_columns(page, drafted, dataset),
    )


def _columns(page: Page, drafted: Mapping[str, pd.DataFrame], dataset: Dataset) -> dict[str, Any]:
    known = drafted[MEASURES] if MEASURES in drafted else page.ledger.current()[MEASURES]
    config: dict[str, Any] = {}
    for name in (dataset.key[0], *COMPLETED[dataset.name]):
        label = _(NAMED.get(name) or FIELDS.get(name) or COLUMNS[name])
        choices = sorted(known["measure_id"]) if name == "measure_id" else dataset.choices(name)
        config[name] = label
        if choices:
            config[name] = st.column_config.SelectboxColumn(label, options=choices)
        elif dataset.sql_type(name) == "DATE":
            config[name] = st.column_config.DateColumn(label)
    return config


def _say(problems: list[Problem]) -> None:
    if problems:
        told = "".join(f"\n- {escaped(f'{one.column}: {sentence(one)}')}" for one in problems)
        st.error(_("The rows can’t be saved like this:") + told, icon=":material/error:")
