"""What a page shows of the sign-in: the way in and out, the sentence for who may not look, the audit log."""

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.auth import identity, permission
from dashboard.auth.audit_words import retold
from dashboard.language import _, current, labelled
from dashboard.page import escaped
from etl.ledger.audit import COMMAND_LINE, PUBLISHED, REFUSED, REMOVED
from etl.ledger.draft import WORDS
from etl.ledger.release import Release

MOST_SHOWN = 500
HEIGHT = 240
PLACES = (COMMAND_LINE, permission.THIS_MACHINE)  # words among addresses


def let_in() -> bool:
    """Whether this session may look; if not, its reader is told why. Asked in every run: a sign-in may have ended."""
    why = permission.keeps_from_viewing(permission.visit())
    if why is None:
        return True
    st.info(escaped(why.text(_)), icon=":material/lock:")
    show_sign_in()
    return False


def show_sign_in(key: str = "sign_in") -> None:
    """The button to sign in, or who is signed in and the button to sign out; nothing where sign-in is not set up.

    The door keeps the page and its whole query, and opens it again after the sign-in.
    """
    if not identity.is_set_up():
        return
    person = permission.signed_in()
    if person is None:
        if st.button(_("Sign in"), icon=":material/login:", type="tertiary", key=key):
            name = identity.provider()
            st.login(None if name == identity.DEFAULT_PROVIDER else name)
        return
    with st.popover(_("Signed in"), icon=":material/person:", type="tertiary", key=f"{key}.person"):
        st.text(person.name)
        if permission.may_edit():
            zone = ZoneInfo(st.context.timezone or "UTC")
            st.text(
                _("You may publish until {time}.").format(
                    time=f"{datetime.fromtimestamp(person.token_ends_at, zone):%H:%M}"
                )
            )
        if st.button(_("Sign out"), icon=":material/logout:", key=f"{key}.out"):
            st.logout()


def show_audit(releases: list[Release]) -> None:
    """Every publish and refusal, for editors."""
    log = permission.audit().entries(releases, current(), retold, labelled).head(MOST_SHOWN)
    words = {step: _("draft {step}").format(step=_(word)) for step, word in WORDS.items()}
    words |= {PUBLISHED: _("published"), REFUSED: _("refused"), REMOVED: _("removed")}
    shown = {
        _("When (UTC)"): log["at"].map(lambda at: at.strftime("%Y-%m-%d %H:%M:%S")),
        _("Who"): log["who"].where(log["who"] != "", _("nobody signed in")),
        _("What"): log["what"].map(words),
        _("Detail"): log["detail"],
        _("From where"): log["where"].map(lambda place: _(place) if place in PLACES else place),
    }
    st.header(_("Audit log"), anchor=False)
    st.dataframe(
        shown,
        hide_index=True,
        placeholder="",
        height=min(38 + 35 * len(log), HEIGHT),
        key="audit",
        alt=_("Every publish, refusal and step of a draft, newest first"),
    )


def asked_to(button: str) -> bool:
    """Whether this run answers a press of that button (its key): it then goes as far as the write, which asks and keeps a refusal."""
    return bool(st.session_state.get(button))


def say_not_allowed(refused: permission.NotAllowed) -> None:
    """A write was refused: why, and that nothing happened."""
    st.error(escaped(f"{refused.message.text(_)} {_('Nothing was published.')}"), icon=":material/lock:")
