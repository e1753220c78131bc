"""Who set the figures of a view, where it was not their publisher: read off the marks in its sources, and said in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dashboard.language import _, current, day
from etl.ledger.provenance import BY_HAND, MARK
from etl.ledger.release import CHANGED, Release
from etl.ledger.snapshot import Snapshot

MOST_NAMED = 3


@dataclass(frozen=True)
class Change:
    """A release that set figures of a view; `by_hand`: a person's upload, no publisher's own file."""

    number: int
    by_hand: bool
    release: Release = field(compare=False, repr=False)

    @property
    def text(self) -> str:
        """As it stands beside a figure."""
        return _("changed by {author} in release {number}").format(author=self.release.changed_by, number=self.number)


def corrected_in_words(release: Release, *, later: bool = False) -> str:
    """What a release corrected and since when that was wrong; empty for one that corrects nothing.

    `later`: it came after the release that is shown.
    """
    if not (wrong := release.correction):
        return ""
    since = _("Corrected since, in release {number} of {day}: {what} Wrong since {since}.")
    text = since if later else _("Corrected in release {number} of {day}: {what} Wrong since {since}.")
    what, on = wrong.text(current()), day(release.published_on)
    return text.format(number=release.number, day=on, what=what.rstrip(".") + ".", since=day(wrong.since))


def corrections_of(changes: Iterable[Change]) -> list[Release]:
    """The releases among them that corrected figures, each once."""
    return list({change.number: change.release for change in changes if change.release.correction}.values())


def corrections_as_records(releases: Iterable[Release]) -> list[dict[str, Any]]:
    """Those that corrected, for programs: what was wrong in the reader's language, since when, where the difference is."""
    return [
        {
            "release": release.number,
            "published_at": release.published_at.isoformat(timespec="seconds"),
            "author": release.author,
            "what_was_wrong": wrong.text(current()),
            "wrong_since": wrong.since.isoformat(),
            "changed": dict(release.extra.get(CHANGED, {})),
            "difference": f"/api/v1/releases/{release.number - 1}/diff/{release.number}",
        }
        for release in releases
        if (wrong := release.correction)
    ]


def plain(source_ids: str) -> str:
    """The codes of a cell without their marks, each once."""
    return ";".join(dict.fromkeys(MARK.sub("", part) for part in source_ids.split(";")))


def settled(rows: pd.DataFrame, snapshot: Snapshot) -> tuple[pd.DataFrame, tuple[Change, ...], pd.Series | None]:
    """The rows with plain codes of sources; the releases that set figures in them; and who changed each row, in words.

    The words are None where no figure was changed by hand.
    """
    if not snapshot.marks or "source_id" not in rows:
        return rows, (), None
    cells = rows["source_id"]
    said = {cell: in_words(changes_in([cell], snapshot)) or None for cell in cells.dropna().unique()}
    words = cells.map(said).astype(object) if any(said.values()) else None
    rows = rows.assign(source_id=cells.map(plain, na_action="ignore").astype(cells.dtype))
    return rows, changes_in(said, snapshot), words if words is None else words.where(words.notna(), None)


def changes_in(source_ids: Iterable[str], snapshot: Snapshot) -> tuple[Change, ...]:
    """What the marks in cells of `source_id` say, the earliest release first."""
    marks = (MARK.search(part) for cell in source_ids for part in cell.split(";"))
    found = {(int(mark[2]), mark[1] == BY_HAND) for mark in marks if mark}
    return tuple(Change(number, by_hand, snapshot.marks[number]) for number, by_hand in sorted(found))


def in_words(changes: Iterable[Change]) -> str:
    """Who changed figures by hand, as one phrase; empty where nobody did."""
    said = [change.text for change in changes if change.by_hand]
    more = [_("and others")] if len(said) > MOST_NAMED else []
    return "; ".join(said[:MOST_NAMED] + more)


def as_records(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The changes by hand for programs."""
    return [
        {
            "release": change.number,
            "author": change.release.changed_by,
            "published_at": change.release.published_at.isoformat(timespec="seconds"),
            "message": change.release.message,
        }
        for change in changes
        if change.by_hand
    ]
