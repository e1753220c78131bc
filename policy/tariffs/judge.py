"""Which layers of duty meet on a day, and which of them count.

Order in which a specific rule beats a general one, within a slot (lines of one slot replace one another;
slots add up): CUSMA condition, then country before group before world, then company, then product before
product group. The order is the number in `tariff_lines.precedence`; between equals the later start wins.

Then, in this order:
1. only lines in force compete; a threat, an announcement or a scheduled start is listed and never counted;
2. a programme gives way to another on the same goods as `tariff_exclusions` says;
3. an import ban stands alone: no rate is charged on goods that may not enter, and the total is empty;
4. an all-in rate (`total`) holds the ordinary duty; an additional rate comes on top of it;
5. what is left is summed: the counted parts of the layers always add up to the total.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from policy.tariffs.expand import intervals
from policy.tariffs.tables import OPEN, Tables

CUSMA_PARTIES = "USMCA_PARTIES"


def normalised(queries: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The queries with every optional column filled in, numbered from 0."""
    asked = pd.DataFrame({name: queries[name].to_numpy() for name in ("product_id", "origin", "on")})
    asked["on"] = pd.to_datetime(asked["on"]).astype("datetime64[us]")
    defaults = {"company": "", "usmca": "non_qualifying", "importer": "USA", "us_content_pct": np.nan}
    for name, default in defaults.items():
        given = queries[name].to_numpy() if name in queries else default
        asked[name] = pd.Series(given, index=asked.index).fillna(default)
    asked["company"] = asked["company"].replace("non-selected", "")
    groups = tables.country_groups
    parties = groups.loc[groups["group_id"] == CUSMA_PARTIES, "iso3"]
    asked.loc[~asked["origin"].isin(parties), "usmca"] = "non_qualifying"
    return asked.rename_axis("query").reset_index()


def met_by(asked: pd.DataFrame, tables: Tables, known: pd.Timestamp) -> pd.DataFrame:
    """Every line and stretch that a query meets on its day, whatever its status."""
    rates = intervals(tables, known, origins=asked["origin"].unique(), products=asked["product_id"].unique())
    names = {"imposing_country": "importer", "company": "line_company", "usmca": "line_usmca"}
    rates = rates.rename(columns=names)
    rates["until"] = rates["ends_on"].fillna(OPEN)
    met = asked.merge(rates, on=["importer", "origin", "product_id"])
    holds = (met["starts_on"] <= met["on"]) & (met["on"] < met["until"])
    holds &= met["line_company"].isin([""]) | (met["line_company"] == met["company"])
    holds &= (met["line_usmca"] == "any") | (met["line_usmca"] == met["usmca"])
    return met[holds].reset_index(drop=True)


def judge(
    met: pd.DataFrame,
    asked: pd.DataFrame,
    tables: Tables,
    *,
    above_quota: bool = False,
    part_covered: bool = False,
    as_scheduled: bool = False,
    duties_add_up: bool = False,
) -> pd.DataFrame:
    """`met` with included, reason, exclusion_id and counted_pct. The switches choose another reading."""
    count = int(asked["query"].max()) + 1 if len(asked) else 0
    due = is_due(met)
    live = (met["status"] == "in_force").to_numpy() | (due & as_scheduled)
    coverage = met["coverage"].to_numpy()
    competes = live & ((coverage == "full") | (part_covered & (coverage == "part")))
    if above_quota:
        competes &= (met["quota"] == "").to_numpy()
    wins = _winners(met, competes)
    reason = np.where(live, "specific_beats_general", met["status"].to_numpy()).astype(object)
    for kind, code in (("part", "part_only"), ("not_stated", "not_stated"), ("exempt", "exempt_goods")):
        reason[live & ~competes & (coverage == kind)] = code
    reason[due & ~live] = "start_unconfirmed"
    rules = tables.exclusions
    rules = rules[~rules["disputed"]] if duties_add_up else rules
    included, exclusion = _not_excluded(met, wins, reason, rules, tables.product_groups)
    included = _not_stopped(met, included, reason, count)
    rate = met["rate_pct"].fillna(0).to_numpy()
    counted = np.where(included, rate * _charged_share(met), 0.0)
    return met.assign(included=included, reason=reason, exclusion_id=exclusion, counted_pct=counted)


