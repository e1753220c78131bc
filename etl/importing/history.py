"""What the ledger's own history makes unlikely: changes by a large factor or of sign, and estimate marks that would go."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from etl.contract import Dataset, Problem, column_type
from etl.importing.warning_rules import ESTIMATES_LOST, FACTOR, GROWTH, LOOK_AT_FILE, LOOK_AT_UNIT, SERIES, SIGN, warn

LEAST_FACTOR = 2.0  # smaller changes are what editions differ by
USUAL_FACTOR = 5.0  # where there is no history of the measure
MARGIN = 1.25


def factors(dataset: Dataset, before: pd.DataFrame, news: pd.DataFrame, told: list[Problem]) -> Iterator[Problem]:
    """Values replaced by others that the measure's own history makes unlikely: a decimal slip, another unit, a sign."""
    likely = _likely_factors(before) if dataset.name == "spending" else {}
    seen = {(one.row, one.column, one.params["key"]) for one in told}
    for column in [
        name for name in dataset.columns if f"{name} old" in news and column_type(dataset, name) == "float64"
    ]:
        rows = news[news["measure"] != GROWTH] if dataset.name == "spending" else news
        new, old = rows[column].astype("float64"), rows[f"{column} old"].astype("float64")
        with np.errstate(all="ignore"):
            ratio = (new / old).where((new != 0) & (old != 0))
        size = np.exp(np.log(ratio.abs()).abs())
        measures = rows["measure"] if "measure" in rows else pd.Series("", index=rows.index)
        limit = measures.map(likely).astype("float64").fillna(USUAL_FACTOR)
        for place in rows.index[((ratio < 0) | (size > limit)).to_numpy(dtype=bool)]:
            key = ", ".join(str(rows.at[place, name]) for name in dataset.key)
            line = rows.at[place, "row"]
            if (None if pd.isna(line) else int(line), column, key) in seen:
                continue
            params = {"key": key, "new": new[place], "old": old[place]}
            if ratio[place] < 0:
                yield warn(dataset, SIGN, line, column, params)
            else:
                yield warn(
                    dataset,
                    FACTOR,
                    line,
                    column,
                    params | {"factor": round(float(limit[place]), 1)},
                    remedy=LOOK_AT_UNIT,
                )


def _likely_factors(held: pd.DataFrame) -> dict[str, float]:
    """By measure: the largest factor between two years of one series that the ledger holds, with a margin."""
    ordered = held.sort_values([*SERIES, "year"])
    before = ordered.groupby(SERIES, observed=True)["value"].shift()
    with np.errstate(all="ignore"):
        size = np.exp(np.log((ordered["value"] / before).where((before != 0) & (ordered["value"] != 0)).abs()).abs())
    most = size.groupby(ordered["measure"], observed=True).quantile(0.999) * MARGIN
    return {str(measure): max(LEAST_FACTOR, float(factor)) for measure, factor in most.dropna().items()}


def estimates_lost(dataset: Dataset, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Problem]:
    """Marks that would go although the figure stays."""
    if "is_estimate" not in dataset.columns:
        return
    marked = before[before["is_estimate"].fillna(False).astype(bool)]
    both = marked.merge(after, on=list(dataset.key), suffixes=("", " new"))
    lost = both[~both["is_estimate new"].fillna(False).astype(bool)]
    if len(lost):
        yield warn(dataset, ESTIMATES_LOST, None, "is_estimate", {"count": len(lost)}, remedy=LOOK_AT_FILE)
