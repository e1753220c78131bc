"""The Sources page's list of what goes on: who said what last, when it was asked, what is expected next and late."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
import streamlit as st

from dashboard import freshness, labels, tables
from dashboard.auth import permission
from dashboard.freshness import Asked, Followed
from dashboard.language import _, number
from dashboard.page import Page, escaped
from dashboard.sections.sign_in import say_not_allowed
from etl.datasets import all_datasets
from etl.importing.watch import watch
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.ledger import Ledger
from etl.ledger.watch_log import FAILED, NEW, UNCHANGED, WatchLog
from etl.publishers import all_readers
from etl.vocabulary import RHYTHMS

HEIGHT_PX = 560
MOST_ANSWERS = 100


def show_freshness(page: Page) -> None:
    """What goes on, the latest first; below it every source, most of which speak once."""
    if permission.may_edit():
        check_now(page.ledger)  # first: the tables say when each was asked
    asked = freshness.asked(page.ledger)
    going_on = freshness.followed(page.ledger, page.snapshot.release)
    st.caption(
        _("Expected by each one's own rhythm. What may change at any time is late by the days nothing is known of.")
    )
    rows = [
        {_("What"): one.name}
        | _times(one.last_said_on, one, asked)
        | {_("What came of it"): _answer(freshness.asked_last(asked, one))}
        for one in going_on
    ]
    tables.show(pd.DataFrame(rows), key="list_freshness", alt=_("Freshness"), height="content")
    st.header(_("What their figures are"), anchor=False)
    tables.show(_readers(), key="list_readers", alt=_("What their figures are"), height="content")
    st.header(_("Every source"), anchor=False)
    every = [
        {_("Title"): title} | _times(said, one, asked) | {_("Code"): code}
        for code, title, said, one in freshness.of_sources(page.ledger, page.snapshot.release)
    ]
    tables.show(pd.DataFrame(every), key="list_freshness_sources", alt=_("Every source"), height=HEIGHT_PX)
    if permission.may_edit():
        _show_log(page.ledger)


def _readers() -> pd.DataFrame:
    """Each publisher whose files are read: into what, and what its figures may be compared with."""
    datasets = all_datasets()
    return pd.DataFrame(
        [
            {
                _("Publisher"): labels.of("publisher", code) if code in labels.PUBLISHERS else _(reader.NAME),
                _("Dataset"): _(datasets[reader.DATASET].title),
                _("What its figures are, and what they are not to be set against"): _(reader.COMPARABLE),
            }
            for code, reader in all_readers().items()
        ]
    )


def _answer(last: Asked | None) -> str:
    """What came of it when a publisher was asked last, in words; of a draft nobody but editors is told."""
    if last is None:
        return ""
    return last.told.text(_) if last.outcome in (UNCHANGED, FAILED) else _("Something new, which is being looked at.")


def _show_log(ledger: Ledger) -> None:
    """The newest answers of all publishers, as the log keeps them."""
    answers = WatchLog(ledger.store).answers()[-MOST_ANSWERS:]
    if not answers:
        return
    st.header(_("What publishers answered"), anchor=False)
    rows = [
        {
            _("When (UTC)"): f"{one.asked_at:%Y-%m-%d %H:%M}",
            _("Publisher"): one.publisher,
            _("What came of it"): one.told.text(_).removeprefix(one.address).lstrip("\u00a0: "),
            _("Address"): one.address,
        }
        for one in reversed(answers)
    ]
    wide = {_("What came of it"): st.column_config.TextColumn(width="large")}
    height = min(38 + 52 * len(rows), HEIGHT_PX)
    tables.show(
        pd.DataFrame(rows), key="list_watch", alt=_("What publishers answered"), height=height, column_config=wide
    )


def check_now(ledger: Ledger) -> None:
    """Ask one publisher for something new, as `python -m etl watch` does, and say what came of it. Publishes nothing."""
    readers = {code: reader for code, reader in all_readers().items() if reader.FILES}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {code: labels.PUBLISHERS.get(code, reader.NAME) for code, reader in readers.items()}
        code = st.selectbox(
            _("Publisher"), list(readers), format_func=lambda code: _(names[code]), key="check.publisher", width=320
        )
        pressed = st.button(_("Check now"), icon=":material/sync:", key="check.now")
    st.caption(_("What comes is kept and judged, new figures as a draft; nothing is published by this."))
    if not pressed:
        return
    try:
        permission.permit(f"ask {code} for something new")
        with st.spinner(_("Asking …")):
            told = list(watch(ledger, [readers[code]]))
    except permission.NotAllowed as refused:
        return say_not_allowed(refused)
    except LedgerUnavailable as trouble:
        st.error(escaped(str(trouble)), icon=":material/error:")
        return
    freshness.asked.cache_clear()
    if not told:
        st.info(_("It was asked within the last ten minutes; try again later."), icon=":material/info:")
    for entry in told:
        say = {NEW: st.success, UNCHANGED: st.info}.get(entry.outcome, st.warning)
        sentence = entry.told.text(_)
        say(escaped(sentence if sentence.startswith(entry.address) else f"{entry.address}: {sentence}"))


def _times(said: date | None, one: Followed | None, asked: Mapping[str, Asked]) -> dict[str, str]:
    """The columns both tables have: days in words, empty where there are none."""
    last = freshness.asked_last(asked, one)
    return {
        _("Last said"): said.isoformat() if said else "",
        _("Last asked (UTC)"): f"{last.at:%Y-%m-%d %H:%M}" if last else "",
        _("How often"): _(RHYTHMS[one.rhythm]) if one else _("once"),
        _("Next expected by"): one.next_expected_on.isoformat() if one and one.next_expected_on else "",
        _("Late by (days)"): number(one.overdue_days, 0) if one and one.overdue_days else "",
    }
