"""Ordinary duties of the schedule beside those held: only a line whose rate differs, or that is new, is taken."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.reading import NOTHING_TO_SAY, Reading

CODES, TEXT = "tariff_codes", "mfn_text"


def settled(held: Mapping[str, pd.DataFrame], reading: Reading) -> Reading:
    """The reading with those of its lines that say something new; what else the ledger holds of a line stays with it. A
    problem that is none of the file where there are none. Readings of anything else are as they are."""
    rows = reading.tables.get(CODES)
    if rows is None or list(rows.columns) == list(held[CODES].columns):
        return reading
    before = held[CODES].set_index("hts8").reindex(rows["hts8"])
    is_known = before["source_id"].notna().to_numpy()
    differs = (_plain(rows[TEXT]) != _plain(before[TEXT].reset_index(drop=True))).to_numpy()
    taken = rows[differs].reset_index(drop=True)
    if taken.empty:
        told = Problem(reading.title, N_("has the ordinary duties that the ledger holds."), code=NOTHING_TO_SAY)
        return Reading(reading.publisher, reading.edition, problems=[told])
    kept = before[differs].reset_index(drop=True)
    for name in held[CODES].columns:
        if name not in taken:
            taken[name] = kept[name]
    taken["description"] = taken["description"].where(~pd.Series(is_known[differs]), kept["description"])
    cells = reading.cells[CODES][differs].reset_index(drop=True)
    return replace(reading, tables={CODES: taken[list(held[CODES].columns)]}, cells={CODES: cells})


def _plain(rates: pd.Series) -> pd.Series:
    """Rates without what only their writing differs in: "1.4 cents/kg" is "1.4¢/kg"."""
    text = rates.fillna("").astype("str").str.replace(r"\s*cents?\b", "¢", regex=True)
    return text.str.replace(r"\s+", "", regex=True).str.casefold()
