"""Step 4: who publishes and why; and going on when somebody else was faster."""

from collections.abc import Callable

import streamlit as st

from dashboard.auth import permission
from dashboard.language import LANGUAGES, _, current
from dashboard.ledger import ledger
from dashboard.page import Page, escaped, origin
from dashboard.sections.sign_in import say_not_allowed
from dashboard.sections.update.preview import remember, show_difference
from dashboard.sections.update.said import Said, ask_said
from dashboard.sections.update.tables import told
from dashboard.streamlit_internals import Container
from etl.contract import ContractViolation
from etl.importing.proposal import Proposal, again, publish
from etl.ledger.draft import APPROVED, SUBMITTED, Draft
from etl.ledger.drafts import StepRefused
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.release import Release, ReleaseConflict


def ask_and_publish(page: Page, proposal: Proposal, reasons: dict[str, str] | None) -> None:
    """Message, name and the buttons; what keeps them from being pressed is said beside them. `reasons`: why each warning
    may stand, None while one is not answered."""
    review = page.ledger.needs_review()
    left, right = st.columns([3, 1])
    said = ask_said(left, "update", both=review)
    author = ask_author(right, "update.author")
    lacking = said.lacking + ([] if author else [_(permission.NAMELESS)])
    if reasons is None:
        told = _("Tick every warning you have looked at, and say why it may stand.")
        lacking = [told if review else _("Tick every warning you have looked at."), *lacking]
    label, icon = (_("Submit for review"), "rate_review") if review else (_("Publish"), "publish")
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            label, type="primary", icon=f":material/{icon}:", disabled=bool(lacking), key="update.publish"
        )
        # what is lacking can be said later, on the draft itself
        kept = st.button(
            _("Keep as a draft"), icon=":material/draft:", disabled=not (said.message and author), key="update.keep"
        )
        if lacking:
            st.caption(" ".join(lacking))
    if pressed or kept:
        make_release(
            lambda: _published(page, proposal, author, said, reasons=reasons, as_draft=kept), submit=review and pressed
        )


def ask_author(place: Container, key: str) -> str:
    """Who publishes: the person signed in, else the name given, which is asked for once in a session."""
    signed_in = permission.signed_in() is not None
    st.session_state[key] = (
        permission.editor()
    )  # in every run: a box in a closed panel was never drawn and has no state
    place.text_input(
        _("Who publishes"), max_chars=80, disabled=signed_in, key=key, on_change=permission.give_name, args=(key,)
    )
    return permission.editor()


def _published(
    page: Page, proposal: Proposal, author: str, said: Said, *, reasons: dict[str, str] | None, as_draft: bool
) -> Release | Draft | None:
    try:
        return publish(
            page.ledger,
            proposal,
            author=author,
            message=said.message,
            said=said.extra,
            reasons=reasons,
            as_draft=as_draft,
        )
    except ReleaseConflict:
        st.rerun()  # the page says what changed in between


def make_release(make: Callable[[], Release | Draft | None], *, submit: bool = False) -> None:
    """Make a release, or a draft that is laid before another person at once with `submit`; say which, or why there is none."""
    try:
        with st.spinner(_("Publishing …")):
            made = make()
            if submit and isinstance(made, Draft):
                made = ledger().drafts.submit(made, permission.actor(f"submit the draft {made.key[:8]}"))
    except permission.NotAllowed as refused:
        say_not_allowed(refused)  # asked inside the write: the right to it may have gone since the page was opened
    except (ContractViolation, ReleaseConflict, StepRefused, LedgerUnavailable) as error:
        st.error(escaped(told(error)), icon=":material/error:")
    else:
        finish(made)


def finish(made: Release | Draft | None) -> None:
    """Put the file away and say which release or draft was made."""
    for name in ("update.read", "update.proposal", "update.drawings"):
        st.session_state.pop(name, None)
    st.session_state["update.turn"] = st.session_state.get("update.turn", 0) + 1
    st.session_state["update.done"] = made
    of_a_release = ("message", "translation", "corrects", "wrong_since", "new_edition", "leave_out", "outliers")
    for name in (*of_a_release, *(f"wrong.{code}" for code in LANGUAGES)):
        st.session_state.pop(f"update.{name}", None)
    st.rerun()


def say_done() -> None:
    """The release or draft made last in this session, with its link, until the next file."""
    if "update.done" not in st.session_state:
        return
    made: Release | Draft | None = st.session_state["update.done"]
    if made is None:
        st.info(_("Nothing differs from the newest release: no new one was made."), icon=":material/info:")
        return
    if isinstance(made, Draft):
        words = {
            SUBMITTED: _("Submitted: another editor must approve it. Nothing is published yet."),
            APPROVED: _("Approved: it is published at its time. Until then nothing says that it is there."),
        }
        st.success(words.get(made.state, _("Kept as a draft. Nothing is published yet.")), icon=":material/draft:")
        st.code(draft_address(made), language=None)
        return
    st.success(
        _("Release {number} is published. Every open page shows it.").format(number=made.number),
        icon=":material/check_circle:",
    )
    st.code(f"{origin()}/spending?release={made.number}", language=None)


def draft_address(draft: Draft) -> str:
    """Where a draft stands, for who may see it."""
    return f"{origin()}/update?draft={draft.key}"


def overtaken(page: Page, proposal: Proposal) -> bool:
    """Whether releases came after the proposal's base; if so, what they changed and a button to go on from there."""
    newest = page.ledger.newest()
    if newest == proposal.base:
        return False
    later = [release for release in page.ledger.releases() if release.number > proposal.base]
    st.warning(
        _(
            "Release {number} was published since you began. Nothing of yours was written. Look at what changed, then go on from there."
        ).format(number=newest),
        icon=":material/group:",
    )
    for release in later:
        st.text(
            _("Release {number}, {author}: {message}").format(
                number=release.number, author=release.author, message=release.said(current())[0]
            )
        )
    difference = page.ledger.diff(proposal.base, newest)
    if difference:
        show_difference(difference, "update.between")
    if st.button(_("Go on from release {number}").format(number=newest), type="primary", key="update.again"):
        remember(again(page.ledger, proposal))
        st.rerun()
    return True
