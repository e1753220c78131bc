"""What is said of the table of products and origins: who is charged on what, and what is threatened or scheduled beside it."""

from typing import Any

import pandas as pd

from dashboard import labels
from dashboard.articles import the
from dashboard.language import _, alphabetical, day, ngettext, trimmed_percent
from dashboard.topics.tariffs import known_in_words, within_a_sentence

MOST_NAMED = 3  # kinds of goods in a sentence, and sentences about groups of origins


def short_rate(rate_pct: float) -> str:
    """A rate without its sign and without needless zeros."""
    return trimmed_percent(rate_pct).removesuffix("\u00a0%")


def other_rates(cell: Any, unit: str = "") -> str:
    """What other goods of the kind pay: "0", "0 to 150", "50, ban"; empty where all pay the same."""
    said = [_("ban")] if cell.ban_possible else []
    if pd.notna(cell.other_lowest_pct):
        low, high = short_rate(cell.other_lowest_pct), short_rate(cell.other_highest_pct)
        said.insert(0, (low if low == high else _("{low} to {high}").format(low=low, high=high)) + unit)
    return ", ".join(said)


def finding(rows: pd.DataFrame) -> str:
    """On how much the first origin is charged, the most of it by name, and whether more is threatened."""
    if rows.empty:
        return _("No tariff is charged on a country's own goods; choose another origin or another country that charges")
    own = rows[rows["origin"] == rows["origin"].iloc[0]]
    charged, country = own[(own["total_pct"] > 0) | own["banned"]], labels.place(own["origin"].iloc[0])
    if charged.empty:
        said = _("{country}: no additional tariff in force on any of {total} kinds of goods").format(
            country=country, total=len(own)
        )
    else:
        words = _("{country}: {count} of {total} kinds of goods charged, {most}")
        said = words.format(country=country, count=len(charged), total=len(own), most=_most(charged))
    if banned := int((own["ban_possible"] & ~own["banned"]).sum()):
        words = ngettext(
            "{said}; imports banned by case on {count} kind", "{said}; imports banned by case on {count} kinds", banned
        )
        said = words.format(said=said, count=banned)
    if more := sum(is_more(cell) for cell in own.itertuples()):
        words = ngettext("{said}; more threatened on {count} kind", "{said}; more threatened on {count} kinds", more)
        said = words.format(said=said, count=more)
    return said


def _most(charged: pd.DataFrame) -> str:
    """The highest rate, or that imports are banned, and on what."""
    banned = charged[charged["banned"]]
    top = charged[charged["total_pct"] == charged["total_pct"].max()] if banned.empty else banned
    first, others = top.iloc[0], len(top) - 1
    name = within_a_sentence(first["label"])
    if others:
        words = ngettext("{goods} and {count} other", "{goods} and {count} others", others)
        name = words.format(goods=name, count=others)
    if len(banned):
        return _("with an import ban on {goods}").format(goods=name)
    rates = first[["total_pct", "other_lowest_pct", "other_highest_pct"]].astype("float64")
    rate = trimmed_percent(first["total_pct"])
    if rates.max() > first["total_pct"]:
        rate = _("{rate}, up to {high} by case").format(rate=rate, high=trimmed_percent(rates.max()))
    elif rates.min() < first["total_pct"]:
        rate = _("{low} to {high} by case").format(low=short_rate(rates.min()), high=rate)
    return _("highest on {goods} ({rate})").format(rate=rate, goods=name)


def is_more(cell: Any) -> bool:
    """Whether what is threatened is above what is in force; above a ban nothing is."""
    return not cell.banned and cell.threatened_pct > (0 if pd.isna(cell.total_pct) else cell.total_pct)


def what_is_charged(params: Any) -> str:
    words = _("Additional tariff charged by {importer}, % of customs value, {when}")
    return words.format(importer=the(labels.place(params.importer)), when=known_in_words(params))


def subtitle(rows: pd.DataFrame, params: Any) -> str:
    """What is charged, and how it is written; true of both forms."""
    said = what_is_charged(params)
    if rows.empty:
        return said
    if any(map(other_rates, rows.itertuples())):
        said += "; " + _("in brackets: the case in which another rate applies")
    if rows["not_stated"].any():
        said += "; " + _("? our sources do not say whether a measure covers the goods")
    if params.before_on:
        words = _("← on {on}, as known on {known}")
        said += "; " + words.format(on=day(params.before_on), known=day(params.before_known))
    return said


def waiting(rows: pd.DataFrame) -> list[str]:
    """Sentences on what is threatened and on what is scheduled: origins, rates and goods."""
    return [
        *_of_status(rows, "threatened_pct", _("Threatened and not in force ({origins}): {rates}.")),
        *_of_status(rows, "scheduled_pct", _("Scheduled ({origins}): {rates}.")),
    ]


def _of_status(rows: pd.DataFrame, column: str, words: str) -> list[str]:
    """The sentences of a status; origins of which the same is said share one."""
    same: dict[str, list[str]] = {}
    for origin, own in rows[rows[column] > 0].groupby("origin", sort=False):
        kinds = int((rows["origin"] == origin).sum())
        same.setdefault(_of_origin(own, column, kinds), []).append(labels.place(origin))
    said = [
        words.format(origins=", ".join(sorted(names, key=alphabetical)), rates=rates) for rates, names in same.items()
    ]
    return said if len(said) <= MOST_NAMED else [*said[:MOST_NAMED], _("Others stand in the table.")]


def _of_origin(own: pd.DataFrame, column: str, kinds: int) -> str:
    """ "50 % on cars and light trucks, auto parts; 50 % on steel, not above the rate in force"."""
    said = []
    not_above = [column == "threatened_pct" and not is_more(cell) for cell in own.itertuples()]
    for (low, rate), goods in own.groupby([not_above, own[column]]):
        words = _("{rate} on {goods}, not above the rate in force") if low else _("{rate} on {goods}")
        said.append(words.format(rate=trimmed_percent(rate), goods=_goods_in_words(goods, kinds)))
    return "; ".join(said)


def _goods_in_words(goods: pd.DataFrame, kinds: int) -> str:
    """Their names, or how many of the `kinds` they are."""
    if len(goods) == kinds > 1:
        return _("all of these goods")
    if len(goods) > MOST_NAMED:
        return _("{count} kinds of goods").format(count=len(goods))
    return ", ".join(map(within_a_sentence, goods["label"]))
