"""What the layers of a query add up to, and what may be said of the sum."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.vocabulary import TARIFF_STATUSES
from policy.tariffs.columns import Columns, each_text, one_of
from policy.tariffs.judge import ALL_IN, Judged
from policy.tariffs.words import TRUST_ORDER

STATUSES = {code: number for number, code in enumerate(TARIFF_STATUSES)}
TRUSTS = {code: number for number, code in enumerate(TRUST_ORDER)}


def sums(met: Columns, judged: Judged, asked: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Of each query the duties in force and the ordinary duty where it is known, in per cent, and whether imports are banned."""
    count = len(asked["query"])
    banned = _any_of(met, judged.included & one_of(met["rate_kind"], ["ban"]), count)
    total = np.bincount(met["query"], weights=judged.counted_pct, minlength=count)
    total = total + np.nan_to_num(asked["base_pct"])
    # sums of rates with two decimals: take the dust of binary fractions away
    return np.where(banned, np.nan, np.round(total, 6)), banned


def totals_of(met: Columns, judged: Judged, asked: Columns) -> pd.DataFrame:
    """One row a query; the columns are those of `Stack.totals`."""
    count, included = len(asked["query"]), judged.included
    total, banned = sums(met, judged, asked)
    all_in = _any_of(met, included & one_of(met["rate_kind"], ALL_IN), count)
    return pd.DataFrame(
        {
            "query": asked["query"],
            "total_pct": total,
            "status": _status(met, included, count),
            "banned": banned,
            "base_included": all_in | ~np.isnan(asked["base_pct"]),
            "upper_bound": _any_of(met, included & ~judged.share_known, count),
            "threatened_pct": _highest(met, "threatened", count),
            "scheduled_pct": _highest(met, "scheduled", count),
            "lowest_trust": _lowest_trust(met, included, count),
        }
    )


def _any_of(met: Columns, mask: np.ndarray, count: int) -> np.ndarray:
    out = np.zeros(count, dtype=bool)
    out[met["query"][mask]] = True
    return out


def _status(met: Columns, included: np.ndarray, count: int) -> np.ndarray:
    """The status of a query: in force when a layer is counted, else the strongest status of its layers."""
    rank = each_text(met["status"], STATUSES.__getitem__, "int64")
    # a layer that is in force and not counted here, or not on all of these goods, does not speak
    mute = (rank == 0) | ~one_of(met["coverage"], ["full"])
    rank = np.where(included, 0, np.where(mute, len(STATUSES) - 1, rank))
    best = np.full(count, len(STATUSES) - 1)
    np.minimum.at(best, met["query"], rank)
    return np.array(list(STATUSES), dtype=object)[best]


def _highest(met: Columns, status: str, count: int) -> np.ndarray:
    rows = one_of(met["status"], [status]) & one_of(met["coverage"], ["full"]) & ~np.isnan(met["rate_pct"])
    out = np.full(count, -np.inf)
    np.maximum.at(out, met["query"][rows], met["rate_pct"][rows])
    return np.where(np.isfinite(out), out, np.nan)


def _lowest_trust(met: Columns, included: np.ndarray, count: int) -> np.ndarray:
    worst = np.full(count, -1)
    np.maximum.at(worst, met["query"][included], each_text(met["trust"][included], TRUSTS.__getitem__, "int64"))
    return np.array([*TRUST_ORDER, ""], dtype=object)[worst]
