"""How a tariff measure stands on a day, in words: its rate, its status, the days that matter and the reason behind it."""

from datetime import date

import pandas as pd

from dashboard import labels, style
from dashboard.language import _, day, labelled, trimmed_percent
from dashboard.topics.tariffs import programme_in_words, rate_in_words, reason_in_words
from etl.message import N_
from policy.tariffs.words import ENDED

OPEN_THREATS = ("threatened", "announced")


def hover(row) -> str:
    """Rate, status, days, why it is counted or not, how far its source is trusted, and what sources disagree about."""
    said = [
        f"<b>{style.wrapped(row.title, 56)}</b>",
        labelled(
            rate_in_words(row.rate_pct, row.rate_kind),
            f"{labels.of('status', row.status)}, {period(row.from_on, row.to_on)}",
        ),
    ]
    if row.status in OPEN_THREATS and pd.notna(row.planned_on):
        said.append(_("planned from {day}").format(day=day(row.planned_on)))
    said.append(style.wrapped(reason_in_words(row.why, row.excluded_by), 56))
    return "<br>".join(said + doubts(row))


def doubts(row) -> list[str]:
    """How far to trust a layer or a step, and on what sources disagree: the last lines of what hovers over it."""
    said = [labelled(labels.header("trust"), labels.of("trust", row.trust))] if row.trust else []
    return said + ([style.wrapped(_("Sources disagree: {what}").format(what=row.conflict), 56)] if row.conflict else [])


