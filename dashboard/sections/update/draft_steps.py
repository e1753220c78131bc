"""What is done with a draft, by whom: submitted, approved, sent back, merged, published, withdrawn."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pandas as pd
import streamlit as st

from dashboard.auth import permission
from dashboard.language import _
from dashboard.page import Page, escaped
from dashboard.sections.sign_in import say_not_allowed
from dashboard.sections.update.publish import make_release
from dashboard.sections.update.seen import Seen
from dashboard.sections.update.tables import told
from etl.contract import ContractViolation
from etl.ledger.draft import APPROVED, OPEN, SUBMITTED, Actor, Content, Draft
from etl.ledger.draft_release import DRAFT, merged
from etl.ledger.drafts import StepRefused
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.release import Release
from etl.ledger.three_way import LEDGER


def act(
    page: Page,
    draft: Draft,
    content: Content,
    seen: Seen,
    lacking: list[str],
    *,
    rows: Mapping[str, pd.DataFrame] | None = None,
) -> None:
    """The buttons of a draft in its state, for this person; what keeps one from being pressed is said. `rows`: its
    tables with what was filled in on the page, which have to be saved and looked at first."""
    drafts, review = page.ledger.drafts, page.ledger.needs_review()
    told_of = f"the draft {draft.key[:8]}"
    lacking += [_("Save the rows, and look at what they change.")] if rows else []
    lacking, waits = lacking + _lacking(content, seen), bool(content.moment and content.moment > datetime.now(UTC))

    def saved(actor: Actor) -> Draft:
        return drafts.change(draft, content.completed_by(actor.name) if rows else content, actor, rows)

    def published(actor: Actor) -> Release | Draft | None:
        ready = draft if draft.state == APPROVED else drafts.approve(saved(actor), actor, by_another=review)
        return ready if waits else page.ledger.publish_draft(ready, actor)

    with st.container(horizontal=True, vertical_alignment="center"):
        if draft.state == OPEN:
            if review and _button("submit", _("Submit for review"), "rate_review", lacking, primary=True):
                _take(f"submit {told_of}", lambda actor: drafts.submit(saved(actor), actor))
            name = _("Publish at its time") if waits else _("Publish this draft")
            if not review and _button("publish", name, "publish", lacking, primary=True):
                make_release(lambda: published(permission.actor(f"publish {told_of}")))
            if _button("save", _("Save"), "save", [] if rows or content != draft.content else [""]):
                _take(f"change {told_of}", saved)
        else:
            lacking += _own(draft) if review else []
            asked = draft.state == SUBMITTED and review
            name = _("Approve") if waits else _("Approve and publish") if asked else _("Publish this draft")
            if draft.state == APPROVED and waits:
                lacking = []  # it goes out by itself
            elif _button("approve", name, "publish", lacking, primary=True):
                make_release(lambda: published(permission.actor(f"approve {told_of}")))
            _ask_send_back(page, draft)
        if _button("withdraw", _("Withdraw"), "delete", []):
            _take(f"withdraw {told_of}", lambda actor: drafts.withdraw(draft, actor))
        if any(lacking):
            st.caption(" ".join(lacking))


def _lacking(content: Content, seen: Seen) -> list[str]:
    lacking = [_("Say why, in both languages.")] if content.lacking_languages else []
    lacking += [_("Give a reason for every warning.")] if content.without_reason else []
    lacking += [_("Settle what stands in the way.")] if seen.problems else []
    return lacking + ([] if seen.problems or seen.difference else [_("Nothing differs.")])


def _own(draft: Draft) -> list[str]:
    """Said before the button is pressed; the step itself asks again."""
    person = permission.signed_in()
    subject = f"{person.claims.get('iss')} {person.claims.get('sub')}" if person else ""
    own = draft.is_of(Actor(permission.editor(), "", subject))
    return (
        [_("Somebody else must approve it: you had a hand in this draft.")] if own and draft.state == SUBMITTED else []
    )


def _button(name: str, label: str, icon: str, lacking: list[str], *, primary: bool = False) -> bool:
    return st.button(
        label,
        type="primary" if primary else "secondary",
        icon=f":material/{icon}:",
        disabled=bool(lacking),
        key=f"drafts.{name}",
    )


def _ask_send_back(page: Page, draft: Draft) -> None:
    with st.popover(_("Send back …"), icon=":material/undo:", key="drafts.back"):
        reason = st.text_area(_("What is to be changed?"), max_chars=2000, key=f"drafts.{draft.key[:8]}.back")
        if st.button(_("Send back"), type="primary", disabled=not reason.strip(), key="drafts.back.send"):
            what = f"send back the draft {draft.key[:8]}"
            _take(what, lambda actor: page.ledger.drafts.send_back(draft, actor, reason))


def settle(page: Page, draft: Draft, content: Content) -> None:
    """Rows that were changed in the ledger, too: whose to take, in a draft that then stands on the newest release."""
    if draft.state != OPEN:
        st.caption(_("Send it back: its author then chooses whose rows to take."))
        return
    what = f"merge the draft {draft.key[:8]}"
    with st.container(horizontal=True):
        for take, label in ((DRAFT, _("Take the draft’s rows")), (LEDGER, _("Take the ledger’s rows"))):
            if st.button(label, icon=":material/merge:", key=f"drafts.take.{take}"):
                _take(what, partial(_rebased, page, draft, content, take))


def _rebased(page: Page, draft: Draft, content: Content, take: str, actor: Actor) -> Draft:
    base, tables = merged(page.ledger, draft, take)
    return page.ledger.drafts.change(draft, replace(content, base=base), actor, tables)


def _take(what: str, step: Callable[[Actor], Draft]) -> None:
    """Take a step with the right to it asked for, and say why it could not be taken."""
    try:
        step(permission.actor(what))
    except permission.NotAllowed as refused:
        say_not_allowed(refused)
    except (ContractViolation, StepRefused, LedgerUnavailable) as error:
        st.error(escaped(told(error)), icon=":material/error:")
    else:
        st.rerun()
