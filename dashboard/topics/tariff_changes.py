"""How the sum on goods changed, day by day: from what to what, and by which events."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from dashboard.coverage import ends_on
from dashboard.topics import tariffs
from dashboard.topics.tariff_goods import One
from dashboard.topics.tariff_product import mfn_range, total_above_floor
from etl.ledger.snapshot import Snapshot
from policy.tariffs import stack
from policy.tariffs.timeline import Timeline, timeline

SAME_SUM = ["total_pct", "banned"]


def history_of(snapshot: Snapshot, params: tariffs.TariffParams, one: One) -> list[dict[str, Any]]:
    """Each day on which the sum on goods of one kind changed, the first first, as known on `params.known`.

    One entry a change: on, before_pct, total_pct (None: banned, or nothing before), banned, layers (measure and what it
    adds from then on), events (those that layers counted from then on, or no longer counted, are read from), sources;
    lowest_pct, highest_pct and ban_possible as answers say them (`rate_answer`), over all days until the next change.
    """
    asked = tariffs.question(params, one.product, one.base_pct)
    found = timeline(one.tables, asked, pd.Timestamp(params.known))
    ranges = _ranges(snapshot, params, one, found)
    changes = _changes(found, ends_on(snapshot))
    ends = [*(change["on"] for change in changes[1:]), None]
    return [
        change | _range(ranges[(ranges["on"] >= change["on"]) & ~(ranges["on"] >= pd.Timestamp(end))])
        for change, end in zip(changes, ends, strict=True)
    ]


def _ranges(snapshot: Snapshot, params: tariffs.TariffParams, one: One, found: Timeline) -> pd.DataFrame:
    """`Timeline.ranges` with the readings that an answer has besides: as `rate_answer` and `product_answer` say them."""
    ranges = found.ranges.copy()
    if params.usmca == "any" and tariffs.has_cusma_choice(snapshot, params.origin):
        asked = tariffs.question(params.model_copy(update={"usmca": "yes"}), one.product, one.base_pct)
        asked_on = pd.DataFrame([asked] * len(ranges)).assign(on=ranges["on"].to_numpy())
        other = stack(one.tables, asked_on, pd.Timestamp(params.known)).ranges
        ranges = ranges.assign(
            lowest_pct=np.fmin(ranges["lowest_pct"], other["lowest_pct"]),
            highest_pct=np.fmax(ranges["highest_pct"], other["highest_pct"]),
            ban_possible=ranges["ban_possible"] | other["ban_possible"],
        )
    if one.base_pct is None:
        for row in ranges[ranges["floor_pct"].notna()].itertuples():
            ordinary = mfn_range(snapshot, one.product, params.model_copy(update={"on": row.on.date()}))
            above = total_above_floor(row.total_pct, row.floor_pct, ordinary["base_highest_pct"])
            ranges.loc[row.Index, "highest_pct"] = max(row.highest_pct, above or 0.0)
    return ranges


def _range(ranges: pd.DataFrame) -> dict[str, Any]:
    low, high = ranges["lowest_pct"].min(), ranges["highest_pct"].max()
    return {
        "lowest_pct": None if pd.isna(low) else round(float(low), 6),
        "highest_pct": None if pd.isna(high) else round(float(high), 6),
        "ban_possible": bool(ranges["ban_possible"].any()),
    }


def _changes(found: Timeline, covered_to: date) -> list[dict[str, Any]]:
    totals = found.totals
    same = (totals[SAME_SUM].fillna(-1.0) == totals[SAME_SUM].shift().fillna(-2.0)).all(axis=1)
    before: float | None = None
    out: list[dict[str, Any]] = []
    for row in totals[~same].itertuples():
        counted, ended = _counted_on(found.layers, row.from_on)
        started = counted[counted["from_on"] == row.from_on]
        total = None if row.banned else round(float(row.total_pct), 6)
        out.append(
            {
                "on": row.from_on.date().isoformat(),
                "before_pct": before,
                "total_pct": total,
                "banned": bool(row.banned),
                "after_coverage": row.from_on.date() > covered_to,
                "layers": [
                    {"measure_id": layer.measure_id, "counted_pct": layer.counted_pct} for layer in counted.itertuples()
                ],
                "events": sorted({*started["event_id"], *ended["event_id"]} - {""}),
                "sources": sorted({*counted["source_id"]} - {""}),
            }
        )
        before = total
    return out


def _counted_on(layers: pd.DataFrame, day: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Layers counted on a day, and what became on it of those that were counted until then."""
    here = layers[(layers["from_on"] <= day) & ~(layers["to_on"] <= day)]
    were = set(layers.loc[layers["included"] & (layers["to_on"] == day), "line_id"])
    ended = here[~here["included"] & (here["from_on"] == day) & here["line_id"].isin(were)]
    return here[here["included"]], ended
