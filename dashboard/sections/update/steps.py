"""The four steps one after the other, each as far as the one before it allows."""

from dataclasses import replace

import streamlit as st

from dashboard.language import _
from dashboard.page import Page, escaped
from dashboard.sections.update.preview import (
    accept_warnings,
    ask_leave_out,
    ask_new_edition,
    ask_outliers,
    judge,
    show_charts,
    show_difference,
    show_problems,
)
from dashboard.sections.update.publish import ask_and_publish, overtaken, say_done
from dashboard.sections.update.reading import ask_text
from dashboard.sections.update.tables import worded
from dashboard.sections.update.upload import ask_mode, take, understand
from etl.datasets import all_datasets
from etl.files.places import UNKNOWN_PLACE
from etl.files.table import Understood
from etl.importing.proposal import Proposal, Request


def show_steps(page: Page) -> None:
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _head(1, _("File"))
        say_done()
        taken = take(page)
    with right:
        _head(2, _("Understood as"))
        if taken is None:
            st.caption(_("Choose a file: how it was read is shown here, and can be corrected."))
            return
        st.session_state.pop("update.done", None)
        request, read = taken
        ask_text(request, read)
        if not isinstance(read, Understood):
            st.error(_("The file can not be read."), icon=":material/error:")
            for problem in read:
                st.markdown(escaped(worded(problem).sentence(_)))
            return
        request = understand(page, request, read)
    _judge_and_publish(page, request, read)


def _judge_and_publish(page: Page, request: Request, read: Understood) -> None:
    _head(3, _("Problems and preview"))
    official = request.mapping is None  # a publisher's own file is read as a whole
    mode = request.mode if official else ask_mode(all_datasets()[request.dataset])
    asked = bool(st.session_state.get("update.new_edition"))
    leave = frozenset({UNKNOWN_PLACE}) if st.session_state.get("update.leave_out") else frozenset()
    reasons = st.session_state.get("update.outliers", {})
    chosen = replace(request, mode=mode, new_edition=asked, leave_out=leave, outliers=reasons)
    proposal = judge(page, chosen, read)
    st.session_state["update.outliers"] = now = ask_outliers(proposal, reasons)
    answers = (ask_new_edition(proposal, asked), ask_leave_out(proposal, bool(leave)), now)
    if answers != (asked, bool(leave), reasons):
        st.rerun()
    for note in proposal.notes:  # said also where nothing differs, or something stands in the way
        st.caption(escaped(worded(note).sentence(_)))
    if proposal.problems:
        show_problems(proposal)
        return
    if overtaken(page, proposal):
        return
    if not proposal.difference:
        st.info(
            _("Nothing differs from release {number}: there is nothing to publish.").format(number=proposal.base),
            icon=":material/info:",
        )
        return
    reasons = _preview(page, proposal)
    _head(4, _("Publish"))
    ask_and_publish(page, proposal, reasons)


def _preview(page: Page, proposal: Proposal) -> dict[str, str] | None:
    """Why each warning may stand; None while one is not answered."""
    reasons = accept_warnings(proposal, with_reason=page.ledger.needs_review()) if proposal.warnings else {}
    show_difference(dict(proposal.difference), "update.difference")
    removed = sum(counts["removed"] for counts in proposal.counts().values())
    if removed:
        st.warning(
            _("{count} rows would be removed from the newest release; they stay in the older ones.").format(
                count=removed
            ),
            icon=":material/delete:",
        )
    show_charts(page, proposal.base, proposal, st.session_state["update.serial"])
    return reasons


def _head(number: int, name: str) -> None:
    st.header(f"{number} · {name}", anchor=False)
