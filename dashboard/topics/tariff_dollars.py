"""What each programme, and all together, would charge on a past year's trade by tariff code: arithmetic, not a forecast."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from dashboard.language import _
from dashboard.params import set_day
from dashboard.topics import tariffs
from dashboard.topics.tariff_codes import digits, dotted, schedule
from dashboard.topics.tariff_exposure import chapter_name
from etl.ledger.snapshot import Snapshot
from policy.tariffs import PROGRAMMES, Tables, code_parts
from policy.tariffs.scenario import with_demand

ORIGIN, PERIOD = "CAN", "2025"
ALL = "all_products"
MILLION = 1e6
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
    pay nothing and stand in `banned_usd_million`. In a scenario `ledger_duty_usd_million` is what the ledger's rates make,
    and with an elasticity trade answers its price (`with_demand`).
    """
    goods = schedule(snapshot).goods
    goods = goods[goods["imports_from_canada_2025_usd"] > 0]
    if params.hs and (code := digits(params.hs)):
        goods = goods[goods["hts8"].str.startswith(code[:8])]
    if params.origin != ORIGIN or params.importer != "USA" or goods.empty:
        return pd.DataFrame(columns=NAMED)
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
        table["ledger_duty_usd_million"] = own["duty_usd_million"]
    return _grouped(table, grouping, sources)


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
    table = trade.assign(hts8=goods["hts8"], description=goods["description"].fillna(""), source_id=goods["source_id"])
    table[[f"{programme}_usd_million" for programme in PROGRAMMES]] = 0.0
    table["banned_usd_million"] = 0.0
    sources: set[str] = set()
    for part, usmca in (("claimed", "qualifying"), ("rest", "non_qualifying")):
        parts, found = code_parts(
            tables, schedule(snapshot).lists, goods, origin=ORIGIN, on=on, known=known, usmca=usmca
        )
        sources |= found
        table[f"{part}_pct"] = parts["total_pct"]
        table["banned_usd_million"] += np.where(parts["banned"], table[part], 0.0)
        for programme in set(PROGRAMMES) & set(parts.columns):
            table[f"{programme}_usd_million"] += np.where(parts["banned"], 0.0, table[part] * parts[programme] / 100)
    table["duty_usd_million"] = table[[f"{programme}_usd_million" for programme in PROGRAMMES]].sum(axis=1)
    return table, sources


def _grouped(table: pd.DataFrame, grouping: str, sources: set[str]) -> pd.DataFrame:
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
    whole = found[amounts].sum().to_frame().T.assign(code=ALL, label=_("All goods from Canada"))
    found = pd.concat([whole, found], ignore_index=True)
    unused = [name for name in amounts if name.partition("_usd")[0] in PROGRAMMES and not found[name].any()]
    found["source_id"] = ";".join(sorted({*table["source_id"]} - {""}))
    found.loc[0, "source_id"] = ";".join(sorted({*sources, *table["source_id"]} - {""}))
    found["rate_pct"] = found["duty_usd_million"] / found["imports_usd_million"] * 100
    return found.drop(columns=unused).assign(origin=ORIGIN, period=PERIOD, grouping=grouping)
