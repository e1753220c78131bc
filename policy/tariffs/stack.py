"""The stack: layers of duty on goods on a day, in or out and why, their total, and other readings of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd

from policy.tariffs.columns import Columns, one_of, some
from policy.tariffs.judge import ALL_IN, Judged, is_due, judge
from policy.tariffs.met import met_by, normalised
from policy.tariffs.rules import disputed
from policy.tariffs.tables import Tables
from policy.tariffs.totals import sums, totals_of
from policy.tariffs.words import ENDED

LAYER_COLUMNS = [
    "query", "measure_id", "line_id", "programme", "slot", "status", "included", "reason", "rate_pct",
    "rate_kind", "counted_pct", "starts_on", "ends_on", "planned_on", "start_precision", "content_basis",
    "condition", "quota", "company", "usmca", "precedence", "exclusion_id", "excluded_by", "event_id", "instrument", "source_id",
    "trust", "derived", "note", "note_fr", "step_note", "step_note_fr",
]  # fmt: skip


TOGETHER = "together"
OPPOSITE = ("duties_add_up", "gives_way")  # what sources say against each other holds one at a time


@dataclass(frozen=True, eq=False)
class Stack:
    """Answer to a table of queries; `query` is the row number of the query in every frame.

    layers: one row a layer, in or out (`LAYER_COLUMNS`). rate_pct is the rate as the instrument states it,
    counted_pct what it adds to the total (0 when not included).
    totals: query, total_pct (what is in force, summed; empty when banned), status, banned, base_included (an
    all-in rate holds the ordinary duty), upper_bound (a rate on a part of the value was counted whole),
    threatened_pct and scheduled_pct (highest rate threatened or scheduled, whatever its planned start; empty
    when none), lowest_trust (of the layers counted).
    readings: query, reading, total_pct, banned: rows only for queries with more than one reading.
    """

    layers: pd.DataFrame
    totals: pd.DataFrame
    readings: pd.DataFrame

    @cached_property
    def ranges(self) -> pd.DataFrame:
        """By query, in order: lowest_pct and highest_pct of all readings (empty: only a ban), ban_possible."""
        query, rate, ban = (
            np.concatenate([frame[name].to_numpy() for frame in (self.totals, self.readings)])
            for name in ("query", "total_pct", "banned")
        )
        known, count = ~np.isnan(rate.astype("float64")), len(self.totals)
        query, rate = query.astype("int64"), rate.astype("float64")
        low, high, banned = np.full(count, np.inf), np.full(count, -np.inf), np.zeros(count, dtype=bool)
        np.minimum.at(low, query[known], rate[known])
        np.maximum.at(high, query[known], rate[known])
        banned[query[ban.astype(bool)]] = True
        ends = {
            name: np.where(np.isfinite(end), end, np.nan) for name, end in (("lowest_pct", low), ("highest_pct", high))
        }
        return pd.DataFrame(ends | {"ban_possible": banned}, index=pd.RangeIndex(count, name="query"))


def stack(tables: Tables, queries: pd.DataFrame, known: pd.Timestamp) -> Stack:
    """Stack the duties for each row of `queries`, as known on `known`.

    queries: product_id, origin, on; optional company ("" or "non-selected": every other company), usmca
    ("qualifying" or "non_qualifying", the default), importer (default "USA"), us_content_pct and
    metal_content_pct (shares of the value that rates on a part of it are charged by; default unknown), base_pct (the
    ordinary duty; where it is given it is counted, and an all-in rate counts for what exceeds it).
    """
    asked = normalised(queries, tables)
    met = met_by(asked, tables, known)
    judged = judge(met, tables, known)
    return Stack(
        _layers(met, judged, asked), totals_of(met, judged, asked), _readings(met, judged, asked, tables, known)
    )


def totals(tables: Tables, queries: pd.DataFrame, known: pd.Timestamp) -> pd.DataFrame:
    """`Stack.totals` alone."""
    asked = normalised(queries, tables)
    met = met_by(asked, tables, known)
    return totals_of(met, judge(met, tables, known), asked)


def layers_and_totals(tables: Tables, queries: pd.DataFrame, known: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`Stack.layers` and `Stack.totals`, without other readings."""
    asked = normalised(queries, tables)
    met = met_by(asked, tables, known)
    judged = judge(met, tables, known)
    return _layers(met, judged, asked), totals_of(met, judged, asked)


