"""What a product pays on a day: the answer of the rules, and what the ordinary duties of its many codes make of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from dashboard.language import _
from dashboard.params import set_day
from dashboard.topics import tariffs
from dashboard.topics.hts import LINE, schedule
from dashboard.topics.tariff_rate import rate_answer
from etl.ledger.snapshot import Snapshot
from policy.tariffs import READINGS
from policy.tariffs.tables import OPEN


def product_answer(snapshot: Snapshot, params: tariffs.TariffParams) -> dict[str, Any]:
    """`rate_answer` for a product, with the range of the ordinary duty beside it."""
    return _above_floor(rate_answer(snapshot, params) | mfn_range(snapshot, params.product, params))


def _above_floor(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with a reading more where an all-in rate is the least that is paid and some of the codes bear more."""
    floor = [one["counted_pct"] for one in answer["layers"] if one["included"] and one["rate_kind"] == "total_floor"]
    total = total_above_floor(answer["total_pct"], floor[0], answer["base_highest_pct"]) if floor else None
    if total is None:
        return answer
    said: list[tuple[str, float]] = [] if answer["readings"] else [("as_counted", answer["total_pct"])]
    more = [
        {"reading": code, "text": _(READINGS[code]), "total_pct": rate, "banned": False}
        for code, rate in [*said, ("ordinary_duty_above", total)]
    ]
    return answer | {"readings": [*answer["readings"], *more], "highest_pct": max(answer["highest_pct"], total)}


def total_above_floor(total_pct: float, floor_pct: float, ordinary_pct: float | None) -> float | None:
    """The total on those goods that bear more than the least of an all-in rate; None where none do."""
    if ordinary_pct is None or ordinary_pct <= floor_pct:
        return None
    return round(total_pct - floor_pct + ordinary_pct, 6)


def mfn_range(snapshot: Snapshot, product: str, params: tariffs.TariffParams) -> dict[str, float | None]:
    """Lowest and highest ordinary duty, in per cent, of the lines that the list of a product names; None: no list of it.

    It is not counted in the total of a product, which holds many codes.
    """
    on, known = pd.Timestamp(set_day(params.on)), pd.Timestamp(set_day(params.known))
    lists = schedule(snapshot).lists.frame
    held = lists[(lists["list_id"] == product) & (lists["coverage"] != "exempt") & ~(lists["known_on"] > known)]
    held = held[(held["from_on"] <= on) & (on < held["to_on"].fillna(OPEN))]
    base = _base_of_prefixes(snapshot, held["hts_prefix"])
    if params.importer != "USA" or base.empty:
        return {"base_lowest_pct": None, "base_highest_pct": None}
    return {"base_lowest_pct": float(base.min()), "base_highest_pct": float(base.max())}


def _base_of_prefixes(snapshot: Snapshot, prefixes: Iterable[str]) -> pd.Series:
    goods = schedule(snapshot).goods
    starts = tuple(prefix[:LINE] for prefix in prefixes)
    if not starts:
        return pd.Series(dtype="float64")
    codes = goods["hts8"].to_numpy(dtype="object")
    return goods.loc[[code.startswith(starts) for code in codes], "mfn_pct"].dropna()
