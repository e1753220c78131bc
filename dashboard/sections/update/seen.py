"""A draft as it would be in the newest release."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from dashboard.page import Page
from etl.contract import ContractViolation, Problem
from etl.ledger.draft import Draft
from etl.ledger.draft_release import differing, merged


@dataclass(frozen=True)
class Seen:
    """A draft as it would be in release `base`, the newest: its tables, what differs, what stands in the way."""

    base: int
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    difference: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def as_it_would_be(page: Page, draft: Draft) -> Seen:
    """Merged with what was published since; kept in the session while neither it nor the newest release changes."""
    asked = (draft.key, draft.content.sha256, page.ledger.newest())
    known, seen = st.session_state.get("drafts.seen", (None, None))
    if known != asked:
        try:
            base, tables = merged(page.ledger, draft)
        except ContractViolation as violation:
            base, problems = page.ledger.newest(), tuple(violation.problems)
            seen = Seen(base, problems=problems)
        else:
            seen = Seen(base, tables, differing(page.ledger, base, tables))
        st.session_state["drafts.seen"] = (asked, seen)
    return seen
