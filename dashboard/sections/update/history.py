"""Every release: who, when, why, what changed, with which files; any two compared; undo as a new release."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.auth import permission
from dashboard.language import LANGUAGES, _, current, spoken
from dashboard.page import Page
from dashboard.sections.sign_in import asked_to
from dashboard.sections.update.preview import show_difference
from dashboard.sections.update.publish import ask_author, make_release
from dashboard.sections.update.said import ask_said
from etl.datasets import all_datasets
from etl.export import zip_bytes
from etl.ledger.draft import EARLY_READERS
from etl.ledger.release import Release

HEIGHT = 280


def show_history(page: Page) -> None:
    releases = page.ledger.releases()[::-1]
    st.header(_("History"), anchor=False)
    st.dataframe(
        _table(releases),
        hide_index=True,
        placeholder="",
        height=min(37 + 35 * len(releases), HEIGHT),
        key="history.table",
        alt=_("Every release, newest first"),
    )
    numbers = [release.number for release in releases]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        # of this newest release: an answer of the browser from before it says nothing about the lists of now
        chosen = _number(_("Release"), numbers, 0, f"history.release.{numbers[0]}")
        against = _number(_("compared with"), numbers, min(1, len(numbers) - 1), f"history.against.{numbers[0]}")
    release = next(one for one in releases if one.number == chosen)
    _files(page, release)
    shareable_only = not permission.may_edit()
    st.download_button(
        _("Release {number} as a zip: DuckDB, Parquet, CSV").format(number=chosen),
        lambda: zip_bytes(page.ledger, chosen, shareable_only=shareable_only),
        file_name=f"alliance-ledger-release-{chosen}.zip",
        mime="application/zip",
        icon=":material/download:",
        on_click="ignore",
        key="history.export",
    )
    difference = page.ledger.diff(against, chosen)
    if difference:
        st.caption(_("From release {a} to release {b}").format(a=against, b=chosen))
        show_difference(difference, "history.difference")
    elif against != chosen:
        st.caption(_("Releases {a} and {b} hold the same.").format(a=against, b=chosen))
    if permission.may_edit() or asked_to("history.undo"):
        _undo(page, chosen)


def _number(label: str, numbers: list[int], index: int, key: str) -> int:
    if st.session_state.get(key) not in numbers:
        st.session_state[key] = numbers[index]
    return st.selectbox(label, numbers, key=key, width=150)


def _table(releases: list[Release]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("Release"): [release.number for release in releases],
            _("Published (UTC)"): [release.published_at.strftime("%Y-%m-%d %H:%M") for release in releases],
            _("Who"): [release.author for release in releases],
            _("Why"): [_why(release) for release in releases],
            _("Rows taken out and put in"): [_changed(release) for release in releases],
            _("Source"): [release.extra.get("source") or "" for release in releases],
            _("Files"): [", ".join(file["name"] for file in release.extra.get("files", [])) for release in releases],
        }
    )


def _why(release: Release) -> str:
    """Its message, with the language where that is not the reader's; and what it corrects."""
    message, spoken = release.said(current())
    marked = message if spoken == current() else f"{message} [{spoken}]"
    wrong = release.correction
    marked = f"{_('Correction: {what}').format(what=wrong.text(current()))} {marked}" if wrong else marked
    early = release.extra.get(EARLY_READERS)
    return f"{marked} ({_seen_before(early)})" if early else marked


def _seen_before(early: Mapping[str, Any]) -> str:
    names = ", ".join(early["names"])
    if not early["from"]:
        return _("seen before by {names}").format(names=names)
    begins = f"{datetime.fromisoformat(early['from']):%Y-%m-%d %H:%M}"
    return _("seen before by {names}, from {time} UTC on").format(names=names, time=begins)


def _changed(release: Release) -> str:
    parts = release.extra.get("changed", {})
    signs = (("deleted", "−"), ("inserted", "+"))
    return ", ".join(
        " ".join([_title(name), *(f"{sign}{counts[kind]}" for kind, sign in signs if counts[kind])])
        for name, counts in parts.items()
    )


def _title(name: str) -> str:
    """A dataset by its title; one that this version does not know by its name."""
    known = all_datasets().get(name)
    return _(known.title) if known else name


def _content(page: Page, sha256: str) -> bytes:
    return page.ledger.file(sha256)[1]


def _files(page: Page, release: Release) -> None:
    """The originals, to download."""
    for file in release.extra.get("files", []):
        sha256, name = file["sha256"], file["name"]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                _("Original file"),
                partial(_content, page, sha256),
                name,
                icon=":material/download:",
                on_click="ignore",
                key=f"history.file.{sha256}",
            )
            st.text(f"{name}\nsha256 {sha256}")


def _undo(page: Page, chosen: int) -> None:
    """Undo the newest release, or all after the one chosen: a new release that holds what was held then, after a second look."""
    newest = page.ledger.newest()
    before = max((one.number for one in page.ledger.releases() if one.number < chosen), default=chosen)
    back = before if chosen == newest else chosen
    if back == newest:
        return
    label = _("Undo release {number} …") if chosen == newest else _("Undo all after release {number} …")
    popover = st.popover(label.format(number=chosen), icon=":material/undo:")
    with popover:
        st.text(
            _(
                "A new release will hold what release {number} held. The releases in between stay in the history."
            ).format(number=back)
        )
        with spoken(next(code for code in LANGUAGES if code != current())):
            other = _("Back to release {number}").format(number=back)
        both, own = page.ledger.needs_review(), _("Back to release {number}").format(number=back)
        said = ask_said(popover, f"history.{back}", own, other if both else "", both=both)
        author = ask_author(popover, "history.author")
        lacking = said.lacking + ([] if author else [_(permission.NAMELESS)])
        if lacking:
            st.caption(" ".join(lacking))
        if st.button(_("Yes, undo"), type="primary", disabled=bool(lacking), key="history.undo"):
            make_release(
                lambda: page.ledger.rollback(back, author=author, message=said.message, extra=said.extra), submit=both
            )
