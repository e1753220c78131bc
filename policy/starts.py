"""The start of a path, out of an edition's own rows."""

from __future__ import annotations

import pandas as pd

from etl.message import N_
from policy.assumptions import PathwayError, Start

SHARE, GDP, GDP_REAL = "share_of_gdp_pct", "gdp_usd_current_million", "gdp_usd_constant_million"
USD, NCU = "expenditure_usd_current_million", "expenditure_ncu_current_million"
NEEDED = (SHARE, GDP, USD)


def start_of(rows: pd.DataFrame, year: int | None = None) -> Start:
    """The start in `year`, by default the latest year with a share, spending and GDP.

    `rows`: year, measure, value of one country in one edition. Without spending in national currency (NATO's
    aggregates have none) amounts stand in US dollars alone: a rate of 1. Raises PathwayError when the edition has no
    such year, as one that tabulates shares only.
    """
    table = _table(rows)
    usable = table.dropna(subset=list(NEEDED)).index
    if year is not None:
        usable = usable[usable == year]
    if usable.empty:
        if year is None:
            raise PathwayError(N_("This edition has no spending and GDP to start from; choose another edition."))
        raise PathwayError(
            N_("This edition has no spending and GDP of {year} to start from; choose another."), year=year
        )
    first = table.loc[usable.max()]
    ncu = first.get(NCU)
    return Start.reported(
        int(usable.max()),
        share_of_gdp_pct=float(first[SHARE]),
        gdp_usd_million=float(first[GDP]),
        expenditure_usd_million=float(first[USD]),
        expenditure_ncu_million=None if pd.isna(ncu) else float(ncu),
    )


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    table = rows.pivot(index="year", columns="measure", values="value")
    return table.reindex(columns=table.columns.union(list(NEEDED)))
