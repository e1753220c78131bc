"""Which measure of the ledger an event read of law belongs to: by what its words cite, whose goods, and which goods they name."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from etl.importing.law_citations import EXACT, citing
from etl.publishers.common.reading import Evidence
from etl.publishers.law.goods import Goods, are_all, are_among, named_in
from etl.publishers.law.origins import WORLD
from etl.publishers.law.rates import BAN
from etl.publishers.law.text import LIKELY

EVENTS, MEASURES, LINES, STEPS, GROUPS = (
    "tariff_events",
    "tariff_measures",
    "tariff_lines",
    "tariff_steps",
    "tariff_product_groups",
)
_BANS = {"s338": "s338_ban"}  # the programme of a ban that rests on the statute
_ENDED = ("withdrawn", "struck_down", "expired")
_GENERAL = "general-goods"
GOODS, TITLE = "product", "title"  # the columns that goods are read from, the surest first
_SPEAKS_OF_OTHERS = re.compile(r"\b(?:countr|partner|nation|member)", re.IGNORECASE)
Held = Mapping[str, pd.DataFrame]


class Placed(NamedTuple):
    """A measure and the evidence that leads to it."""

    measure: str
    because: Evidence


def goods_of(row: Mapping[str, Any]) -> tuple[Goods, str]:
    """The goods that an event names, and the column whose words name them: those of its clause, else of its document's title."""
    if goods := named_in(row[GOODS] or ""):
        return goods, GOODS
    if are_all(row[GOODS] or ""):
        return frozenset(), ""
    return (goods, TITLE) if (goods := named_in(row[TITLE] or "")) else (frozenset(), "")


def products_of(held: Held, lines: pd.DataFrame) -> dict[str, set[str]]:
    """The products of each product or group that lines name."""
    groups = held[GROUPS]
    members = groups[groups["coverage"] != "exempt"].groupby("product_group")["product_id"].agg(set).to_dict()
    return {name: members.get(name, {name}) for name in lines["product"].unique()}


def is_general(products: Iterable[str]) -> bool:
    """Whether products are those of a measure on all goods that it does not except."""
    return _GENERAL in products


def programme_of(row: Mapping[str, Any], told: Iterable[Evidence]) -> str:
    """The programme of an event; of a ban its own."""
    programme = next((one.value for one in told if one.field == "programme"), "")
    return _BANS.get(programme, programme) if row["rate_kind"] == BAN else programme


def measure_of(held: Held, row: Mapping[str, Any], told: list[Evidence]) -> Placed | None:
    """The one measure that an event belongs to; None where its words lead to none or to several.

    It is of the event's programme, not over on its day, and on goods of its origin. Of those the ones whose texts are
    cited come first; where the words name goods, only those that are on each of them are left.
    """
    cited = {one: citing(held, one.value) for one in told if one.field in EXACT and one.value}
    exact = {measure for one, found in cited.items() if EXACT[one.field] for measure in found}
    named = {measure for found in cited.values() for measure in found}
    pool = _alive(held, programme_of(row, told), row["known_on"]) | exact & _of_programme(held, programme_of(row, told))
    goods, column = goods_of(row)
    origins = set((row["origin"] or "").split(";")) - {""}
    if origins:
        pool &= _of_origins(held, origins)
    elif not exact & pool:
        pool &= _of_origins(held, {WORLD}) if column == GOODS and _is_of_schedule(told) else set()
    near = pool & named or pool
    if goods:
        on_them = {one for one in pool if are_among(goods, _special(held, one))}
        if on_them or column == GOODS:
            near = on_them & near or on_them
        elif not pool & named:
            near = set()
    elif are_all(row[GOODS] or "") and not exact & pool:
        near = {one for one in near if any(map(is_general, _products(held, one)))}
    elif not pool & named:
        near = set()
    if len(near) != 1:
        return None
    measure = near.pop()
    because = next((one for one, found in cited.items() if measure in found), None)
    return Placed(measure, because or _words(row, told, column or GOODS))


def origin_of(held: Held, row: Mapping[str, Any], told: Iterable[Evidence]) -> Evidence | None:
    """Whose goods a row is on that names goods and no country: those that all duties of the one instrument are on that it amends."""
    amended = [one for one in told if one.field == "amends" and one.value]
    words = f"{row[GOODS]} {row['quote']}"
    if row["origin"] or len(amended) != 1 or not named_in(row[GOODS] or "") or _SPEAKS_OF_OTHERS.search(words):
        return None
    lines = held[LINES]
    origins = lines.loc[lines["measure_id"].isin(citing(held, amended[0].value)), "origin"].unique()
    return amended[0]._replace(field="origin", value=str(origins[0]), certainty=LIKELY) if len(origins) == 1 else None


def _of_programme(held: Held, programme: str) -> set[str]:
    measures = held[MEASURES]
    return set(
        measures.loc[(measures["programme"] == programme) & (measures["imposing_country"] == "USA"), "measure_id"]
    )


def _alive(held: Held, programme: str, day: str) -> set[str]:
    """The measures of a programme that are known on a day, and that do not have an end before it on all their lines."""
    events, lines, steps = held[EVENTS], held[LINES], held[STEPS]
    known = set(events.loc[events["known_on"] <= day, "measure_id"])
    begun = steps[(steps["known_on"] <= day) & ~(steps["starts_on"] > day)].sort_values(["known_on", "step_id"])
    last = begun.drop_duplicates("line_id", keep="last").set_index("line_id")["act"]
    is_over = lines.assign(over=lines["line_id"].map(last).isin(_ENDED)).groupby("measure_id")["over"].all()
    return _of_programme(held, programme) & known - set(is_over.index[is_over])


def _of_origins(held: Held, origins: set[str]) -> set[str]:
    """The measures on goods of an origin; of several at least of one of them."""
    found: set[str] = set()
    for table in (held[EVENTS], held[LINES]):
        is_of = table["origin"].fillna("").map(lambda one: bool(origins & set(one.split(";"))))
        found |= set(table.loc[is_of, "measure_id"])
    return found


def _products(held: Held, measure: str) -> list[set[str]]:
    lines = held[LINES][held[LINES]["measure_id"] == measure]
    if len(lines):
        return list(products_of(held, lines).values())
    events = held[EVENTS][held[EVENTS]["measure_id"] == measure]
    return [set(one.split(";")) for one in events["product_ids"].dropna()]


def _special(held: Held, measure: str) -> set[str]:
    """The products of a measure that it is on for themselves, not among all goods."""
    return {product for products in _products(held, measure) if not is_general(products) for product in products}


def _is_of_schedule(told: list[Evidence]) -> bool:
    return any(one.field == "hs_scope" and one.value for one in told)


def _words(row: Mapping[str, Any], told: list[Evidence], column: str) -> Evidence:
    """The evidence of the column that goods were read from; of the schedule it is the heading's description."""
    wanted = {GOODS: ("product", "hs_scope"), TITLE: ("title",)}[column]
    found = next((one for one in told if one.field in wanted and one.value), None)
    return found or Evidence(row["event_id"], column, "", str(row[column] or "")[:400], -1, "")
