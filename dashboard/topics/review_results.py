"""What all duties on lumber would be with the preliminary results of a review: the sum of its own rates and what goes on."""

from typing import Any

import pandas as pd

from dashboard.language import _, trimmed_percent
from etl.ledger.snapshot import Snapshot

SUMS = "sums_of_reviews"  # of `attrs` of a table of measures: drawn only
ALL_OTHERS = "non-selected"


def sums_of_reviews(snapshot: Snapshot, params: Any) -> dict[float, float]:
    """By the antidumping and countervailing rates of a review that is not collected, added up, what all duties would be.

    Those of the producer asked about, else of all others. A review sets the rates anew: it adds nothing to the one before.
    """
    if params.whatif:
        return {}
    found = snapshot.records(
        """
        SELECT ad_pct + cvd_pct AS rate, sum_pct FROM softwood_companies
        WHERE company_id = $company AND NOT is_collected AND from_on <= $known AND sum_pct > 0 AND ad_pct + cvd_pct > 0
        """,
        company=params.company or ALL_OTHERS,
        known=params.known,
    )
    return {round(one["rate"], 2): one["sum_pct"] for one in found}


def with_sum(said: str, rows: pd.DataFrame, sums: dict[float, float]) -> str:
    """How preliminary results stand, in words, and what all duties would be with them; other measures as they are."""
    total = sum_with(rows, sums)
    if total is None:
        return said
    return _("{said}; all duties would then be {rate}").format(said=said, rate=trimmed_percent(total))


def sum_with(rows: pd.DataFrame, sums: dict[float, float]) -> float | None:
    """What all duties would be, in per cent, with the preliminary results among these rows; None where there are none."""
    rates = rows.loc[rows["role"] == "preliminary", "rate_pct"].dropna().round(2)
    return None if rates.empty else sums.get(rates.iloc[-1])
