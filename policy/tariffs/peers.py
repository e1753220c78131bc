"""Our rates from codes held against a reckoning they did not come from: the import-weighted statutory steps of The Budget Lab.

Both are percentage points over the ordinary duty on all goods from Canada. Ours are weighted with the trade of 2025, claimed
under CUSMA or not as it was then; content that is not known is taken as none and as all, which gives a range.
"""

from __future__ import annotations

import pandas as pd

from etl.message import N_
from policy.tariffs.codes import CodeLists, CodeQuery, code_parts
from policy.tariffs.tables import Tables

ORIGIN = "CAN"
NO_CONTENT = {"us_content_pct": 100.0, "metal_content_pct": 0.0}
NOT_THEIRS = {"hts8", "total_pct", "banned", "base", "adcvd"}
"""Columns that are no programme, the ordinary duty, and duties that the peer leaves out."""
SETTLED_AFTER_DAYS = 4
WITHIN_POINTS = 2.0
"""How far beyond our range the peer may be before it has to be explained: other weights (2024's trade, modelled claims)."""
EXPLAINED = {
    "2026-02-20": N_(
        "The Budget Lab ends the IEEPA duties on the day of the Supreme Court's decision, 2026-02-20; they were collected until"
        " 2026-02-24, and the ledger ends them then."
    )
}
"""Steps where the peer lies outside our range, and why."""
WEIGHTS = N_(
    "The Budget Lab weights with the trade of 2024 and its own shares of goods that claim CUSMA; the ledger with that of 2025 as it"
    " was. Content of vehicles and metals is modelled there and a range here."
)
DATES = N_(
    "Section 338 begins on 2026-08-19 with The Budget Lab; it was held back for three days, and the ledger begins it on 2026-08-22."
)


def day_of(step: pd.Timestamp, following: pd.Timestamp | None) -> pd.Timestamp:
    """The day on which a step is compared: when it has settled, and before the next one."""
    settled = step + pd.Timedelta(SETTLED_AFTER_DAYS, "D")
    return settled if following is None else min(settled, following - pd.Timedelta(1, "D"))


def increase(tables: Tables, lists: CodeLists, goods: pd.DataFrame, day: pd.Timestamp) -> tuple[float, float]:
    """Lowest and highest increase over the ordinary duty on a day, as known then, in percentage points of all imports.

    goods: the columns of `tariff_codes`.
    """
    goods = goods[goods["imports_from_canada_2025_usd"] > 0].reset_index(drop=True)
    claimed = goods["usmca_claimed_2025_usd"].fillna(0.0)
    trade = {"qualifying": claimed, "non_qualifying": goods["imports_from_canada_2025_usd"] - claimed}
    duty = [0.0, 0.0]
    for usmca, part in trade.items():
        for number, content in enumerate((NO_CONTENT, {})):
            parts, _sources = code_parts(CodeQuery(tables, lists, goods, ORIGIN, day, day, usmca, content))
            rate = parts.drop(columns=[*NOT_THEIRS & set(parts.columns)]).sum(axis=1)
            duty[number] += float((rate * part).sum())
    low, high = (total / float(goods["imports_from_canada_2025_usd"].sum()) for total in duty)
    return low, high
