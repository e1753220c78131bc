"""Which layers of duty meet on a day, and which of them count.

Order in which a specific rule beats a general one, within a slot (lines of one slot replace one another;
slots add up): CUSMA condition, then country before group before world, then a condition of fact, then company, then
product before product group. The order is the number in `tariff_lines.precedence`; between equals the later start wins.

Then, in this order:
1. only lines in force compete; a threat, an announcement or a scheduled start is listed and never counted;
   a line under a condition competes where the condition is taken as met (`tariff_lines.condition_met`);
2. a programme gives way to another on the same goods as `tariff_exclusions` says and as was known;
3. an import ban stands alone: no rate is charged on goods that may not enter, and the total is empty;
4. an all-in rate (`total`, `total_floor`) holds the ordinary duty; an additional rate comes on top of it;
5. a rate on a part of the value is charged on that part; what gave way to it is charged on the rest;
6. what is left is summed: the counted parts of the layers always add up to the total.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from policy.tariffs.expand import intervals
from policy.tariffs.tables import OPEN, Tables, as_known

CUSMA_PARTIES = "USMCA_PARTIES"
CONTENT = {"non_us": "us_content_pct", "metal": "metal_content_pct"}
"""Basis of a rate on a part of the value -> the part of a query that says how large it is."""
ALL_IN = ("total", "total_floor")
"""Kinds of rate that hold the ordinary duty: as it is printed, or as the least that is paid in all."""


def normalised(queries: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The queries with every optional column filled in, numbered from 0."""
    asked = pd.DataFrame({name: queries[name].to_numpy() for name in ("product_id", "origin", "on")})
    asked["on"] = pd.to_datetime(asked["on"]).astype("datetime64[us]")
    defaults: dict[str, str | float] = {"company": "", "usmca": "non_qualifying", "importer": "USA"}
    defaults |= dict.fromkeys([*CONTENT.values(), "base_pct"], np.nan)
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
    met: pd.DataFrame, asked: pd.DataFrame, tables: Tables, known: pd.Timestamp, reading: str = "as_counted"
) -> pd.DataFrame:
    """`met` with included, reason, exclusion_id, counted_pct and share_known, in one of the `READINGS`."""
    count = int(asked["query"].max()) + 1 if len(asked) else 0
    due = is_due(met)
    live = (met["status"] == "in_force").to_numpy() | (due & (reading == "as_scheduled"))
    covered = met["coverage"].isin(["full", *COVERED_IN.get(reading, ())]).to_numpy()
    # a reading that is named after a condition takes the other side of it
    holds = ((met["condition"] == "") | (met["condition_met"] ^ (met["condition"] == reading))).to_numpy(dtype="bool")
    competes = live & covered & holds
    if reading == "above_quota":
        competes &= (met["quota"] == "").to_numpy()
    wins = _winners(met, competes)
    reason = np.where(live, "specific_beats_general", met["status"].to_numpy()).astype(object)
    reason[live & ~holds] = "condition_open"
    for kind, code in (("part", "part_only"), ("not_stated", "not_stated"), ("exempt", "exempt_goods")):
        reason[live & ~competes & (met["coverage"] == kind).to_numpy()] = code
    reason[due & ~live] = "start_unconfirmed"
    share, share_known = _charged_share(met, reading)
    met, groups = met.assign(share=share, share_known=share_known), as_known(tables.product_groups, known)
    included, exclusion, rest = _not_excluded(met, wins, reason, _rules(tables, known, reading), groups)
    included = _not_stopped(met, included, reason, count)
    reason[included & (rest < 1)] = "rest_of_value"
    rate = met["rate_pct"].fillna(0).to_numpy()
    counted = np.maximum(rate * share, np.nan_to_num(met["least_pct"].to_numpy(dtype="float64"))) * rest
    # where the ordinary duty is known it is counted on its own, and an all-in rate adds only what exceeds it
    base = np.where(met["rate_kind"].isin(ALL_IN), np.nan_to_num(met["base_pct"].to_numpy(dtype="float64")), 0.0)
    counted = np.where(included, np.maximum(counted - base, 0.0), 0.0)
    return met.assign(included=included, reason=reason, exclusion_id=exclusion, counted_pct=counted)


