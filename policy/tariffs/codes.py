"""Goods by tariff code: which lists a code stands in, the ordinary duty of its line, and totals of many codes at once.

To the rules a code is a product like any other. Its membership of product groups is not written down code by code: it
follows from lists of prefixes, of which the one with the most digits decides (`tariff_code_lists`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from policy.tariffs.met import cusma_parties
from policy.tariffs.stack import layers_and_totals, stack, totals
from policy.tariffs.tables import MEMBERSHIP_DAYS, OPEN, Tables, as_known

ALL_CODES = "*"
LENGTHS = (2, 4, 6, 8, 10)
GROUP_COLUMNS = ["product_group", "product_id", "coverage", *MEMBERSHIP_DAYS]
PIECE = ("product_group", "product_id", "coverage", "from_on", "to_on")


class Entry(NamedTuple):
    """A code in a list, as known on a day; an open end is `OPEN`."""

    list_id: str
    hts_prefix: str
    coverage: str
    from_on: pd.Timestamp
    to_on: pd.Timestamp


@dataclass(frozen=True, eq=False)
class CodeLists:
    """The lists that name codes: the columns of `tariff_code_lists`."""

    frame: pd.DataFrame

    def naming(self, code: str, known: pd.Timestamp) -> list[Entry]:
        """The entries of all lists that name a code, as known on a day."""
        held = _by_prefix(self, known)
        prefixes = [ALL_CODES, *(code[:length] for length in LENGTHS if length <= len(code))]
        return [entry for prefix in prefixes for entry in held.get(prefix, ())]


@lru_cache(maxsize=64)
def _by_prefix(lists: CodeLists, known: pd.Timestamp) -> dict[str, list[Entry]]:
    """The entries by what they name, in its order, as known on a day."""
    held = as_known(lists.frame, known).sort_values("hts_prefix", kind="stable")
    held = held.assign(to_on=held["to_on"].fillna(OPEN))[list(Entry._fields)]
    found: dict[str, list[Entry]] = {}
    for entry in map(Entry._make, held.itertuples(index=False)):
        found.setdefault(entry.hts_prefix, []).append(entry)
    return found


def for_codes(tables: Tables, lists: CodeLists, codes: Sequence[str], known: pd.Timestamp) -> Tables:
    """The tables of the rules with `codes` (digits) as products, as known on a day."""
    rows = [piece for code in codes for piece in _pieces(code, lists.naming(code, known))]
    columns = dict(zip(PIECE, zip(*rows, strict=True), strict=bool(rows)))
    texts = {name: np.array(columns.get(name, ()), dtype="object") for name in GROUP_COLUMNS[:3]}
    days = {name: pd.DatetimeIndex(columns.get(name, ())).as_unit("us") for name in ("from_on", "to_on")}
    never = np.full(len(rows), "NaT", dtype="datetime64[us]")
    groups = pd.DataFrame(texts | days | {"known_on": never, "end_known_on": never})[GROUP_COLUMNS]
    return replace(tables, product_groups=groups, parent=tables.parent or tables)


def _pieces(code: str, entries: list[Entry]) -> list[tuple]:
    """(list, code, coverage, from, to) without overlaps: where entries of one list meet, the longest prefix holds."""
    by_list: dict[str, list[Entry]] = {}
    for entry in entries:
        by_list.setdefault(entry.list_id, []).append(entry)
    pieces = []
    for name, rows in sorted(by_list.items()):
        bounds = sorted({day for row in rows for day in (row.from_on, row.to_on)})
        for start, end in pairwise(bounds):
            holding = [row for row in rows if row.from_on <= start and end <= row.to_on]
            if holding:
                row = max(holding, key=lambda row: (row.hts_prefix != ALL_CODES, len(row.hts_prefix), row.from_on))
                pieces.append((name, code, row.coverage, start, pd.NaT if end == OPEN else end))
    return pieces


def narrower(lists: CodeLists, code: str, on: pd.Timestamp, known: pd.Timestamp) -> list[str]:
    """Longer codes under a code that a list names on their own on a day."""
    held = _by_prefix(lists, known)
    prefixes = list(held)
    below = prefixes[bisect_right(prefixes, code) : bisect_left(prefixes, code + ":")]  # ":" follows "9"
    return [prefix for prefix in below if any(entry.from_on <= on < entry.to_on for entry in held[prefix])]


def codes_by_list(lists: CodeLists, codes: pd.Series, on: pd.Timestamp, known: pd.Timestamp) -> dict[str, set[str]]:
    """The lines (8 digits) among `codes` that each list names on a day; exempt ones are left out, and lines of which a
    list names a part only: which share of their trade is its own no one knows."""
    held = as_known(lists.frame, known)
    held = held[(held["from_on"] <= on) & ~(held["to_on"] <= on) & (held["hts_prefix"] != ALL_CODES)]
    beginnings = {length: codes.str[:length] for length in LENGTHS if length <= 8}
    found: dict[str, set[str]] = {}
    for name, rows in held.groupby("list_id"):
        coverage = pd.Series(None, index=codes.index, dtype="object")
        for length, beginning in beginnings.items():  # the longest prefix decides
            own = rows[rows["hts_prefix"].str.len() == length]
            named = beginning.map(dict(zip(own["hts_prefix"], own["coverage"], strict=True)))
            coverage = named.where(named.notna(), coverage)
        found[str(name)] = set(codes[coverage.notna() & (coverage != "exempt")])
    return found


@dataclass(frozen=True, eq=False)
class CodeQuery:
    """What every code pays that comes from `origin` on a day, as known on another.

    goods: the columns of `tariff_codes`. `said` is what else is said of them: their company, shares of the value that are known.
    """

    tables: Tables
    lists: CodeLists
    goods: pd.DataFrame
    origin: str
    on: pd.Timestamp
    known: pd.Timestamp
    usmca: str = "non_qualifying"
    said: Mapping[str, str | float] = field(default_factory=dict)


def code_totals(query: CodeQuery) -> pd.DataFrame:
    """What every code pays: hts8 and the columns of `Stack.totals`.

    Codes that stand in the same lists and bear the same ordinary duty are worked out once.
    """
    some, queries, place = _alike(query)
    return _by_code(totals(some, queries, query.known).drop(columns="query"), place, query)


def code_readings(query: CodeQuery) -> pd.DataFrame:
    """As `code_totals`, with lowest_pct and highest_pct: the least and the most of all readings (empty: only a ban)."""
    some, queries, place = _alike(query)
    found = stack(some, queries, query.known)
    both = found.totals.join(found.ranges[["lowest_pct", "highest_pct"]], on="query")
    return _by_code(both.drop(columns="query"), place, query)


def code_parts(query: CodeQuery) -> tuple[pd.DataFrame, set[str]]:
    """What every code pays by programme, in per cent, and the sources of the layers that are counted.

    One row a code in the order of its goods: hts8, banned, total_pct, and a column for each programme that is counted
    somewhere, the ordinary duty among them (`base`); the programmes add up to the total.
    """
    some, queries, place = _alike(query)
    layers, sums = layers_and_totals(some, queries, query.known)
    counted = layers[layers["included"]]
    parts = counted.pivot_table(index="query", columns="programme", values="counted_pct", aggfunc="sum", fill_value=0.0)
    parts = parts.reindex(sums["query"], fill_value=0.0).assign(
        banned=sums["banned"].to_numpy(), total_pct=sums["total_pct"].to_numpy()
    )
    return _by_code(parts, place, query), set(counted["source_id"]) - {""}


def _by_code(found: pd.DataFrame, place: np.ndarray, query: CodeQuery) -> pd.DataFrame:
    """What was found of codes that are alike, for each code."""
    return found.iloc[place].reset_index(drop=True).assign(hts8=query.goods["hts8"].to_numpy())


def _alike(query: CodeQuery) -> tuple[Tables, pd.DataFrame, np.ndarray]:
    """One question for all codes that are alike, the tables that know them, and the question of each code."""
    goods = query.goods.reset_index(drop=True)
    base = base_of(goods, query.tables, query.origin, query.usmca)
    profile = _profiles(query.lists.frame, goods["hts8"], query.on, query.known)
    bits = np.nan_to_num(base, nan=-1.0).view("int64")
    key, first = np.unique(np.column_stack([profile, bits]), axis=0, return_index=True)
    place = pd.MultiIndex.from_arrays(key.T).get_indexer(pd.MultiIndex.from_arrays([profile, bits]))
    _, examples = np.unique(profile, return_index=True)
    example = dict(zip(profile[examples], goods["hts8"].to_numpy()[examples], strict=True))
    some = for_codes(query.tables, query.lists, list(example.values()), query.known)
    codes = [example[profile[row]] for row in first]
    of_all = {"origin": query.origin, "on": query.on, "usmca": query.usmca}
    queries = pd.DataFrame({"product_id": codes} | of_all | {"base_pct": base[first]})
    return some, queries.assign(**query.said), place


def base_of(goods: pd.DataFrame, tables: Tables, origin: str, usmca: str) -> np.ndarray:
    """The ordinary duty in per cent, line by line: 0 for goods that qualify under CUSMA, NaN where it is not held."""
    base = goods["mfn_pct"].to_numpy(dtype="float64")
    return np.zeros(len(goods)) if origin in cusma_parties(tables) and usmca == "qualifying" else base


def _profiles(lists: pd.DataFrame, codes: pd.Series, on: pd.Timestamp, known: pd.Timestamp) -> np.ndarray:
    """A number a code: the same for codes that stand in the same lists, in the same way, on a day."""
    held = as_known(lists, known)
    held = held[(held["from_on"] <= on) & ~(held["to_on"] <= on)]
    sign = held["list_id"].astype("object") + " " + held["coverage"].astype("object")
    held = held.assign(sign=pd.factorize(sign, sort=True)[0], list_number=pd.factorize(held["list_id"], sort=True)[0])
    found = []
    for length in (0, *LENGTHS):
        prefix = codes.str[:length] if length else pd.Series(ALL_CODES, index=codes.index)
        asked = pd.DataFrame({"code": np.arange(len(codes)), "hts_prefix": prefix.astype("object")})
        if length <= codes.str.len().max():
            rows = asked.merge(held[["hts_prefix", "sign", "list_number"]], on="hts_prefix")
            found.append(rows.assign(length=length))
    rows = (
        pd.concat(found)
        .sort_values(["code", "list_number", "length"])
        .drop_duplicates(["code", "list_number"], keep="last")
    )
    marks = np.random.default_rng(0).integers(1, 2**62, size=held["sign"].nunique())
    out = np.zeros(len(codes), dtype="int64")
    np.add.at(out, rows["code"].to_numpy(), marks[rows["sign"].to_numpy()])
    return out
