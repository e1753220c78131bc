"""Which layers of duty meet on a day, and which of them count.

Order in which a specific rule beats a general one, within a slot (lines of one slot replace one another;
slots add up): under Section 232 vehicles and their parts before metals, then CUSMA condition, then country before group before world, then a condition of fact, then company, then
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

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pandas as pd

from policy.tariffs.columns import Columns, each_text, one_of
from policy.tariffs.rules import Held, Spans, rules
from policy.tariffs.tables import Tables

ALL_IN = ("total", "total_floor")
"""Kinds of rate that hold the ordinary duty: as it is printed, or as the least that is paid in all."""
DECISIVE = (
    "query", "on", "product_id", "status", "coverage", "quota", "slot", "line_id", "programme", "measure_id", "rate_kind",
    "content_basis", "condition", "trust", "starts_on", "planned_on", "unconfirmed", "precedence", "rate_pct", "condition_met",
    "least_pct", "us_content_pct", "metal_content_pct", "base_pct",
)  # fmt: skip
"""What of a line that a query meets decides whether it counts, and for how much."""


class Judged(NamedTuple):
    """Arrays beside the rows judged: whether each counts, why, which rule and which programme it gave way to, for how much, on a share that is known."""

    included: np.ndarray
    reason: np.ndarray
    exclusion_id: np.ndarray
    excluded_by: np.ndarray
    counted_pct: np.ndarray
    share_known: np.ndarray


def judge(met: Columns, tables: Tables, known: pd.Timestamp, taken: Collection[str] = ()) -> Judged:
    """The rows that queries meet (`DECISIVE`), judged in the `READINGS` that are `taken` together; none: as counted."""
    due = is_due(met)
    live = one_of(met["status"], ["in_force"]) | (due & ("as_scheduled" in taken))
    covered = one_of(met["coverage"], ["full", *(kind for reading in taken for kind in COVERED_IN.get(reading, ()))])
    # a reading that is named after a condition takes the other side of it
    holds = one_of(met["condition"], [""]) | (met["condition_met"].astype(bool) ^ one_of(met["condition"], list(taken)))
    competes = live & covered & holds
    if "above_quota" in taken:
        competes &= one_of(met["quota"], [""])
    wins = _winners(met, competes)
    reason = np.full(len(live), "specific_beats_general", dtype=object)
    reason[~live] = np.asarray(met["status"], dtype=object)[~live]
    reason[live & ~holds] = "condition_open"
    for kind, code in (("part", "part_only"), ("not_stated", "not_stated"), ("exempt", "exempt_goods")):
        reason[live & ~competes & one_of(met["coverage"], [kind])] = code
    reason[due & ~live] = "start_unconfirmed"
    share, share_known = _charged_share(met, "least_content" in taken)
    included, exclusion, first, rest = _not_excluded(met, wins, reason, rules(tables, known, taken), share)
    included = _not_stopped(met, included, reason, share_known)
    reason[included & (rest < 1)] = "rest_of_value"
    counted = np.maximum(np.nan_to_num(met["rate_pct"]) * share, np.nan_to_num(met["least_pct"])) * rest
    # where the ordinary duty is known it is counted on its own, and an all-in rate adds only what exceeds it
    base = np.where(one_of(met["rate_kind"], ALL_IN), np.nan_to_num(met["base_pct"]), 0.0)
    counted = np.where(included, np.maximum(counted - base, 0.0), 0.0)
    return Judged(included, reason, exclusion, first, counted, share_known)


COVERED_IN = {"part_covered": ("part",), "not_stated_covered": ("part", "not_stated")}
"""Readings that take goods as covered which are covered in part only, or of which the texts at hand do not say."""


def is_due(met: Columns) -> np.ndarray:
    """Scheduled starts that no source confirms and whose day has come."""
    return np.asarray(met["unconfirmed"], dtype=bool) & (met["planned_on"] <= met["on"])


def _not_stopped(met: Columns, included: np.ndarray, reason: np.ndarray, share_known: np.ndarray) -> np.ndarray:
    """What is counted when bans stop the rest and unknown rates count nothing; writes the reasons."""
    query, rate = met["query"], met["rate_pct"]
    ban = included & one_of(met["rate_kind"], ["ban"])
    banned = np.zeros(query.max(initial=-1) + 1, dtype=bool)
    banned[query[ban]] = True
    stopped = included & banned[query] & ~ban
    unknown = included & ~stopped & np.isnan(rate) & ~ban
    included = included & ~stopped & ~unknown
    reason[stopped] = "ban_in_force"
    reason[unknown] = "rate_unknown"
    reason[included] = "in_force"
    on_a_part = included & ~one_of(met["content_basis"], [""])
    reason[on_a_part] = "content_only"
    reason[on_a_part & share_known] = "content_given"
    reason[included & (rate == 0)] = "free"
    reason[included & one_of(met["rate_kind"], ALL_IN)] = "all_in"
    reason[ban] = "ban"
    return included


def _winners(met: Columns, competes: np.ndarray) -> np.ndarray:
    """Among lines that compete: the most specific of each query and slot."""
    rows = np.flatnonzero(competes)
    slot, line = (pd.factorize(met[name][rows], sort=True)[0] for name in ("slot", "line_id"))
    query = met["query"][rows]
    order = np.lexsort((line, met["starts_on"][rows], met["precedence"][rows], slot, query))
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (np.diff(query[order]) != 0) | (np.diff(slot[order]) != 0)
    wins = np.zeros(len(competes), dtype=bool)
    wins[rows[order[last]]] = True
    return wins


def _not_excluded(
    met: Columns, wins: np.ndarray, reason: np.ndarray, held: list[Held], share: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Winners left when programmes give way to others, the rule and the programme each row gave way to, and the share of the value that
    is left to it where the other duty is on a part of the value only; writes the reasons."""
    included, rest = wins.copy(), np.ones(len(wins))
    exclusion, excluded_by = np.full(len(wins), "", dtype=object), np.full(len(wins), "", dtype=object)
    rows = np.flatnonzero(wins)
    programme, measure = met["programme"][rows], met["measure_id"][rows]
    query, on, goods = met["query"][rows], met["on"][rows], met["product_id"][rows]
    charged, on_metal = met["rate_pct"][rows] != 0, one_of(met["content_basis"][rows], ["metal"])
    for rule, spans in held:
        hit = _named(programme, measure, rule.programme, rule.measure)
        first = _named(programme, measure, rule.when_programme, rule.when_measure) & (charged | (not rule.when_charged))
        if not (hit.any() and first.any()):
            continue
        left = np.full(query.max() + 1, np.nan)
        left[query[first]] = np.where(on_metal[first], 1 - share[rows[first]], 0.0)
        hit &= ~np.isnan(left[query]) & (rule.from_on <= on) & (on < rule.to_on)
        if rule.product_group:
            hit &= _in_group(goods, on, spans)
        rest[rows[hit]] = np.minimum(rest[rows[hit]], left[query[hit]])
        gone = rows[hit & (rest[rows] == 0)]
        reason[gone] = "excluded_disputed" if rule.disputed else "excluded"
        exclusion[rows[hit]], excluded_by[rows[hit]] = rule.exclusion_id, rule.when_programme
        included[gone] = False
    return included, exclusion, excluded_by, rest


