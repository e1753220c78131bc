"""Step 4: who publishes and why; and going on when somebody else was faster."""

from collections.abc import Callable

import streamlit as st

from dashboard.auth import permission
from dashboard.language import _
from dashboard.page import Page, escaped, origin
from dashboard.sections.sign_in import say_not_allowed
from dashboard.sections.update.preview import remember, show_difference
from dashboard.sections.update.tables import told
from dashboard.streamlit_internals import Container
from etl.contract import ContractViolation
from etl.importing.proposal import Proposal, again, publish
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.release import Release, ReleaseConflict


def ask_and_publish(page: Page, proposal: Proposal, accepted: bool) -> None:
    """Message, name and the button; what keeps it from being pressed is said beside it."""
    left, right = st.columns([3, 1])
    message = left.text_input(_("Why (everybody sees it in the history)"), max_chars=300, key="update.message").strip()
    author = ask_author(right, "update.author")
    reasons = []
    if not accepted:
        reasons.append(_("Tick every warning you have looked at."))
    if not message:
        reasons.append(_("Say why."))
    if not author:
        reasons.append(_("Say who publishes."))
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            _("Publish"), type="primary", icon=":material/publish:", disabled=bool(reasons), key="update.publish"
        )
        if reasons:
            st.caption(" ".join(reasons))
    if pressed:
        make_release(lambda: _published(page, proposal, author, message))


def ask_author(place: Container, key: str) -> str:
    """Who publishes: the person signed in, else the name given, which is asked for."""
    signed_in = permission.signed_in() is not None
    return place.text_input(
        _("Who publishes"), value=permission.editor(), max_chars=80, disabled=signed_in, key=key
    ).strip()


def _published(page: Page, proposal: Proposal, author: str, message: str) -> Release | None:
    try:
        return publish(page.ledger, proposal, author=author, message=message)
    except ReleaseConflict:
        st.rerun()  # the page says what changed in between


def make_release(make: Callable[[], Release | None]) -> None:
    """Make a release and say which one, or why there is none."""
    try:
        with st.spinner(_("Publishing …")):
            release = make()
    except permission.NotAllowed as refused:
        say_not_allowed(refused)  # asked inside the write: the right to it may have gone since the page was opened
    except (ContractViolation, ReleaseConflict, LedgerUnavailable) as error:
        st.error(escaped(told(error)), icon=":material/error:")
    else:
        finish(release.number if release else None)


def finish(number: int | None) -> None:
    """Put the file away and say which release was made."""
    for name in ("update.read", "update.proposal"):
        st.session_state.pop(name, None)
    st.session_state["update.turn"] = st.session_state.get("update.turn", 0) + 1
    st.session_state["update.done"] = number
    for name in ("update.message", "update.new_edition", "update.leave_out", "update.outliers"):
        st.session_state.pop(name, None)
    st.rerun()


def say_done() -> None:
    """The release made last in this session, with its link, until the next file."""
    if "update.done" not in st.session_state:
        return
    number = st.session_state["update.done"]
    if number is None:
        st.info(_("Nothing differs from the newest release: no new one was made."), icon=":material/info:")
        return
    st.success(
        _("Release {number} is published. Every open page shows it.").format(number=number),
        icon=":material/check_circle:",
    )
    st.code(f"{origin()}/spending?release={number}", language=None)


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
                number=release.number, author=release.author, message=release.message
            )
        )
    difference = page.ledger.diff(proposal.base, newest)
    if difference:
        show_difference(difference, "update.between")
    if st.button(_("Go on from release {number}").format(number=newest), type="primary", key="update.again"):
        remember(again(page.ledger, proposal))
        st.rerun()
    return True
