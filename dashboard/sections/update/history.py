"""Every release: who, when, why, what changed, with which files; any two compared; undo as a new release."""

import tempfile
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard.auth import permission
from dashboard.language import _
from dashboard.page import Page
from dashboard.sections.sign_in import asked_to
from dashboard.sections.update.preview import show_difference
from dashboard.sections.update.publish import ask_author, make_release
from etl.export import export_zip
from etl.ledger.ledger import Ledger
from etl.ledger.release import Release

HEIGHT = 280


def show_history(page: Page) -> None:
    releases = page.ledger.releases()[::-1]
    st.subheader(_("History"), anchor=False)
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
        lambda: _zip(page.ledger, chosen, shareable_only=shareable_only),
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


def _zip(ledger: Ledger, number: int, *, shareable_only: bool) -> bytes:
    """Made when it is asked for, not in every rerun."""
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "release.zip"
        export_zip(ledger, number, target, shareable_only=shareable_only)
        return target.read_bytes()


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
            _("Why"): [release.message for release in releases],
            _("Rows taken out and put in"): [_changed(release) for release in releases],
            _("Source"): [release.extra.get("source") or "" for release in releases],
            _("Files"): [", ".join(file["name"] for file in release.extra.get("files", [])) for release in releases],
        }
    )


def _changed(release: Release) -> str:
    parts = release.extra.get("changed", {})
    signs = (("deleted", "−"), ("inserted", "+"))
    return ", ".join(
        " ".join([name, *(f"{sign}{counts[kind]}" for kind, sign in signs if counts[kind])])
        for name, counts in parts.items()
    )


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
    """Go back to what a release held: a new release, after a second look."""
    newest = page.ledger.newest()
    if chosen == newest:
        st.caption(_("To undo, choose the release to go back to. That makes a new release; nothing is deleted."))
        return
    popover = st.popover(_("Go back to release {number} …").format(number=chosen), icon=":material/undo:")
    with popover:
        st.text(
            _(
                "A new release will hold what release {number} held. The releases in between stay in the history."
            ).format(number=chosen)
        )
        message = st.text_input(
            _("Why (everybody sees it in the history)"),
            value=_("Back to release {number}").format(number=chosen),
            max_chars=300,
            key=f"history.message.{chosen}",
        )
        author = ask_author(popover, "history.author")
        if st.button(_("Yes, go back"), type="primary", disabled=not (message.strip() and author), key="history.undo"):
            make_release(lambda: page.ledger.rollback(chosen, author=author, message=message))
