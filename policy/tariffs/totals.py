"""What the layers of a query add up to, and what may be said of the sum."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.vocabulary import TARIFF_STATUSES
from policy.tariffs.judge import ALL_IN
from policy.tariffs.words import TRUST_ORDER


def totals_of(judged: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """One row a query; the columns are those of `Stack.totals`."""
    count = len(asked)
    query = judged["query"].to_numpy()
    included, kind = judged["included"].to_numpy(), judged["rate_kind"].to_numpy()

    def any_of(mask: np.ndarray) -> np.ndarray:
        out = np.zeros(count, dtype=bool)
        out[query[mask]] = True
        return out

    banned = any_of(included & (kind == "ban"))
    total = np.bincount(query, weights=judged["counted_pct"].to_numpy(), minlength=count) if count else np.zeros(0)
    base = asked["base_pct"].to_numpy(dtype="float64")
    total = total + np.nan_to_num(base)
    # sums of rates with two decimals: take the dust of binary fractions away
    total = np.where(banned, np.nan, np.round(total, 6))
    return pd.DataFrame(
        {
            "query": asked["query"],
            "total_pct": total,
            "status": _status(judged, count),
            "banned": banned,
            "base_included": any_of(included & np.isin(kind, ALL_IN)) | ~np.isnan(base),
            "upper_bound": any_of(included & ~judged["share_known"].to_numpy()),
            "threatened_pct": _highest(judged, "threatened", count),
            "scheduled_pct": _highest(judged, "scheduled", count),
            "lowest_trust": _lowest_trust(judged, count),
        }
    )


def _status(judged: pd.DataFrame, count: int) -> np.ndarray:
    """The status of a query: in force when a layer is counted, else the strongest status of its layers."""
    codes = list(TARIFF_STATUSES)
    rank = judged["status"].map({code: number for number, code in enumerate(codes)}).to_numpy(dtype="int64")
    included = judged["included"].to_numpy()
    # a layer that is in force and not counted here, or not on all of these goods, does not speak
    mute = (rank == 0) | (judged["coverage"] != "full").to_numpy()
    rank = np.where(included, 0, np.where(mute, len(codes) - 1, rank))
    best = np.full(count, len(codes) - 1)
    np.minimum.at(best, judged["query"].to_numpy(), rank)
    return np.array(codes, dtype=object)[best]


def _highest(judged: pd.DataFrame, status: str, count: int) -> np.ndarray:
    rows = judged[(judged["status"] == status) & (judged["coverage"] == "full") & judged["rate_pct"].notna()]
    out = np.full(count, -np.inf)
    np.maximum.at(out, rows["query"].to_numpy(), rows["rate_pct"].to_numpy())
    return np.where(np.isfinite(out), out, np.nan)


def _lowest_trust(judged: pd.DataFrame, count: int) -> np.ndarray:
    rows = judged[judged["included"]]
    rank = rows["trust"].map({code: number for number, code in enumerate(TRUST_ORDER)}).to_numpy(dtype="int64")
    worst = np.full(count, -1)
    np.maximum.at(worst, rows["query"].to_numpy(), rank)
    return np.array([*TRUST_ORDER, ""], dtype=object)[worst]
