"""Dated events beside the figures of a chart over time: which it may show, in words, and in its table.

How they are drawn is in `dashboard.event_lines`.
"""

from datetime import timedelta
from typing import Any

import pandas as pd

from dashboard.event_lines import MOST
from dashboard.language import _, day, localized, ngettext
from dashboard.params import EVENTS, ChartParams
from etl.ledger.snapshot import Snapshot

TRADE_PAGE, TRADE, ON_ALL = "tariffs", "trade", ("war", "government")
PLACES = ("countries", "country", "origin", "importer", "home")  # parameters that say whose figures a chart shows
COLUMN = "events_then"
OFF = {EVENTS: False}


def asked(params: ChartParams) -> bool:
    """Whether a link asks for events, of a chart that runs along time."""
    return bool(getattr(params, EVENTS, False)) and params.matters(EVENTS, vars(params))


def held(snapshot: Snapshot, params: Any, page: str) -> pd.DataFrame:
    """The events that charts of a page may show for these parameters, as known on their day, the oldest first."""
    chosen: set[str] = set()
    for value in (getattr(params, name, None) for name in PLACES):
        chosen |= {value} if isinstance(value, str) else set(value or ())
    events = snapshot.sql(
        f"""
        SELECT event_id, {localized("title")} AS title, event_on, event_kind, countries, source_id FROM events
        WHERE $known IS NULL OR known_on <= $known ORDER BY event_on, event_id
        """,
        known=getattr(params, "known", None),
    )
    kinds = (TRADE, *ON_ALL) if page == TRADE_PAGE else ()
    of_page = events["event_kind"].isin(kinds) if kinds else events["event_kind"] != TRADE
    of_place = events["countries"].map(lambda codes: pd.isna(codes) or bool(chosen & set(codes.split(";"))))
    return events[of_page & of_place.astype(bool)].reset_index(drop=True)


# --- words and table ---------------------------------------------------------------------------------------------------


def in_words(shown: pd.DataFrame) -> str:
    """The events that a chart draws, as a sentence."""
    if shown.empty:
        return _("No event is held for the time shown.")
    named = [
        _("{title} ({day})").format(title=row.title, day=day(row.event_on.date()))
        for row in shown.tail(MOST).itertuples()
    ]
    text = _("Events: {events}").format(events="; ".join(named))
    if more := len(shown) - len(named):
        text += ngettext("; {count} earlier one", "; {count} earlier ones", more).format(count=more)
    return text + "."


def beside(rows: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """The rows with the events of their year, or of the days they hold for, in a column of its own."""
    spans = _spans(rows)
    if spans is None or shown.empty:
        return rows
    named = list(zip(shown["event_on"], shown["title"], strict=True))
    cells = ["; ".join(title for when, title in named if start <= when < end) or None for start, end in spans]
    return rows.assign(**{COLUMN: pd.Series(cells, index=rows.index, dtype=object)})


def _spans(rows: pd.DataFrame) -> list[tuple[pd.Timestamp, pd.Timestamp]] | None:
    """From when until when each row of a table holds; None where it has no time."""
    never = pd.Timestamp(2200, 1, 1)
    if "year" in rows:
        years = [None if pd.isna(year) else int(year) for year in rows["year"]]
        return [(pd.Timestamp(year, 1, 1), pd.Timestamp(year + 1, 1, 1)) if year else (never, never) for year in years]
    if {"from_on", "to_on"} <= set(rows.columns):
        ends = rows["to_on"].fillna(never)
        return [(never if pd.isna(start) else start, end) for start, end in zip(rows["from_on"], ends, strict=True)]
    if "period" in rows:
        starts = [pd.Timestamp(f"{text}-01") if len(str(text)) == 7 else never for text in rows["period"]]
        return [(start, start + pd.offsets.MonthBegin(1) if start < never else never) for start in starts]
    single = next((name for name in ("on", "event_on", "made_on", "due_on") if name in rows), None)
    if single is None:
        return None
    days = [never if pd.isna(when) else pd.Timestamp(when) for when in rows[single]]
    return [(when, when + timedelta(days=1)) if when < never else (never, never) for when in days]
