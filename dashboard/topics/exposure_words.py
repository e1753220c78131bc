"""What is said of a group of goods beside its dollars of duty: its rate, what is multiplied, and all of it where one points."""

from itertools import product
from typing import Any

import pandas as pd

from dashboard import labels, style
from dashboard.language import _, alphabetical, labelled, money, number, trimmed_percent
from dashboard.topics.tariff_dollars import ALL
from dashboard.topics.tariff_matrix import ALLIES_OF_THE_THREAT
from dashboard.topics.tariffs import within_a_sentence

DECIMALS = (1, 2, 3, 4, 5)  # of amounts: no more than it takes
WITH_TRADE = ("CAN", *ALLIES_OF_THE_THREAT)  # origins whose trade is held by group of goods
A_HALF = 1e-9  # to both sides of it
LEAST_BANNED = 0.05  # million US dollars: less reads as none
LEAST_SAID = 0.1  # % of customs value: the average of a group that has a lower one is not 0


def rate_of_group(row) -> str:
    """The rate, or both where it depends on CUSMA."""
    if row.banned is True:
        return _("import ban")
    if pd.isna(row.total_pct):
        return _("not stated") if row.not_stated is True else _("several rates")
    if pd.notna(row.qualifying_pct) and row.qualifying_pct != row.total_pct:
        return _("{low} or {high}").format(low=trimmed_percent(row.qualifying_pct), high=trimmed_percent(row.total_pct))
    return trimmed_percent(row.total_pct)


def terms_in_words(row) -> str:
    """What is multiplied: a rate and an amount, or two of each where a part claimed CUSMA and is charged less.

    With as many decimals as it takes to come, multiplied by hand, to the dollars that are said of it.
    """
    said = _product(row)
    if pd.isna(row.rate_pct) and _has_two_rates(row) and row.claimed_usd_million > 0:
        said = _two_products(row)
    if is_on_whole_value(row):
        said = _("{said}, US content not deducted").format(said=said)
    own = getattr(row, "ledger_duty_usd_million", row.duty_usd_million)
    if pd.notna(own) and own != row.duty_usd_million:
        said = f"{said} ({_('ledger: {amount}').format(amount=money(own))})"
    return said


def _product(row) -> str:
    """A rate and an amount."""
    words = _("{rate} on average × {amount} imported") if _is_average(row) else _("{rate} × {amount} imported")
    rates = {2: row.total_pct if pd.isna(row.rate_pct) else row.rate_pct}
    rates = {digits: round(row.rate_pct, digits) for digits in (1, 2)} if _is_average(row) else rates
    for (decimals, rate), digits in product(rates.items(), DECIMALS):
        if _makes(rate * _shown(row.imports_usd_million, digits), row):
            return words.format(rate=_rate(row, decimals), amount=money(row.imports_usd_million, digits=digits))
    return words.format(rate=_rate(row, min(rates)), amount=money(row.imports_usd_million))


def _two_products(row) -> str:
    """The rate of what claimed CUSMA and the rate of the rest, each with its amount."""
    rest, claimed = row.imports_usd_million - row.claimed_usd_million, row.claimed_usd_million
    for digits in DECIMALS:
        if _makes(row.total_pct * _shown(rest, digits) + row.qualifying_pct * _shown(claimed, digits), row):
            break
    return _("{high} × {rest} imported; {low} × {claimed} claimed under CUSMA").format(
        low=trimmed_percent(row.qualifying_pct),
        claimed=money(claimed, digits=digits if row.qualifying_pct else 1),
        high=trimmed_percent(row.total_pct),
        rest=money(rest, digits=digits),
    )


def _makes(per_cent: float, row) -> bool:
    """Whether a product, in per cent, is the dollars of a group as they are written, whichever way a half is rounded."""
    if pd.isna(per_cent) or pd.isna(row.duty_usd_million):
        return False
    return {money(per_cent / 100 * part) for part in (1 - A_HALF, 1 + A_HALF)} == {money(row.duty_usd_million)}


def _shown(million: float, digits: int) -> float:
    """An amount as `money` writes it with so many decimals."""
    unit = 1000 if abs(million) >= 1000 else 1
    return round(million / unit, digits) * unit


