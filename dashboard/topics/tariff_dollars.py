"""What each programme, and all together, would charge on a past year's trade by tariff code: arithmetic, not a forecast."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import numpy as np
import pandas as pd

from dashboard.language import _
from dashboard.params import set_day
from dashboard.topics import tariffs
from dashboard.topics.hts import LINE, dotted, named_below, schedule
from dashboard.topics.tariff_exposure import chapter_name
from dashboard.topics.tariff_goods import goods_in_words, goods_of
from etl.ledger.snapshot import Snapshot
from policy.tariffs import PROGRAMMES, CodeQuery, Tables, code_parts, code_totals, narrower
from policy.tariffs.codes import codes_by_list
from policy.tariffs.scenario import with_demand

ORIGIN, PERIOD = "CAN", "2025"
ALL = "all_products"
MILLION = 1e6
LIST_OF = "-goods"  # ends the name of a list that is not called as its product
NAMED = [
    "code",
    "label",
    "origin",
    "period",
    "imports_usd_million",
    "claimed_usd_million",
    "duty_usd_million",
    "source_id",
]


def by_code(
    snapshot: Snapshot, params: tariffs.TariffParams, grouping: Literal["hs2", "hs8"], elasticity: float | None = None
) -> pd.DataFrame:
    """One row a chapter or a code, and one for all (`code` all_products), the most duty first; none for other origins.

    Imports of 2025, in million US dollars, and of these what claimed CUSMA; `duty_usd_million` and, by programme, its parts:
    the claimed trade at the rates of goods that qualify, the rest at those of goods that do not; where the question says
    that goods qualify or do not, all of them are taken so. Goods whose import is banned
    pay nothing and stand in `banned_usd_million`. Trade is known by line of the schedule: lines of which longer codes pay
    otherwise are counted as the rest of the line, and stand in `split_usd_million`. A rate on a part of the value is counted on the content that is given, or else
    on all of it. In a scenario `ledger_duty_usd_million` is what the ledger's rates make,
    and with an elasticity trade answers its price (`with_demand`).
    """
    found = _by_line(snapshot, params, elasticity)
    if found is None:
        return pd.DataFrame(columns=NAMED)
    whole = goods_in_words(snapshot, params) if params.hs else _("All goods from Canada")
    return _grouped(found[0], grouping, found[1], whole)


def summed_by_code(
    snapshot: Snapshot, params: tariffs.TariffParams, groups: pd.DataFrame, elasticity: float | None = None
) -> pd.DataFrame:
    """Groups of goods from Canada (`tariff_exposure.by_group`) with trade and duty summed code by code; others as they are.

    The codes of a group are those that the list of its product names on the day of the question; where a list names parts
    of lines and never changed, the trade that its publisher summed is the better one and stays. The ordinary duty is no part
    of a group's duty. `rate_pct` is the duty in per cent of the trade, where codes were summed, `banned_usd_million` the part of
    the trade that is banned and pays none.
    """
    all_goods = params.model_copy(update={"hs": None} | dict.fromkeys(params.content))
    found = _by_line(snapshot, all_goods, elasticity)
    if found is None:
        return groups.assign(rate_pct=float("nan"), banned_usd_million=float("nan"))
    table, groups = found[0], groups.copy()
    table["imports_usd_million"], table["claimed_usd_million"] = table["claimed"] + table["rest"], table["claimed"]
    table["duty_usd_million"] = table["additional"]
    lists = codes_by_list(schedule(snapshot).lists, table["hts8"], pd.Timestamp(params.on), pd.Timestamp(params.known))
    entries = schedule(snapshot).lists.frame.groupby("list_id")
    settled = (entries["hts_prefix"].agg(lambda codes: codes.str.len().max()) > LINE) & (
        entries["from_on"].nunique() == 1
    )
    sums = ["imports_usd_million", "claimed_usd_million", "duty_usd_million"]
    if params.whatif:
        table["ledger_duty_usd_million"] = table["ledger_additional"]
        sums.append("ledger_duty_usd_million")
    groups = groups.assign(rate_pct=float("nan"), banned_usd_million=float("nan"))
    for row in groups.itertuples():
        name = _list_of(row.product_id, lists)
        own = table if row.code == ALL else table[table["hts8"].isin(lists.get(name, ()))]
        if own.empty or pd.isna(row.duty_usd_million) or settled.get(name, False):
            continue
        groups.loc[row.Index, [*sums, "banned_usd_million"]] = own[[*sums, "banned_usd_million"]].sum()
        groups.loc[row.Index, "source_id"] = ";".join(sorted({*row.source_id.split(";"), *own["source_id"]} - {""}))
        if row.code == ALL:  # of many rates
            groups.loc[row.Index, "label"] = _("All goods from Canada")
            groups.loc[row.Index, ["total_pct", "qualifying_pct"]] = float("nan")
        imports, duty = own["imports_usd_million"].sum(), own["duty_usd_million"].sum()
        groups.loc[row.Index, ["threatened_usd_million", "rate_pct"]] = [
            row.threatened_pct / 100 * imports,
            duty / imports * 100,
        ]
    return groups


def _by_line(
    snapshot: Snapshot, params: tariffs.TariffParams, elasticity: float | None
) -> tuple[pd.DataFrame, set[str]] | None:
    """The trade of 2025 of every line of the schedule, its rates and its duty by programme; None where none is held."""
    goods = _lines(snapshot, params)
    goods = goods[goods["imports_from_canada_2025_usd"] > 0]
    if params.origin != ORIGIN or params.importer != "USA" or goods.empty:
        return None
    table, sources = _charged(snapshot, tariffs.tables_of(snapshot, params), goods, params)
    if params.whatif:
        own, _own_sources = _charged(snapshot, tariffs.tariff_tables(snapshot), goods, params)
        if elasticity:
            trade = {
                usmca: with_demand(table[usmca], own[f"{usmca}_pct"], table[f"{usmca}_pct"], elasticity).fillna(
                    table[usmca]
                )
                for usmca in ("claimed", "rest")
            }
            table, _same = _charged(snapshot, tariffs.tables_of(snapshot, params), goods, params, pd.DataFrame(trade))
        table["ledger_duty_usd_million"], table["ledger_additional"] = own["duty_usd_million"], own["additional"]
    imports = table["claimed"] + table["rest"]
    table["split_usd_million"] = np.where(_split(snapshot, goods, params), imports, 0.0)
    return table, sources


def _split(snapshot: Snapshot, goods: pd.DataFrame, params: tariffs.TariffParams) -> np.ndarray:
    """Which lines have longer codes, named by lists, that do not pay as the rest of their line."""
    on, known = pd.Timestamp(set_day(params.on)), pd.Timestamp(set_day(params.known))
    tables, lists = tariffs.tables_of(snapshot, params), schedule(snapshot).lists
    split = goods.loc[[bool(named_below(snapshot, code)) for code in goods["hts8"]]]
    below = [narrower(lists, code, on, known) for code in split["hts8"]]
    own = split.loc[split.index.repeat([len(codes) for codes in below])]
    longer = own.assign(hts8=[code for codes in below for code in codes])
    apart: set[str] = set()
    for usmca in dict.fromkeys(tariffs.QUALIFYING.values()) if len(own) else ():
        line, part = (
            code_totals(CodeQuery(tables, lists, some, ORIGIN, on, known, usmca))[["total_pct", "banned"]]
            for some in (own, longer)
        )
        apart.update(own["hts8"].to_numpy()[(line.fillna(-1.0) != part.fillna(-1.0)).any(axis=1)])
    return goods["hts8"].isin(apart).to_numpy()


def _lines(snapshot: Snapshot, params: tariffs.TariffParams) -> pd.DataFrame:
    """The lines of the schedule that what was typed means; all of them where nothing was.

    Of a product those that its list names as a whole, of a longer code its line: trade is known by line.
    """
    held = schedule(snapshot)
    if not params.hs:
        return held.goods
    meant = goods_of(snapshot, params)
    if meant.code is not None:
        return held.under(meant.code)
    codes = {*meant.lines}
    if meant.product is not None:
        on, known = pd.Timestamp(set_day(params.on)), pd.Timestamp(set_day(params.known))
        lists = codes_by_list(held.lists, held.goods["hts8"], on, known)
        codes = lists.get(_list_of(meant.product, lists), set())
    return held.goods[held.goods["hts8"].isin(codes)]


def _list_of(product: str, lists: Collection[str]) -> str:
    """The list that names the codes of a product."""
    return product if product in lists else f"{product}{LIST_OF}"


def _charged(
    snapshot: Snapshot,
    tables: Tables,
    goods: pd.DataFrame,
    params: tariffs.TariffParams,
    trade: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, set[str]]:
    """The trade of every code, its rates and its duty by programme; and the sources of the rates."""
    goods = goods.reset_index(drop=True)
    whole = goods["imports_from_canada_2025_usd"] / MILLION
    as_claimed = {"any": goods["usmca_claimed_2025_usd"].fillna(0.0) / MILLION, "yes": whole, "no": 0.0 * whole}
    claimed = as_claimed[params.usmca]
    rest = whole - claimed
    trade = pd.DataFrame({"claimed": claimed, "rest": rest}) if trade is None else trade
    on, known = pd.Timestamp(set_day(params.on)), pd.Timestamp(set_day(params.known))
    lists = schedule(snapshot).lists
    table = trade.assign(hts8=goods["hts8"], description=goods["description"].fillna(""), source_id=goods["source_id"])
    table[[f"{programme}_usd_million" for programme in PROGRAMMES]] = 0.0
    table["banned_usd_million"] = 0.0
    sources: set[str] = set()
    for part, usmca in (("claimed", "qualifying"), ("rest", "non_qualifying")):
        parts, found = code_parts(CodeQuery(tables, lists, goods, ORIGIN, on, known, usmca, params.content))
        sources |= found
        table[f"{part}_pct"] = parts["total_pct"]
        table["banned_usd_million"] += np.where(parts["banned"], table[part], 0.0)
        for programme in set(PROGRAMMES) & set(parts.columns):
            table[f"{programme}_usd_million"] += np.where(parts["banned"], 0.0, table[part] * parts[programme] / 100)
    table["duty_usd_million"] = table[[f"{programme}_usd_million" for programme in PROGRAMMES]].sum(axis=1)
    table["additional"] = table["duty_usd_million"] - table["base_usd_million"]  # to the ordinary duty
    return table, sources


def _grouped(table: pd.DataFrame, grouping: str, sources: set[str], whole_label: str) -> pd.DataFrame:
    code = table["hts8"].str[:2] if grouping == "hs2" else table["hts8"]
    table = table.assign(
        imports_usd_million=table["claimed"] + table["rest"], claimed_usd_million=table["claimed"], code=code
    )
    amounts = [name for name in table.columns if name.endswith("_usd_million")]
    found = table.groupby("code", sort=True)[amounts].sum().reset_index()
    if grouping == "hs2":
        found["label"] = [chapter_name(chapter) for chapter in found["code"]]
    else:
        found["label"] = table["description"].to_numpy()
        found["code"] = [dotted(code) for code in found["code"]]
    found = found.sort_values("duty_usd_million", ascending=False, kind="stable")
    whole = found[amounts].sum().to_frame().T.assign(code=ALL, label=whole_label)
    found = pd.concat([whole, found], ignore_index=True)
    unused = [name for name in amounts if name.partition("_usd")[0] in PROGRAMMES and not found[name].any()]
    found["source_id"] = ";".join(sorted({*table["source_id"]} - {""}))
    found.loc[0, "source_id"] = ";".join(sorted({*sources, *table["source_id"]} - {""}))
    found["rate_pct"] = found["duty_usd_million"] / found["imports_usd_million"] * 100
    return found.drop(columns=unused).assign(origin=ORIGIN, period=PERIOD, grouping=grouping)