COVERED_IN = {"part_covered": ("part",), "not_stated_covered": ("part", "not_stated")}
"""Readings that take goods as covered which are covered in part only, or of which the texts at hand do not say."""


def _rules(tables: Tables, known: pd.Timestamp, reading: str) -> pd.DataFrame:
    """The exclusions of a reading, as known on a day."""
    rules = as_known(tables.exclusions, known)
    if reading == "duties_add_up":
        return rules[rules["counted"] & ~rules["disputed"]]
    return rules if reading == "gives_way" else rules[rules["counted"]]


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
    reason[included & met["rate_kind"].isin(ALL_IN).to_numpy()] = "all_in"
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
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Winners left when programmes give way to others, the rule each row gave way to, and the share of the value that
    is left to it where the other duty is on a part of the value only; writes the reasons."""
    included, exclusion, rest = wins.copy(), np.full(len(met), "", dtype=object), np.ones(len(met))
    rows = np.flatnonzero(wins)
    programme, measure = (met[name].astype("category").iloc[rows] for name in ("programme", "measure_id"))
    query, on = met["query"].to_numpy()[rows], met["on"].to_numpy()[rows]
    charged, on_metal = (met["rate_pct"] != 0).to_numpy()[rows], (met["content_basis"] == "metal").to_numpy()[rows]
    for rule in rules.itertuples():
        hit = _named(programme, measure, rule.programme, rule.measure)
        first = _named(programme, measure, rule.when_programme, rule.when_measure) & (charged | (not rule.when_charged))
        if not (hit.any() and first.any()):
            continue
        left = np.full(query.max() + 1, np.nan)
        left[query[first]] = np.where(on_metal[first], 1 - met["share"].to_numpy()[rows[first]], 0.0)
        hit &= ~np.isnan(left[query])
        if rule.product_group:
            hit &= _in_group(met.iloc[rows], groups[groups["product_group"] == rule.product_group])
        if not pd.isna(rule.from_on):
            hit &= on >= rule.from_on.to_datetime64()
        if not pd.isna(rule.to_on):
            hit &= on < rule.to_on.to_datetime64()
        rest[rows[hit]] = np.minimum(rest[rows[hit]], left[query[hit]])
        gone = rows[hit & (rest[rows] == 0)]
        reason[gone] = "excluded_disputed" if rule.disputed else "excluded"
        exclusion[rows[hit]] = rule.exclusion_id
        included[gone] = False
    return included, exclusion, rest


def _named(programmes: pd.Series, measures: pd.Series, programme: str, measure: str) -> np.ndarray:
    """Rows of a programme, and of its measures whose code begins with `measure` where it is given."""
    hit = (programmes == programme).to_numpy()
    if not measure or not hit.any():
        return hit.copy()
    begins = np.array([code.startswith(measure) for code in measures.cat.categories], dtype=bool)
    return hit & begins[measures.cat.codes]


def _in_group(met: pd.DataFrame, members: pd.DataFrame) -> np.ndarray:
    """Rows whose goods belong to a product group in full on their day."""
    members = members[members["coverage"] == "full"]
    if members[["from_on", "to_on"]].isna().all(axis=None):
        return met["product_id"].isin(members["product_id"]).to_numpy()
    days = met[["product_id", "on"]].astype({"product_id": "object"}).reset_index(drop=True).reset_index()
    pairs = days.merge(members[["product_id", "from_on", "to_on"]], on="product_id")
    pairs = pairs[~(pairs["on"] < pairs["from_on"]) & ~(pairs["on"] >= pairs["to_on"])]
    out = np.zeros(len(met), dtype=bool)
    out[pairs["index"].to_numpy()] = True
    return out


def _charged_share(met: pd.DataFrame, reading: str) -> tuple[np.ndarray, np.ndarray]:
    """Share of the value a rate is charged on, 0 to 1, and whether it is known; unknown content is charged whole."""
    us, metal = (met[name].to_numpy(dtype="float64") / 100 for name in ("us_content_pct", "metal_content_pct"))
    parts = {"non_us": 1 - us, "metal": metal, "non_can_mex": np.full(len(met), np.nan)}
    share = np.ones(len(met))
    for basis, part in parts.items():
        share = np.where((met["content_basis"] == basis).to_numpy(), part, share)
    known = ~np.isnan(share)
    return np.where(known, share, 0.0 if reading == "least_content" else 1.0), known
