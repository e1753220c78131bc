"""Where the figures come from: a source that is held, or a new one."""

import pandas as pd
import streamlit as st

from dashboard import labels
from dashboard.language import _
from dashboard.page import Page
from etl.importing.new_sources import source_id_of
from etl.importing.proposal import NewSource
from etl.vocabulary import TRUST_CLASSES

NEW = " new"  # no source_id begins with a blank


def ask_source(page: Page, *, optional: bool) -> str | NewSource | None:
    """The source chosen; None while there is none."""
    held = page.snapshot.sql(
        "SELECT source_id, concat(publisher, ': ', title) AS name FROM sources ORDER BY published_on DESC NULLS LAST, name"
    )
    names = {NEW: _("A new source …"), **dict(zip(held["source_id"], held["name"], strict=True))}
    label = _("Source of the figures (where the file names none)") if optional else _("Source of the figures")
    chosen = st.selectbox(
        label,
        list(names),
        index=None,
        format_func=names.__getitem__,
        placeholder=_("Choose a source"),
        key="update.source",
    )
    return _new_source() if chosen == NEW else chosen


def _new_source() -> NewSource | None:
    with st.container(border=True):
        title = st.text_input(_("Title of the document"), key="update.source.title").strip()
        left, right = st.columns(2)
        publisher = left.text_input(_("Who published it"), key="update.source.publisher").strip()
        day = right.date_input(
            _("Day it was published, where known"), value=None, format="YYYY-MM-DD", key="update.source.day"
        )
        url = st.text_input(_("Where it was read"), placeholder="https://", key="update.source.url").strip()
        trust = left.selectbox(
            _("Trust"),
            tuple(TRUST_CLASSES),
            index=1,
            format_func=lambda code: labels.of("trust", code),
            key="update.source.trust",
        )
        credit = right.text_input(_("Credit line its publisher asks for"), key="update.source.credit").strip()
    if not title or not publisher:
        st.caption(_("A new source needs a title and a publisher."))
        return None
    on = pd.Timestamp(day) if day else None
    return NewSource(source_id_of(publisher, title, on), title, publisher, url or None, on, None, credit or None, trust)
