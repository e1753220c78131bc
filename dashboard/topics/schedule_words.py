"""What is said of the measures on goods through time: what is in force, what is threatened, how each lane is named."""

from typing import Any

import pandas as pd

from dashboard.language import _, labelled, trimmed_percent
from dashboard.topics.tariff_lanes import assumed_in_words
from dashboard.topics.tariff_timeline import drawn_of
from dashboard.topics.tariffs import charged_in_words, known_in_words, within_a_sentence


def finding(rows: pd.DataFrame, params: Any) -> str:
    totals = on_the_day(rows[(rows["kind"] == "total")], params).drop_duplicates("usmca").set_index("usmca")
    said = _said(totals, rows, params)
    threats = _open_threats(rows, params)
    if threats.empty:
        return said
    rates = _(", then ").join(dict.fromkeys(trimmed_percent(rate) for rate in threats["rate_pct"]))
    return _("{said}; {rates} threatened").format(said=said, rates=rates)


def _said(totals: pd.DataFrame, rows: pd.DataFrame, params: Any) -> str:
    goods, when = rows["goods"].iloc[0], known_in_words(params)
    live = totals[totals["status"] == "in_force"]
    if live.empty:
        return _("{goods}: no additional tariff in force {when}").format(goods=goods, when=when)
    if live["rate_kind"].eq("ban").any():
        return _("{goods}: import banned {when}").format(goods=goods, when=when)
    rates = live["rate_pct"].to_dict()
    if set(rates) >= {"yes", "no"} and rates["yes"] != rates["no"]:
        words = _("{goods}: {rate} in force {when}, {other} where they qualify under CUSMA")
        return words.format(
            goods=goods, rate=trimmed_percent(rates["no"]), other=trimmed_percent(rates["yes"]), when=when
        )
    return _("{goods}: {rate} in force {when}").format(
        goods=goods, rate=trimmed_percent(next(iter(rates.values()))), when=when
    )


def _open_threats(rows: pd.DataFrame, params: Any) -> pd.DataFrame:
    now = on_the_day(rows[rows["kind"] == "layer"], params)
    now = now[(now["status"] == "threatened") & (now["rate_pct"] > 0)]
    return now.drop_duplicates("line_id").sort_values("planned_on")


def subtitle(lanes: list[pd.DataFrame], params: Any, end: pd.Timestamp) -> str:
    """What is drawn and how, up to its last day; no word on what is not."""
    said = [_("Duties by measure, {charged}, % of customs value").format(charged=charged_in_words(params))]
    layers = [drawn_of(lane, pd.Timestamp(params.on)) for lane in lanes if not is_total(lane)]
    hatched = pd.concat(layers) if layers else pd.DataFrame({"included": []})
    hatched = hatched[~hatched["included"].astype("bool")]
    if len(hatched):
        said.append(labelled(_("hatched"), within_a_sentence(not_in_force(hatched))))
    return "; ".join(filter(None, [*said, assumed_in_words(params, end)]))


def not_in_force(drawn: pd.DataFrame) -> str:
    """What is not counted: where a measure is in force on other goods only, it is not said to be in force nowhere."""
    elsewhere = (drawn["status"] == "in_force") & ~drawn["included"].astype("bool")
    return _("Not in force, or not counted on these goods") if elsewhere.any() else _("Not in force")


def is_total(lane: pd.DataFrame) -> bool:
    return lane["kind"].iloc[0] == "total"


def on_the_day(lane: pd.DataFrame, params: Any) -> pd.DataFrame:
    moment = pd.Timestamp(params.on)
    return lane[(lane["from_on"] <= moment) & ~(lane["to_on"] <= moment)]