def _named(programmes: np.ndarray, measures: np.ndarray, programme: str, measure: str) -> np.ndarray:
    """Rows of a programme, and of its measures whose code begins with `measure` where it is given."""
    hit = one_of(programmes, [programme])
    return hit & each_text(measures, lambda code: code.startswith(measure), bool) if measure and hit.any() else hit


def _in_group(goods: np.ndarray, on: np.ndarray, spans: dict[str, Spans]) -> np.ndarray:
    """Rows whose goods belong to a product group in full on their day."""
    codes, products = pd.factorize(goods)
    out = np.zeros(len(goods), dtype=bool)
    for number, product in enumerate(products):
        for start, end in spans.get(product, ()):
            out |= (codes == number) & (start <= on) & (on < end)
    return out


def _charged_share(met: Columns, least: bool) -> tuple[np.ndarray, np.ndarray]:
    """Share of the value a rate is charged on, 0 to 1, and whether it is known; unknown content is charged whole."""
    unknown = np.full(len(met["query"]), np.nan)
    parts = {"non_us": 1 - met["us_content_pct"] / 100, "metal": met["metal_content_pct"] / 100, "non_can_mex": unknown}
    share = np.ones(len(unknown))
    for basis, part in parts.items():
        share = np.where(one_of(met["content_basis"], [basis]), part, share)
    known = ~np.isnan(share)
    return np.where(known, share, 0.0 if least else 1.0), known
