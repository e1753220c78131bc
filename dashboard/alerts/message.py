"""A notice as it is sent: the same content for a person's mail and for a program."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from dashboard import language, links
from dashboard.alerts.notices import Notice
from dashboard.alerts.rule import Alert
from dashboard.alerts.words import lines_in_words
from dashboard.language import _, current, labelled
from dashboard.ledger import ledger
from dashboard.provenance import corrected_in_words
from etl.settings.days import day_of


@dataclass(frozen=True)
class Told:
    """A notice of an alert in the current language, with whole addresses: what shows it, the view as it is now, and how
    to end the alert, which ends by itself `ends_at` (None: it doesn't)."""

    alert: Alert
    notice: Notice
    shown: str
    view: str
    stop: str
    ends_at: datetime | None = None

    @classmethod
    def of(cls, alert: Alert, notice: Notice, base: str, stop: str, ends_at: datetime | None = None) -> Told:
        base = links.public_base(base)
        return cls(alert, notice, base + notice.address, base + alert.address, stop, ends_at)

    @property
    def subject(self) -> str:
        return _("{ledger}: {title} ({chart})").format(
            ledger="Alliance Ledger", title=self.notice.title, chart=_(self.alert.chart.title)
        )

    @property
    def text(self) -> str:
        """The whole mail."""
        shown = _("What differs, for good") if self.notice.is_of_release else _("The view of that day, for good")
        told = [self.notice.title, self.notice.view, "", *lines_in_words(self.notice), "", *self._release]
        told += [labelled(shown, self.shown), labelled(_("The view as it is now"), self.view)]
        told += ["", labelled(_("You follow"), self.alert.in_words), labelled(_("Stop this alert"), self.stop)]
        if self.ends_at:
            again = _("It ends on {day}: to go on, begin it again under “Share” below the view.")
            told += [again.format(day=language.day(day_of(self.ends_at)))]
        return "\n".join(told) + "\n"

    @property
    def _release(self) -> list[str]:
        """Which release it was, and what it corrected; of a day that came near, by which release it is told."""
        if not self.notice.is_of_release:
            told = _(
                "As release {number} knew it, the newest of that day; what a later one brings is told with that release."
            )
            return [told.format(number=self.notice.release)]
        release = ledger().release(self.notice.release)
        by = _("Release {number}, {day}: {message}").format(
            number=release.number, day=language.day(release.published_on), message=release.said(current())[0]
        )
        return list(filter(None, (by, corrected_in_words(release))))

    @property
    def body(self) -> bytes:
        """The whole message to a program, as Standard Webhooks have it: the same bytes whenever it is sent."""
        notice = self.notice
        lines = [
            {"what": one.what, "column": one.column, "old": one.values[0], "new": one.values[1]} for one in notice.lines
        ]
        data = {
            "alert": self.alert.query,
            "release": notice.release,
            "title": notice.title,
            "view_says": notice.view,
            "language": current(),
            "changes": lines,
            "difference" if notice.is_of_release else "pinned": self.shown,
            "view": self.view,
            "stop": self.stop,
        } | ({"ends_at": self.ends_at.isoformat(timespec="seconds")} if self.ends_at else {})
        kind = "alert.release" if notice.is_of_release else "alert.day"
        told = {"type": kind, "timestamp": notice.at.isoformat(timespec="seconds"), "data": data}
        return json.dumps(told, ensure_ascii=False).encode()
