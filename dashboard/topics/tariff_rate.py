"""What goods pay on a day and why, as one JSON-ready answer: the API and the calculator say the same."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.coverage import before_coverage, ends_on
from dashboard.language import _
from dashboard.params import set_day
from dashboard.topics import tariffs
from etl.ledger.snapshot import Snapshot
from policy.tariffs import READINGS, Stack, Tables

ASKED = ("product", "origin", "company", "usmca", "importer", "us_content_pct", "metal_content_pct")
"""Parts of the question that the answer repeats."""
RANGE = ("lowest_pct", "highest_pct")


def rate_answer(
    snapshot: Snapshot,
    params: tariffs.TariffParams,
    tables: Tables | None = None,
    base_pct: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """The rate on a product from an origin on a day, as known on a day; `params` say all explicitly, their codes are valid.

    `usmca`: yes, no, or any (taken as no; where it matters the other answer is among the readings). `total_pct` is the
    sum of what is in force, in per cent of the value; 0 where nothing is, None where the import is banned. Every layer is
    listed, in or out; the `counted_pct` of the layers add up to the total. `readings` are other answers where sources or
    conditions leave more than one, and `lowest_pct` and `highest_pct` the least and the most of all (None: only a ban;
    `ban_possible`: in one of the readings at least the import is banned, which is more than any rate).
    Text is in the current language; codes are not. `tables` and `base_pct` are as in `tariffs.ask`: for goods by tariff code.
    """
    on, known = set_day(params.on), set_day(params.known)
    found = tariffs.ask(snapshot, params, tables, base_pct)
    total = found.totals.iloc[0]
    tables = tables or tariffs.tables_of(snapshot, params)
    other = None
    if params.usmca == "any" and tariffs.has_cusma_choice(snapshot, params.origin):
        other = tariffs.ask(snapshot, params.model_copy(update={"usmca": "yes"}), tables, base_pct)
    readings = _readings(found, other)
    all_of_it = [found.ranges, *([] if other is None else [other.ranges])]
    rates = [rate for side in all_of_it for name in RANGE if (rate := _number(side[name].iloc[0])) is not None]
    return {
        **{name: getattr(params, name) for name in ASKED},
        "on": on.isoformat(),
        "known": known.isoformat(),
        "coverage_ends_on": ends_on(snapshot).isoformat(),
        "after_coverage": max(on, known) > ends_on(snapshot),
        "before_coverage": before_coverage(on),
        "total_pct": _number(total["total_pct"]),
        "status": str(total["status"]),
        "banned": bool(total["banned"]),
        "base_included": bool(total["base_included"]),
        "upper_bound": bool(total["upper_bound"]),
        "threatened_pct": _number(total["threatened_pct"]),
        "scheduled_pct": _number(total["scheduled_pct"]),
        "rate_not_held": sorted({*found.layers.loc[found.layers["reason"] == "rate_unknown", "measure_id"]}),
        "lowest_trust": total["lowest_trust"] or None,
        "layers": _layers(snapshot, found.layers),
        "readings": readings,
        "lowest_pct": min(rates, default=None),
        "highest_pct": max(rates, default=None),
        "ban_possible": any(bool(side["ban_possible"].iloc[0]) for side in all_of_it),
    }


def _layers(snapshot: Snapshot, layers: pd.DataFrame) -> list[dict[str, Any]]:
    titles, disputed = tariffs.measure_titles(snapshot), tariffs.conflicts(snapshot)
    return [
        {
            "measure_id": layer.measure_id,
            "title": titles.get(layer.measure_id, layer.measure_id),
            "programme": layer.programme,
            "status": layer.status,
            "rate_pct": _number(layer.rate_pct),
            "rate_kind": layer.rate_kind,
            "included": bool(layer.included),
            "counted_pct": _number(layer.counted_pct),
            "reason": layer.reason,
            "reason_text": tariffs.reason_in_words(layer.reason, layer.excluded_by),
            "excluded_by": layer.excluded_by or None,
            "instrument": layer.instrument or None,
            "source": layer.source_id or None,
            "trust": layer.trust or None,
            "low_trust": tariffs.low_trust(layer.trust),
            "conflict": disputed.get(layer.event_id),
            "starts_on": _day(layer.starts_on),
            "ends_on": _day(layer.ends_on),
            "event_id": layer.event_id or None,
            "note": tariffs.note_of(layer) or None,
        }
        for layer in layers.itertuples()
    ]


def _readings(found: Stack, other: Stack | None) -> list[dict[str, Any]]:
    """Readings of the rules, and the answer for qualifying goods (`other`) where the question leaves it open and it differs."""
    out = [_reading(row.reading, READINGS[row.reading], row) for row in found.readings.itertuples()]
    if other is None:
        return out
    total, qualifying = found.totals.iloc[0], other.totals.iloc[0]
    if _number(qualifying["total_pct"]) != _number(total["total_pct"]):
        out = out or [_reading("as_counted", READINGS["as_counted"], total)]
        out.append(_reading("if_qualifying", tariffs.IF_QUALIFYING, qualifying))
    said = {reading["total_pct"] for reading in out} | {_number(total["total_pct"])}
    for name, text in tariffs.QUALIFYING_RANGE.items():
        rate = _number(other.ranges[name].iloc[0])
        if rate is not None and rate not in said:
            said.add(rate)
            out = out or [_reading("as_counted", READINGS["as_counted"], total)]
            out.append(
                {
                    "reading": f"if_qualifying_{name.removesuffix('_pct')}",
                    "text": _(text),
                    "total_pct": rate,
                    "banned": False,
                }
            )
    return out


def _reading(code: str, text: str, row: Any) -> dict[str, Any]:
    return {"reading": code, "text": _(text), "total_pct": _number(row.total_pct), "banned": bool(row.banned)}


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else round(float(value), 6)


def _day(value: Any) -> str | None:
    return None if pd.isna(value) else value.date().isoformat()
