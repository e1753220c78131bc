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
BEFORE_ALL = pd.Timestamp("1900-01-01")
"""Stands for "no start"."""


@dataclass(frozen=True, eq=False)
class Tables:
    """Measures, their lines and steps, and the groups and exclusions that the rules read."""

    measures: pd.DataFrame
    lines: pd.DataFrame
    steps: pd.DataFrame
    product_groups: pd.DataFrame
    exclusions: pd.DataFrame
    country_groups: pd.DataFrame
    parent: Tables | None = None
    """The tables these were made from by other products only: what is known of the lines is the same."""

    @classmethod
    def from_frames(cls, frames: Mapping[str, pd.DataFrame]) -> Tables:
        """From typed frames by dataset name (`TABLES`). Missing text becomes "", days stay days."""
        measures, lines, steps, groups, exclusions, countries = (plain(frames[name]) for name in TABLES)
        return cls(measures, lines, steps, dated(groups), exclusions, countries)


MEMBERSHIP_DAYS = ("from_on", "to_on", "known_on", "end_known_on")
"""Days [from_on, to_on) of belonging to a group, and the days on which its start and its end were known; empty: always."""


def dated(groups: pd.DataFrame) -> pd.DataFrame:
    """Product groups with the days of membership, which are empty where a group never changed."""
    missing = [name for name in MEMBERSHIP_DAYS if name not in groups]
    never = pd.Series(pd.NaT, index=groups.index, dtype="datetime64[us]")
    return groups.assign(**dict.fromkeys(missing, never))


def as_known(frame: pd.DataFrame, known: pd.Timestamp) -> pd.DataFrame:
    """Rows of a rule or a membership as known on a day: without those known later, and without ends known later."""
    frame = frame[~(frame["known_on"] > known)]
    return frame.assign(to_on=frame["to_on"].where(~(frame["end_known_on"] > known)))


FLAGS = {"derived": False, "disputed": False, "when_charged": False, "counted": True, "condition_met": True}
"""Flags, and what they are in a release that was published before they were."""


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """A typed frame as the rules take it: text as objects without gaps, days as days, flags filled in."""
    frame = frame.copy()
    for column in frame.columns:
        if column.endswith("_on"):
            frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
        elif column in ("rate_pct", "precedence", "least_pct"):
            frame[column] = frame[column].astype("float64")
        elif column in FLAGS:
            frame[column] = frame[column].astype("boolean").fillna(FLAGS[column]).astype("bool")
        else:
            frame[column] = frame[column].astype("object").where(frame[column].notna(), "")
    return frame.reset_index(drop=True)
