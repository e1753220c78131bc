"""What a draft was read from: each field with its words and how sure it is, and the rows to be completed by a person."""

import pandas as pd
import streamlit as st

from dashboard import tables
from dashboard.columns import COLUMNS
from dashboard.language import _
from etl.importing.request import EVIDENCE
from etl.ledger.draft import Draft
from etl.message import N_
from etl.publishers.law.text import LIKELY, OPEN, SURE

HEIGHT_PX = 460
CERTAINTIES = {SURE: N_("sure"), LIKELY: N_("likely"), OPEN: N_("left open")}
FIELDS = {
    "document_number": N_("Document number"), "kind": N_("Kind of document"), "title": N_("Title"), "filed": N_("Filed for inspection"),
    "published": N_("Published"), "citation": N_("Citation"), "programme": N_("Programme"), "statutes": N_("Statutes named"), "ends": N_("Ends"),
    "amends": N_("What it amends"), "list": N_("List named"), "heading": N_("Heading named"), "hs_scope": N_("Heading"), "note": N_("Note of the schedule"),
    "product": N_("Goods"), "line_id": N_("Line of duty"), "event_on": N_("Signed"),
}  # fmt: skip
"""Fields that are called otherwise than the columns of charts."""


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
