"""Goods by tariff code: which lists a code stands in, the ordinary duty of its line, and totals of many codes at once.

To the rules a code is a product like any other. Its membership of product groups is not written down code by code: it
follows from lists of prefixes, of which the one with the most digits decides (`tariff_code_lists`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from policy.tariffs.judge import CUSMA_PARTIES, judge, met_by, normalised
from policy.tariffs.tables import MEMBERSHIP_DAYS, OPEN, Tables, as_known
from policy.tariffs.totals import totals_of

ALL_CODES = "*"
LENGTHS = (2, 4, 6, 8, 10)
GROUP_COLUMNS = ["product_group", "product_id", "coverage", *MEMBERSHIP_DAYS]


def for_codes(tables: Tables, lists: pd.DataFrame, codes: Sequence[str], known: pd.Timestamp) -> Tables:
    """The tables of the rules with `codes` (digits) as products, as known on a day.

    lists: the columns of `tariff_code_lists`.
    """
    rows = [piece for code in codes for piece in _pieces(code, _naming(lists, code, known))]
    groups = pd.DataFrame(rows, columns=["product_group", "product_id", "coverage", "from_on", "to_on"])
    days = dict.fromkeys(("from_on", "to_on"), "datetime64[us]")
    groups = groups.astype(dict.fromkeys(("product_group", "product_id", "coverage"), "object") | days)
    never = pd.Series(pd.NaT, index=groups.index, dtype="datetime64[us]")
    groups = groups.assign(known_on=never, end_known_on=never)
    return replace(tables, product_groups=groups[GROUP_COLUMNS], parent=tables.parent or tables)


def _naming(lists: pd.DataFrame, code: str, known: pd.Timestamp) -> pd.DataFrame:
    """The entries of all lists that name a code, as known on a day."""
    prefixes = [ALL_CODES, *(code[:length] for length in LENGTHS if length <= len(code))]
    return as_known(lists[lists["hts_prefix"].isin(prefixes)], known)


def _pieces(code: str, entries: pd.DataFrame) -> list[tuple]:
    """(list, code, coverage, from, to) without overlaps: where entries of one list meet, the longest prefix holds."""
    pieces = []
    for name, rows in entries.groupby("list_id", sort=True):
        spans = [(row.from_on, OPEN if pd.isna(row.to_on) else row.to_on, row) for row in rows.itertuples()]
        bounds = sorted({day for start, end, _row in spans for day in (start, end)})
        for start, end in pairwise(bounds):
            holding = [row for first, last, row in spans if first <= start and end <= last]
            if holding:
                row = max(holding, key=lambda row: (row.hts_prefix != ALL_CODES, len(row.hts_prefix), row.from_on))
                pieces.append((name, code, row.coverage, start, pd.NaT if end == OPEN else end))
    return pieces


def narrower(lists: pd.DataFrame, code: str, on: pd.Timestamp, known: pd.Timestamp) -> list[str]:
    """Longer codes under a code that a list names on their own on a day."""
    longer = lists[lists["hts_prefix"].str.startswith(code) & (lists["hts_prefix"].str.len() > len(code))]
    longer = as_known(longer, known)
    return sorted(set(longer.loc[(longer["from_on"] <= on) & ~(longer["to_on"] <= on), "hts_prefix"]))


def code_totals(
    tables: Tables,
    lists: pd.DataFrame,
    goods: pd.DataFrame,
    *,
    origin: str,
    on: pd.Timestamp,
    known: pd.Timestamp,
    usmca: str = "non_qualifying",
) -> pd.DataFrame:
    """What every code pays that comes from `origin` on a day: hts8 and the columns of `Stack.totals`.

    goods: the columns of `tariff_codes`. Codes that stand in the same lists and bear the same ordinary duty are
    worked out once.
    """
    goods = goods.reset_index(drop=True)
    base = base_of(goods, tables, origin, usmca)
    profile = _profiles(lists, goods["hts8"], on, known)
    key, first = np.unique(
        np.column_stack([profile, np.nan_to_num(base, nan=-1.0).view("int64")]), axis=0, return_index=True
    )
    place = pd.MultiIndex.from_arrays(key.T).get_indexer(
        pd.MultiIndex.from_arrays([profile, np.nan_to_num(base, nan=-1.0).view("int64")])
    )
    _, examples = np.unique(profile, return_index=True)
    example = dict(zip(profile[examples], goods["hts8"].to_numpy()[examples], strict=True))
    some = for_codes(tables, lists, list(example.values()), known)
    codes = [example[profile[row]] for row in first]
    queries = pd.DataFrame({"product_id": codes, "origin": origin, "on": on, "usmca": usmca, "base_pct": base[first]})
    asked = normalised(queries, some)
    totals = totals_of(judge(met_by(asked, some, known), asked, some, known), asked)
    return totals.iloc[place].reset_index(drop=True).assign(hts8=goods["hts8"].to_numpy()).drop(columns="query")


def base_of(goods: pd.DataFrame, tables: Tables, origin: str, usmca: str) -> np.ndarray:
    """The ordinary duty in per cent, line by line: 0 for goods that qualify under CUSMA, NaN where it is not held."""
    base = goods["mfn_pct"].to_numpy(dtype="float64")
    groups = tables.country_groups
    party = (groups.loc[groups["group_id"] == CUSMA_PARTIES, "iso3"] == origin).any()
    return np.zeros(len(goods)) if party and usmca == "qualifying" else base


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
    marks = np.random.default_rng(0).integers(1, 2**62, size=int(held["sign"].max()) + 1)
    out = np.zeros(len(codes), dtype="int64")
    np.add.at(out, rows["code"].to_numpy(), marks[rows["sign"].to_numpy()])
    return out
