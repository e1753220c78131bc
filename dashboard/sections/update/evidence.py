"""What a draft was read from: each field with its words and how sure it is, and the rows to be completed by a person."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import tables
from dashboard.columns import COLUMNS
from dashboard.language import _
from dashboard.page import Page, escaped
from dashboard.sections.update.tables import sentence
from etl.contract import Problem
from etl.contract.check import check
from etl.datasets import all_datasets
from etl.importing.law import EVENTS, MEASURES, completed
from etl.importing.law_edits import EDITED, edited
from etl.importing.law_lines import NO_LINE
from etl.importing.request import EVIDENCE
from etl.ledger.draft import Content, Draft, Warned
from etl.ledger.snapshot import Frames
from etl.message import N_
from etl.publishers.law.text import LIKELY, OPEN, SURE
from etl.vocabulary import RATE_KINDS, TARIFF_ACTS, TARIFF_ROLES

HEIGHT_PX = 460
CERTAINTIES = {SURE: N_("sure"), LIKELY: N_("likely"), OPEN: N_("left open")}
FIELDS = {
    "document_number": N_("Document number"), "kind": N_("Kind of document"), "title": N_("Title"), "filed": N_("Filed for inspection"),
    "published": N_("Published"), "citation": N_("Citation"), "programme": N_("Programme"), "statutes": N_("Statutes named"), "ends": N_("Ends"),
    "amends": N_("What it amends"), "list": N_("List named"), "heading": N_("Heading named"), "hs_scope": N_("Heading"), "note": N_("Note of the schedule"),
    "product": N_("Goods"), "line_id": N_("Line of duty"), "event_on": N_("Signed"),
}  # fmt: skip
"""Fields that are called otherwise than the columns of charts."""
COMPLETED = ("measure_id", "title", "title_fr", "event", "effective_on", "role", "origin", "product", "usmca", "rate_pct", "rate_kind", "notes")  # fmt: skip


def show_evidence(draft: Draft) -> None:
    """Each field that was read: its words, their place in the kept file, how sure it is. Nothing for drafts of other kinds."""
    told = draft.content.extra.get(EVIDENCE)
    if not told:
        return
    files = draft.content.extra.get("files", [])
    named = {one["row"] for one in told}
    whole = {
        row for row in named if any(other.startswith(f"{row}-") for other in named)
    }  # of a document, not of an event
    open_ones = sum(one["certainty"] == OPEN for one in told)
    count = _("{count} fields, {open} of them open. Each stands in the kept file at its place.")
    st.caption(count.format(count=len(told), open=open_ones))
    rows = [
        {
            _("Event code"): one["row"],
            _("What was read"): _(FIELDS.get(one["field"]) or COLUMNS.get(one["field"], one["field"])),
            _("Value"): one["value"],
            _("How sure"): _(CERTAINTIES[one["certainty"]]),
            _("Words"): one["words"],
            _("Place"): one["place"] or (str(one["offset"]) if one["offset"] >= 0 else ""),
        }
        for one in sorted(told, key=lambda one: one["row"] in whole)
    ]
    alt = _("What each field was read from")
    tables.show(pd.DataFrame(rows), key=f"drafts.evidence.{draft.key[:8]}", alt=alt, height=HEIGHT_PX)
    for file in files:
        st.link_button(
            _("Open the kept file {name}").format(name=file["name"]),
            f"/original/{file['sha256']}",
            icon=":material/draft:",
        )


def ask_rows(page: Page, draft: Draft, content: Content) -> tuple[Mapping[str, pd.DataFrame] | None, Content]:
    """The draft's tables with what a person filled in, its lines with them, and its content with what then has no line;
    None and the content as it is while nothing is changed. What would break a contract is said."""
    rows = {one["row"] for one in draft.content.extra.get(EVIDENCE, [])}
    drafted = page.ledger.drafts.tables(draft) if rows else {}
    if EVENTS not in drafted:
        return None, content
    events = drafted[EVENTS]
    before = events.loc[events["event_id"].isin(rows), ["event_id", *COMPLETED]].reset_index(drop=True)
    st.caption(_("Complete the rows, then save: they are checked like any others."))
    after = st.data_editor(
        before,
        key=f"drafts.rows.{draft.key[:8]}.{draft.content.sha256[:8]}",
        hide_index=True,
        disabled=["event_id"],
        column_config=_columns(page, drafted),
    )
    if after.equals(before):
        return None, content
    made, without_line = completed(Frames(page.ledger.at(draft.content.base)), drafted, after)
    held = Frames(page.ledger.at(page.ledger.newest())) | made
    problems = [one for name in made for one in check(made[name], all_datasets()[name], held)]
    _say(problems)
    others = [one for one in content.warnings if one.problem.code != NO_LINE]
    by_hand = edited(before, after, content.extra.get(EDITED, {}))
    told = replace(
        content, warnings=(*others, *Warned.each_kind(without_line, {})), extra={**content.extra, EDITED: by_hand}
    )
    return (None, content) if problems else (made, told)


def _columns(page: Page, drafted: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    named = {
        name: _(FIELDS.get(name) or COLUMNS[name])
        for name in ("event_id", *COMPLETED)
        if name in FIELDS or name in COLUMNS
    }
    config: dict[str, Any] = dict(named) | {"title_fr": _("Title in French"), "notes": _("Notes")}
    known = drafted[MEASURES] if MEASURES in drafted else page.ledger.current()[MEASURES]
    choices = {
        "measure_id": sorted(known["measure_id"]),
        "event": list(TARIFF_ACTS),
        "role": list(TARIFF_ROLES),
        "rate_kind": list(RATE_KINDS),
        "usmca": ["any", "qualifying", "non_qualifying"],
    }
    config |= {
        name: st.column_config.SelectboxColumn(config[name], options=options) for name, options in choices.items()
    }
    return config | {"effective_on": st.column_config.DateColumn(config["effective_on"])}


def _say(problems: list[Problem]) -> None:
    if problems:
        told = "".join(f"\n- {escaped(f'{one.column}: {sentence(one)}')}" for one in problems)
        st.error(_("The rows can’t be saved like this:") + told, icon=":material/error:")