def period(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """ "from … until …": the end is the first day it no longer holds."""
    if pd.isna(end):
        return _("from {start}").format(start=day(start))
    return _("from {start} until {end}").format(start=day(start), end=day(end))


def standing_in_words(rows: pd.DataFrame, on: date) -> str:
    """How one measure stands on a day, in a few words, with the days that matter."""
    moment = pd.Timestamp(on)
    now = rows[(rows["from_on"] <= moment) & ~(rows["to_on"] <= moment)]
    if now.empty:
        return _not_now_in_words(rows, on)
    rank = {"in_force": 0, "scheduled": 1, "suspended": 2, "threatened": 3, "announced": 4}
    order = now["status"].map(rank).fillna(5) - now["included"].astype("float64")
    row = now.loc[order.idxmin()]
    if (rows["role"] == "threat").all() and row["status"] not in OPEN_THREATS:
        return _past_threat_in_words(rows, row)
    if row["status"] in ENDED:
        return _ended_in_words(rows)
    if row["status"] in OPEN_THREATS:
        return _threat_in_words(now[now["status"] == row["status"]])
    return _duty_in_words(row, rows)


def _not_now_in_words(rows: pd.DataFrame, on: date) -> str:
    """A measure of which nothing holds on the day: another took its place, or it is yet to come."""
    if len(rows) and rows["from_on"].min() > pd.Timestamp(on):
        return _("not yet: from {day}").format(day=day(rows["from_on"].min()))
    counted = rows[rows["included"] & (rows["rate_pct"] > 0) & rows["to_on"].notna()]
    if counted.empty:
        return _("nothing known to apply on {day}").format(day=day(on))
    last = counted.loc[counted["to_on"].idxmax()]
    return _("{rate} until {day}").format(rate=trimmed_percent(last["rate_pct"]), day=day(last["to_on"]))


def in_force_in_words(rate: str, since: pd.Timestamp, rate_since: pd.Timestamp) -> str:
    """Since when a duty is in force and, where that came later, since when at its rate."""
    if not rate:
        return _("in force since {day}").format(day=day(since))
    if rate_since > since:
        words = _("{rate} since {rate_day}, in force since {day}")
        return words.format(rate=rate, rate_day=day(rate_since), day=day(since))
    return _("{rate}, in force since {day}").format(rate=rate, day=day(since))


def _first_of_run(rows: pd.DataFrame, row: pd.Series, same: list[str]) -> pd.Timestamp:
    """The first day of the stretches of its line that lead without a gap to this one, and are the same in these columns."""
    first = row["from_on"]
    own = rows[rows["line_id"] == row["line_id"]].sort_values("from_on", ascending=False)
    for one in own[own["from_on"] < first].to_dict("records"):
        if one["to_on"] != first or any(one[name] != row[name] for name in same):
            break
        first = one["from_on"]
    return first


def _duty_in_words(row: pd.Series, rows: pd.DataFrame) -> str:
    rate = rate_in_words(row["rate_pct"], row["rate_kind"])
    if row["status"] == "scheduled":
        return _("{rate}, scheduled from {day}").format(rate=rate, day=day(row["planned_on"]))
    if row["status"] == "suspended":
        return _("{rate}, suspended since {day}").format(rate=rate, day=day(row["from_on"]))
    in_force = _first_of_run(rows, row, ["status"]), _first_of_run(rows, row, ["status", "rate_pct", "rate_kind"])
    since = in_force_in_words(rate, *in_force)
    return since if row["included"] else f"{since}. {reason_in_words(row['why'], row['excluded_by'])}"


def _rates_and_days(rows: pd.DataFrame) -> str:
    parts = []
    for row in rows.sort_values("planned_on").itertuples():
        later = pd.notna(row.planned_on) and row.planned_on > row.from_on
        rate = _("no rate named") if pd.isna(row.rate_pct) else trimmed_percent(row.rate_pct)
        parts.append(_("{rate} from {day}").format(rate=rate, day=day(row.planned_on)) if later else rate)
    return ", ".join(dict.fromkeys(parts))


def _threat_in_words(rows: pd.DataFrame) -> str:
    role, status = rows["role"].iloc[0], rows["status"].iloc[0]
    if role == "preliminary":
        return _("preliminary result: {rates}; not collected").format(rates=_rates_and_days(rows))
    return _("{status}: {rates}; not in force").format(status=labels.of("status", status), rates=_rates_and_days(rows))


def _ended_in_words(rows: pd.DataFrame) -> str:
    first = rows[rows["status"].isin(ENDED)].sort_values("from_on").iloc[0]
    said = _("{status} on {day}").format(status=labels.of("status", first["status"]), day=day(first["from_on"]))
    counted = rows[(rows["status"] == "in_force") & rows["included"] & (rows["rate_pct"] > 0)].sort_values("from_on")
    if counted.empty:
        return said
    last = counted.iloc[-1]
    return until_in_words(said, trimmed_percent(last["rate_pct"]), last["to_on"], first["from_on"])


def until_in_words(said: str, rate: str, counted_until: pd.Timestamp, ended: pd.Timestamp) -> str:
    """An end, with the rate until then; or until when it was counted on these goods, where that was before."""
    if pd.isna(counted_until) or counted_until >= ended:
        return _("{said}, {rate} until then").format(said=said, rate=rate)
    return _("{rate} on these goods until {day}; {said}").format(said=said, rate=rate, day=day(counted_until))


def _past_threat_in_words(rows: pd.DataFrame, row: pd.Series) -> str:
    """A threat that is one no longer, or is held back."""
    threatened = rows[rows["status"] == "threatened"].drop_duplicates("line_id")
    ended = (
        _ended_in_words(rows) if row["status"] in ENDED else _("suspended since {day}").format(day=day(row["from_on"]))
    )
    return _("threatened: {rates}; {ended}, never in force").format(rates=_rates_and_days(threatened), ended=ended)


def never_counted(rows: pd.DataFrame, measure_id: str) -> str:
    """The rate at which the duty of a measure was in force on other goods only; empty where it was counted on these, or never."""
    duty = rows[(rows["measure_id"] == measure_id) & (rows["role"] != "threat") & (rows["status"] == "in_force")]
    rate = duty["rate_pct"].max()
    return trimmed_percent(rate) if rate > 0 and not duty["included"].any() else ""


def shortened(text: str, width: int = 48) -> str:
    """A long name cut at a word, so that it stands on one line on a phone."""
    return text if len(text) <= width else text[: width - 1].rsplit(" ", 1)[0] + "…"


NOT_IN_FORCE = {
    "scheduled": N_("signed, not yet in effect"),
    "announced": N_("announced, not yet in force"),
    "threatened": N_("threatened, not in force"),
}
NOT_COUNTED = {
    "excluded": N_("in force, but another programme on these goods ({programme}) excludes it"),
    "excluded_disputed": N_("in force, but sources disagree whether it comes on top"),
    "specific_beats_general": N_("in force, but a more specific rule applies"),
    "condition_open": N_("in force under a condition that is not taken as met"),
    "part_only": N_("in force, but on a part of these goods only"),
    "not_stated": N_("in force; sources do not say whether on these goods"),
    "exempt_goods": N_("in force, but these goods are exempt"),
    "rate_unknown": N_("in force, but its rate is not in our sources"),
    "ban_in_force": N_("in force, but not charged: the import is banned"),
}
"""How a layer stands that is not counted, by its status or, in force, by its reason (`policy.tariffs.words.REASONS`)."""


def left_out(row) -> str:
    """How it stands and why it is not counted, in a few words."""
    if row.status == "suspended" and pd.notna(row.from_on):
        return _("suspended since {day}").format(day=day(row.from_on))
    words = NOT_COUNTED.get(row.why) if row.status == "in_force" else NOT_IN_FORCE.get(row.status)
    if not words:
        return labels.of("status", row.status)
    return _(words).format(programme=programme_in_words(row.excluded_by))