def _rate(row, digits: int) -> str:
    """The rate that makes the dollars."""
    if pd.isna(row.rate_pct):
        return rate_of_group(row)
    if 0 < row.rate_pct < LEAST_SAID:
        return _("less than {rate}").format(rate=trimmed_percent(LEAST_SAID))
    return trimmed_percent(round(row.rate_pct, digits))


def is_on_whole_value(row) -> bool:
    """Whether goods that claimed CUSMA are charged on their whole value, though their US content is free."""
    return row.claimed_usd_million > 0 and row.us_made_pct < row.qualifying_pct


def _has_two_rates(row) -> bool:
    return pd.notna(row.total_pct) and pd.notna(row.qualifying_pct) and row.qualifying_pct != row.total_pct


def _is_average(row) -> bool:
    """Whether the codes of a group are charged several rates, of which one is made."""
    return pd.notna(row.rate_pct) and (_has_two_rates(row) or abs(row.rate_pct - row.total_pct) >= LEAST_SAID / 20)


def whole_values(rows: pd.DataFrame) -> str:
    """Why goods of which the rate is on a part of the value are charged on all of it."""
    names = [row.label for row in rows.itertuples() if is_on_whole_value(row)]
    words = _(
        "{groups}: what qualifies under CUSMA is charged on its non-US content only. Our sources do not say how much that is: the whole value is counted, less may be due."
    )
    first, *others = names or [""]
    return words.format(groups=", ".join([first, *map(within_a_sentence, others)])) if names else ""


def banned_trade(rows: pd.DataFrame) -> str:
    """Of which groups a part is banned and pays nothing, which the average of the others hides."""
    said = [
        _("{group} ({amount} of {imports})").format(
            group=within_a_sentence(row.label),
            amount=money(row.banned_usd_million),
            imports=money(row.imports_usd_million),
        )
        for row in rows.itertuples()
        if row.banned_usd_million >= LEAST_BANNED and row.code != ALL
    ]
    return _("Banned, so that it pays nothing: {groups}.").format(groups="; ".join(said)) if said else ""


def uncounted(rows: pd.DataFrame) -> pd.DataFrame:
    """Groups whose duty is not computed: of several rates, or of none that sources state."""
    out = rows[rows["duty_usd_million"].isna() & (rows["banned"] != True)]  # noqa: E712 - empty is not false
    return out.sort_values("imports_usd_million", ascending=False)


def all_duty(rows: pd.DataFrame) -> float:
    """The duty on all goods: of a sum code by code, or of groups that do not overlap; empty where groups overlap only."""
    everything = rows.loc[rows["code"] == ALL, "duty_usd_million"]
    overlap = rows["grouping"].iloc[0] == "product_group"
    return everything.max() if overlap else rows["duty_usd_million"].sum()


def is_above(row) -> bool:
    """Whether a threat would be charged more dollars than what is in force, or is the only amount there is."""
    return row.threatened_usd_million > 0 and not row.threatened_usd_million <= row.duty_usd_million


def hover(row) -> str:
    said = [
        f"<b>{style.wrapped(row.label, 56)}</b>",
        _("imports {year}: {amount}").format(year=row.period, amount=money(row.imports_usd_million)),
    ]
    if pd.notna(row.claimed_usd_million):
        said.append(_("of it claimed under CUSMA: {amount}").format(amount=money(row.claimed_usd_million)))
    said.append(_("rate in force: {rate}").format(rate=rate_of_group(row)))
    if row.threatened_pct > 0:
        said.append(_("threatened, not in force: {rate}").format(rate=trimmed_percent(row.threatened_pct)))
    if isinstance(row.trust, str) and row.trust:
        said.append(labelled(labels.header("trust"), labels.of("trust", row.trust)))
    return "<br>".join(said)


def nearest(params: Any) -> str:
    """What is held where what was asked for is not."""
    if params.exposure == "months":
        return _("By month, this ledger has some groups of goods from Canada")
    names = sorted(map(labels.place, WITH_TRADE), key=alphabetical)
    return _("This ledger has those from {countries}: choose one of them as origin").format(countries=", ".join(names))


def demand_in_words(params: Any) -> str:
    """Whether trade answers the rates of a scenario."""
    if not params.whatif:
        return ""
    if not params.elasticity:
        return "; " + _("static: trade does not answer")
    words = _("trade answers its price with the reader's elasticity of {elasticity}")
    return "; " + words.format(elasticity=number(params.elasticity))