def is_due(met: pd.DataFrame) -> np.ndarray:
    """Scheduled starts that no source confirms and whose day has come."""
    return (met["unconfirmed"].astype("bool") & (met["planned_on"] <= met["on"])).to_numpy()


def _not_stopped(met: pd.DataFrame, included: np.ndarray, reason: np.ndarray, count: int) -> np.ndarray:
    """What is counted when bans stop the rest and unknown rates count nothing; writes the reasons."""
    query = met["query"].to_numpy()
    ban = included & (met["rate_kind"] == "ban").to_numpy()
    banned = np.zeros(count, dtype=bool)
    banned[query[ban]] = True
    stopped = included & banned[query] & ~ban
    unknown = included & ~stopped & met["rate_pct"].isna().to_numpy() & ~ban
    included = included & ~stopped & ~unknown
    reason[stopped] = "ban_in_force"
    reason[unknown] = "rate_unknown"
    reason[included] = "in_force"
    reason[included & (met["content_basis"] != "").to_numpy()] = "content_only"
    reason[included & (met["rate_pct"] == 0).to_numpy()] = "free"
    reason[included & (met["rate_kind"] == "total").to_numpy()] = "all_in"
    reason[ban] = "ban"
    return included


def _winners(met: pd.DataFrame, competes: np.ndarray) -> np.ndarray:
    """Among lines that compete: the most specific of each query and slot."""
    rows = np.flatnonzero(competes)
    slot, line = (pd.factorize(met[name], sort=True)[0][rows] for name in ("slot", "line_id"))
    query = met["query"].to_numpy()[rows]
    start, rank = met["starts_on"].to_numpy()[rows], met["precedence"].to_numpy()[rows]
    order = np.lexsort((line, start, rank, slot, query))
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (np.diff(query[order]) != 0) | (np.diff(slot[order]) != 0)
    wins = np.zeros(len(met), dtype=bool)
    wins[rows[order[last]]] = True
    return wins


def _not_excluded(
    met: pd.DataFrame, wins: np.ndarray, reason: np.ndarray, rules: pd.DataFrame, groups: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Winners left when programmes give way to others, and the rule each row gave way to; writes the reasons."""
    included, exclusion = wins.copy(), np.full(len(met), "", dtype=object)
    programme, query = met["programme"], met["query"].to_numpy()
    for rule in rules.itertuples():
        present = np.zeros(query.max(initial=0) + 1, dtype=bool)
        present[query[wins & (programme == rule.when_programme).to_numpy()]] = True
        hit = wins & (programme == rule.programme).to_numpy() & present[query]
        if rule.product_group:
            members = groups.loc[groups["product_group"] == rule.product_group, "product_id"]
            hit &= met["product_id"].isin(members).to_numpy()
        if not pd.isna(rule.from_on):
            hit &= (met["on"] >= rule.from_on).to_numpy()
        if not pd.isna(rule.to_on):
            hit &= (met["on"] < rule.to_on).to_numpy()
        reason[hit] = "excluded_disputed" if rule.disputed else "excluded"
        exclusion[hit] = rule.exclusion_id
        included &= ~hit
    return included, exclusion


def _charged_share(met: pd.DataFrame) -> np.ndarray:
    """Share of the value a rate is charged on, 0 to 1; unknown content is charged whole."""
    free = met["us_content_pct"].fillna(0).to_numpy(dtype="float64") / 100
    return np.where((met["content_basis"] != "").to_numpy(), 1 - free, 1.0)
