"""How the sum on goods changed, day by day: from what to what, and by which events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.coverage import COVERAGE_ENDS_ON
from dashboard.topics import tariffs
from etl.ledger.snapshot import Snapshot
from policy.tariffs import Tables
from policy.tariffs.timeline import timeline

SAME_SUM = ["total_pct", "banned"]


def changes_of(
    snapshot: Snapshot,
    params: tariffs.TariffParams,
    product: str,
    tables: Tables | None = None,
    base_pct: Mapping[str, float] | None = None,
) -> list[dict[str, Any]]:
    """Each day on which the sum changed, the first first, as known on `params.known`.

    One entry a change: on, before_pct, total_pct (None: banned, or nothing before), banned, layers (measure and what it
    adds from then on) and events (those that layers counted from then on, or no longer counted, are read from). `product` is a
    code of the ledger or the digits of a tariff code that `tables` hold.
    """
    usmca = tariffs.QUALIFYING[params.usmca]
    question: dict[str, Any] = {
        "product_id": product,
        "origin": params.origin,
        "usmca": usmca,
        "importer": params.importer,
        "company": params.company or "",
        **params.content,
    }
    if base_pct:
        question["base_pct"] = base_pct[usmca]
    found = timeline(tables or tariffs.tables_of(snapshot, params), question, pd.Timestamp(params.known))
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
                "after_coverage": row.from_on.date() > COVERAGE_ENDS_ON,
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
