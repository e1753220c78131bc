"""The tables that the tariff rules work on, in one form whatever they were read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

TABLES = (
    "tariff_measures",
    "tariff_lines",
    "tariff_steps",
    "tariff_product_groups",
    "tariff_exclusions",
    "country_groups",
)
"""Datasets that `Tables.from_frames` needs."""

OPEN = pd.Timestamp("2200-01-01")
"""Stands for "no end" inside the rules; tables handed out have an empty day instead."""


@dataclass(frozen=True, eq=False)
class Tables:
    """Measures, their lines and steps, and the groups and exclusions that the rules read."""

    measures: pd.DataFrame
    lines: pd.DataFrame
    steps: pd.DataFrame
    product_groups: pd.DataFrame
    exclusions: pd.DataFrame
    country_groups: pd.DataFrame

    @classmethod
    def from_frames(cls, frames: Mapping[str, pd.DataFrame]) -> Tables:
        """From typed frames by dataset name (`TABLES`). Missing text becomes "", days stay days."""
        measures, lines, steps, groups, exclusions, countries = (_plain(frames[name]) for name in TABLES)
        return cls(measures, lines, steps, groups, exclusions, countries)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.copy()
    for column in frame.columns:
        if column.endswith("_on"):
            frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
        elif column in ("rate_pct", "precedence"):
            frame[column] = frame[column].astype("float64")
        elif column in ("derived", "disputed"):
            frame[column] = frame[column].astype("bool")
        else:
            frame[column] = frame[column].astype("object").where(frame[column].notna(), "")
    return frame.reset_index(drop=True)
