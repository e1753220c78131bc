"""Drafts: what would become a release, for editors: chosen, looked at, completed."""

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from dashboard.auth import permission
from dashboard.language import LANGUAGES, _, current, ngettext
from dashboard.page import Page, escaped
from dashboard.sections.update.completing import ask_rows
from dashboard.sections.update.draft_steps import act, settle
from dashboard.sections.update.draft_terms import ask_terms, say_terms
from dashboard.sections.update.evidence import show_evidence
from dashboard.sections.update.preview import show_charts, show_difference
from dashboard.sections.update.publish import ask_author, draft_address
from dashboard.sections.update.said import LONGEST, NAMES
from dashboard.sections.update.seen import Seen, as_it_would_be
from dashboard.sections.update.tables import sentence, worded
from etl.contract import Problem
from etl.ledger.draft import OPEN, WORDS, Content, Draft

MOST_TOLD = 20
LEAST_LETTERS = 8  # of a key, as the command line and the messages show it


def show_drafts(page: Page) -> None:
    """The open drafts, and the one that is chosen."""
    drafts = {draft.key: draft for draft in page.ledger.drafts.open_ones()}
    if not drafts:
        return
    st.subheader(_("Drafts"), anchor=False)
    st.caption(_("Nobody but editors and those it is shown to knows of a draft."))
    asked = page.controls.query.get("draft") or ""
    named = [key for key in drafts if len(asked) >= LEAST_LETTERS and key.startswith(asked)]
    if page.controls.opened and len(named) == 1:
        st.session_state["drafts.chosen"] = named[0]
    if st.session_state.get("drafts.chosen") not in drafts:
        st.session_state["drafts.chosen"] = None
    key = st.selectbox(
        _("Draft"),
        list(drafts),
        format_func=lambda key: _called(drafts[key]),
        placeholder=_("Choose a draft"),
        key="drafts.chosen",
    )
    if key:
        page.controls.asked["draft"] = key
        with st.container(border=True, key="draft"):
            _show(page, drafts[key])


def show_to_reader(page: Page, key: str) -> bool:
    """A draft as one of its named readers sees it: why, what it changes, when; False for everybody else."""
    person = permission.signed_in()
    draft = page.ledger.drafts.find(key) if person else None
    if not (person and draft) or draft.is_over or not draft.content.may_read(person.email, datetime.now(UTC)):
        return False
    st.subheader(_("A draft that is shown to you"), anchor=False)
    st.warning(
        _("It is not published. Keep what you see here to yourself until it is."), icon=":material/visibility_lock:"
    )
    with st.container(border=True, key="draft"):
        st.text(message_of(draft))
        if draft.content.moment:
            st.text(_("To be published at {utc} UTC.").format(utc=f"{draft.content.moment:%Y-%m-%d %H:%M}"))
        show_change(page, draft, as_it_would_be(page, draft))
    return True


def _called(draft: Draft) -> str:
    made = f"{draft.made_at:%Y-%m-%d %H:%M}"
    return _("{message} ({author}, {when} UTC, {state})").format(
        message=message_of(draft), author=draft.content.author, when=made, state=_(WORDS[draft.state])
    )


def message_of(draft: Draft) -> str:
    """Its message in the reader's language; in the other one only as long as nobody has said it in both."""
    messages = draft.content.messages
    return messages.get(current()) or next(filter(None, messages.values()), "")


def _show(page: Page, draft: Draft) -> None:
    if reason := draft.returned_because:
        st.warning(escaped(_("Sent back: {reason}").format(reason=reason)), icon=":material/undo:")
    seen = as_it_would_be(page, draft)
    editable = draft.state == OPEN
    content, lacking = ask_terms(draft, _complete(draft)) if editable else (draft.content, [])
    if not editable:
        _say_content(draft)
        say_terms(draft.content)
    show_evidence(draft)
    rows, content = ask_rows(page, draft, content) if editable else (None, content)
    if permission.signed_in() is None:  # each step of a draft is kept with a name
        ask_author(st.container(), "drafts.author")
    show_change(page, draft, seen)
    if seen.problems:
        settle(page, draft, content)
    act(page, draft, content, seen, lacking, rows=rows)
    st.code(draft_address(draft), language=None)
    _steps(draft)


def show_change(page: Page, draft: Draft, seen: Seen) -> None:
    """What differs from the newest release, and the chart it is seen on."""
    if seen.problems:
        count = len(seen.problems)
        one = ngettext("{count} problem stands in the way.", "{count} problems stand in the way.", count)
        told_first = "".join(f"\n- {escaped(worded(problem).sentence(_))}" for problem in seen.problems[:MOST_TOLD])
        st.error(one.format(count=count) + told_first, icon=":material/error:")
    elif not seen.difference:
        st.info(_("Nothing differs from release {number} any more.").format(number=seen.base), icon=":material/info:")
    else:
        st.caption(_("What it changes in release {number}, the newest:").format(number=seen.base))
        show_difference(dict(seen.difference), f"drafts.difference.{draft.key[:8]}")
        show_charts(page, seen.base, seen, (draft.key, draft.content.sha256, seen.base))


def _complete(draft: Draft) -> Content:
    """The content with what is typed: the message in both languages, a reason for each warning."""
    scope = f"drafts.{draft.key[:8]}"
    messages = {
        code: st.text_input(
            _("Why, in {language}").format(language=_(NAMES[code])),
            draft.content.messages.get(code, ""),
            max_chars=LONGEST,
            key=f"{scope}.message.{code}",
        ).strip()
        for code in LANGUAGES
    }
    warnings = []
    for place, one in enumerate(draft.content.warnings):
        st.markdown(f":material/warning: {escaped(_warned(one.problem, one.more))}")
        reason = st.text_input(_("Why may it stand?"), one.reason, max_chars=LONGEST, key=f"{scope}.reason.{place}")
        warnings.append(replace(one, reason=reason.strip()))
    return replace(draft.content, messages=messages, warnings=tuple(warnings))


def _say_content(draft: Draft) -> None:
    """What is submitted, as it is: it is changed only after it was sent back."""
    for code in LANGUAGES:
        st.text(f"{_(NAMES[code])}: {draft.content.messages.get(code, '')}")
    for one in draft.content.warnings:
        reason = _("Reason: {reason}").format(reason=one.reason)
        st.markdown(f":material/warning: {escaped(_warned(one.problem, one.more))} {escaped(reason)}")


def _warned(problem: Problem, more: int) -> str:
    also = ngettext("And {count} more like it.", "And {count} more like it.", more).format(count=more) if more else ""
    return f"{sentence(problem)} {also}".strip()


def _steps(draft: Draft) -> None:
    rows = [
        {
            _("When (UTC)"): f"{step.at:%Y-%m-%d %H:%M:%S}",
            _("Who"): step.who,
            _("What"): _(WORDS[step.what]),
            _("Detail"): step.detail,
        }
        for step in reversed(draft.steps)
    ]
    st.dataframe(rows, hide_index=True, placeholder="", key="drafts.steps", alt=_("What happened to this draft"))
