"""Groups of goods whose duty is not computed: named below the bars of the others, or in a sentence."""

import pandas as pd

from dashboard.language import _, money
from dashboard.topics.exposure_words import uncounted
from dashboard.topics.named_bars import Lanes

MOST_NAMED = 4


def name_uncounted(lanes: Lanes, rows: pd.DataFrame) -> None:
    """Lanes without bars, of those with most trade, under words that say why."""
    out = uncounted(rows)
    if out.empty:
        return
    words = _("Not computed: several rates, or none stated")
    if len(out) > MOST_NAMED:
        words = _("Not computed: several rates, or none stated; the largest of {count} groups")
    lanes.heading(words.format(count=len(out)))
    for row in out.head(MOST_NAMED).itertuples():
        lanes.named(f"<b>{row.label}</b> · {_imported(row)}", 0)


def not_computed(rows: pd.DataFrame) -> str:
    out = uncounted(rows)
    if out.empty:
        return ""
    named = "; ".join(f"{row.label} ({_imported(row)})" for row in out.head(MOST_NAMED).itertuples())
    words = _("Not computed, as they have several rates or none that is stated: {groups}.")
    if len(out) > MOST_NAMED:
        words = _("Not computed, as they have several rates or none that is stated: {groups} and others.")
    return words.format(groups=named)


def _imported(row) -> str:
    return _("{amount} imported").format(amount=money(row.imports_usd_million))