def _layers(met: Columns, judged: Judged, asked: Columns) -> pd.DataFrame:
    """The layers to show: without ended ones that another line of the same slot has replaced; with the ordinary duty."""
    query = met["query"]
    slot, _slots = pd.factorize(met["slot"])
    slot = query * (slot.max(initial=0) + 1) + slot
    ended = one_of(met["status"], ENDED)
    hidden = ended & (np.isin(slot, slot[met["status"] == "in_force"]) | (met["role"] == "proposal"))
    all_in, banned = (
        np.isin(asked["query"], query[judged.included & one_of(met["rate_kind"], kinds)]) for kinds in (ALL_IN, ["ban"])
    )
    # goods that a line of a measure exempts while another of its lines is counted are not exempt from the measure
    measure, _measures = pd.factorize(met["measure_id"])
    measure = query * (measure.max(initial=0) + 1) + measure
    elsewhere = (judged.reason == "exempt_goods") & np.isin(measure, measure[judged.included])
    judged = judged._replace(reason=np.where(elsewhere, "specific_beats_general", judged.reason))
    found = met | judged._asdict() | {"company": met["line_company"], "usmca": met["line_usmca"]}
    base = _ordinary(asked, all_in, banned)
    both = {name: np.concatenate([base[name], found[name][~hidden]]) for name in LAYER_COLUMNS}
    rank = np.where(both["programme"] == "base", 0, np.where(both["included"], 1, 2))
    texts = [pd.factorize(both[name], sort=True)[0] for name in ("line_id", "programme")]
    ordered = some(both, np.lexsort((*texts, rank, both["query"])))
    index = pd.RangeIndex(len(rank))
    return pd.DataFrame(
        {name: pd.Series(column, index=index, dtype=column.dtype) for name, column in ordered.items()}, index=index
    )


def _ordinary(asked: Columns, all_in: np.ndarray, banned: np.ndarray) -> Columns:
    """The ordinary duty of every query, as a layer: counted where it is known and the goods may enter."""
    base, count = asked["base_pct"], len(all_in)
    known = ~np.isnan(base)
    reason = np.where(known, "base_counted", np.where(all_in, "base_in_all_in", "base_not_included")).astype(object)
    reason[banned] = "ban_in_force"
    said: Columns = dict.fromkeys(LAYER_COLUMNS, np.full(count, "", dtype=object))
    said |= dict.fromkeys(("starts_on", "ends_on", "planned_on"), np.full(count, "NaT", dtype="datetime64[us]"))
    said |= {
        "query": asked["query"],
        "included": known & ~banned,
        "reason": reason,
        "derived": np.zeros(count, dtype=bool),
    }
    said |= {
        "rate_pct": base,
        "counted_pct": np.where(banned, 0.0, np.nan_to_num(base)),
        "precedence": np.full(count, -1.0),
    }
    words = {
        "measure_id": "MFN",
        "line_id": "MFN",
        "programme": "base",
        "rate_kind": "additional",
        "status": "in_force",
    }
    return said | {name: np.full(count, word, dtype=object) for name, word in words.items()}


def _readings(met: Columns, judged: Judged, asked: pd.DataFrame, tables: Tables, known: pd.Timestamp) -> pd.DataFrame:
    """Other readings of the queries where they change the answer, beside the answer as counted."""
    live = one_of(met["status"], ["in_force"])
    conditions = {name: live & one_of(met["condition"], [name]) for name in pd.unique(met["condition"]) if name}
    open_to = {
        "above_quota": judged.included & ~one_of(met["quota"], [""]),
        "part_covered": judged.reason == "part_only",
        "not_stated_covered": judged.reason == "not_stated",
        "as_scheduled": is_due(met),
        "duties_add_up": judged.reason == "excluded_disputed",
        "gives_way": live & one_of(met["programme"], disputed(tables, known)),
        "least_content": judged.included & ~judged.share_known,
    } | conditions
    plain, plain_ban = sums(met, judged, asked)
    found: list[tuple[int, str, float, bool]] = []

    def take(taken: tuple[str, ...], queries: np.ndarray) -> np.ndarray:
        """Note the answers of queries in readings where they differ from what is counted; the queries that do."""
        here = some(met, np.isin(met["query"], queries)) if len(asked["query"]) > 1 else met
        total, ban = sums(here, judge(here, tables, known, taken), asked)
        same = (np.nan_to_num(total, nan=-1) == np.nan_to_num(plain, nan=-1)) & (ban == plain_ban)
        others = [query for query in queries if not same[query]]
        code = taken[0] if len(taken) == 1 else TOGETHER
        found.extend((query, code, total[query], ban[query]) for query in others)
        return np.array(others, dtype="int64")

    changed = {
        name: take((name,), queries) for name, rows in open_to.items() if len(queries := np.unique(met["query"][rows]))
    }
    for pair in combinations(changed, 2):
        both = np.intersect1d(changed[pair[0]], changed[pair[1]])
        if len(both) and pair != OPPOSITE:
            take(pair, both)
    counted = {query: (query, "as_counted", plain[query], plain_ban[query]) for query, *_other in found}
    rows = sorted([*counted.values(), *_outermost(found)], key=lambda row: row[0])
    return pd.DataFrame(rows, columns=["query", "reading", "total_pct", "banned"])


def _outermost(found: list[tuple[int, str, float, bool]]) -> list[tuple[int, str, float, bool]]:
    """Every reading on its own; of several together those that are less or more than each on its own."""
    single = [row for row in found if row[1] != TOGETHER]
    out = list(single)
    for query in {row[0] for row in found if row[1] == TOGETHER}:
        rates = [row[2] for row in single if row[0] == query]
        pairs = [row for row in found if row[0] == query and row[1] == TOGETHER and not row[3]]
        for outer in (min, max):
            most = outer(pairs, key=lambda row: row[2], default=None)
            if most is not None and outer([*rates, most[2]]) == most[2] and most[2] not in rates:
                out.append(most)
    return out
