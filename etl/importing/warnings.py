"""What a table may say but seldom means: sudden jumps, changed actual figures, lost rows, units off by 100 or 1000.

Each warning is a `Problem` that can be accepted. Pure rules on two typed tables of a dataset: as it is and as it would
be. `rows` are the rows that come in, their index (named `row`) being the row in the person's file where there is one.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from etl.contract import Dataset, Problem, column_type
from etl.importing.history import estimates_lost, factors
from etl.importing.warning_rules import (
    ACTUAL_CHANGED,
    COUNTRIES_LOST,
    FACTORS,
    GROWTH,
    JUMP_BY_EDITION,
    JUMP_IN_TIME,
    JUMP_POINTS,
    LOOK_AT_FILE,
    LOOK_AT_UNIT,
    NEAR,
    ROWS_LOST,
    SERIES,
    SHARE,
    UNIT_CHANGED,
    UNIT_IN_TIME,
    warn,
)


def warnings_of(dataset: Dataset, before: pd.DataFrame, after: pd.DataFrame, rows: pd.DataFrame) -> list[Problem]:
    """Everything to look at twice before `after` replaces `before`."""
    found = [*_lost(dataset, before, after)]
    news = _news(dataset, before, rows)
    off = list(_units_changed(dataset, news))
    off += factors(dataset, before, news, told=off)
    found += estimates_lost(dataset, before, after)
    if dataset.name == "spending":
        off += _units_in_time(dataset, after, news)
        told = {warning.params["key"] for warning in off}
        rest = news[~news[list(dataset.key)].astype("str").agg(", ".join, axis=1).isin(told)] if told else news
        found += [
            *_jumps_in_time(dataset, after, rest),
            *_jumps_by_edition(dataset, after, rest),
            *_actuals(dataset, rest),
        ]
        found += _countries_lost(dataset, before, after, rows)
    return found + off


def _news(dataset: Dataset, before: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that come in and say something new: with `row`, and the held values as `<column> old`."""
    key = list(dataset.key)
    numbers = [
        column
        for column in dataset.columns
        if column not in key and column_type(dataset, column) in ("float64", "Int64")
    ]
    held = [*numbers, *(["is_estimate"] if "is_estimate" in dataset.columns else [])]
    lines = rows.index if rows.index.name == "row" else pd.Index([pd.NA] * len(rows))
    news = rows.reset_index(drop=True).assign(row=pd.array(lines, dtype="Int64"))
    news = news.merge(before[[*key, *held]], on=key, how="left", suffixes=("", " old"))
    if not numbers:
        return news
    same = [
        (news[column] == news[f"{column} old"]).fillna(False) | (news[column].isna() & news[f"{column} old"].isna())
        for column in numbers
    ]
    return news[~np.logical_and.reduce([part.to_numpy(dtype=bool) for part in same])]


def _lost(dataset: Dataset, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Problem]:
    key = list(dataset.key)
    lost = int((~pd.MultiIndex.from_frame(before[key]).isin(pd.MultiIndex.from_frame(after[key]))).sum())
    if lost:
        yield warn(dataset, ROWS_LOST, None, None, {"count": lost, "held": len(before)}, remedy=LOOK_AT_FILE)


def _factor(new: pd.Series, old: pd.Series) -> pd.Series:
    """100 or 1000 where one value is about that many times the other, else missing."""
    new, old = new.astype("float64"), old.astype("float64")
    with np.errstate(all="ignore"):
        powers = np.log10((new / old).where((new != 0) & (old != 0)).abs()).abs()
    found = pd.Series(np.nan, index=new.index)
    for factor in FACTORS:
        found[(powers - np.log10(factor)).abs() < NEAR] = factor
    return found


def _units_changed(dataset: Dataset, news: pd.DataFrame) -> Iterator[Problem]:
    for column in [
        name for name in dataset.columns if f"{name} old" in news and column_type(dataset, name) == "float64"
    ]:
        rows = news[news["measure"] != GROWTH] if dataset.name == "spending" else news
        factors = _factor(rows[column], rows[f"{column} old"]).dropna()
        for place, factor in factors.items():
            row = rows.loc[place]
            params = {
                "key": ", ".join(str(row[name]) for name in dataset.key),
                "new": row[column],
                "old": row[f"{column} old"],
                "factor": int(factor),
            }
            yield warn(dataset, UNIT_CHANGED, row["row"], column, params, remedy=LOOK_AT_UNIT)


# --- spending ------------------------------------------------------------------------------------------------------


def _year_before(after: pd.DataFrame, news: pd.DataFrame) -> pd.DataFrame:
    """`news` with the value of the same series a year earlier as `earlier`."""
    earlier = after[[*SERIES, "year", "value"]].rename(columns={"value": "earlier"}).drop_duplicates([*SERIES, "year"])
    return news.merge(earlier.assign(year=earlier["year"] + 1), on=[*SERIES, "year"], how="left")


def _jumps_in_time(dataset: Dataset, after: pd.DataFrame, news: pd.DataFrame) -> Iterator[Problem]:
    beside = _year_before(after, news[news["measure"] == SHARE])
    for row in beside[(beside["value"] - beside["earlier"]).abs() > JUMP_POINTS].itertuples():
        yield warn(
            dataset,
            JUMP_IN_TIME,
            row.row,
            "value",
            {"iso3": row.iso3, "year": row.year, "new": row.value, "old": row.earlier},
        )


def _units_in_time(dataset: Dataset, after: pd.DataFrame, news: pd.DataFrame) -> Iterator[Problem]:
    """New rows beside the year before; a replaced value is judged beside what it replaces."""
    beside = _year_before(after, news[(news["measure"] != GROWTH) & news["value old"].isna()])
    beside["factor"] = _factor(beside["value"], beside["earlier"])
    for row in beside[beside["factor"].notna()].itertuples():
        params = {
            "key": ", ".join(str(getattr(row, name)) for name in dataset.key),
            "iso3": row.iso3,
            "year": row.year,
            "measure": row.measure,
            "new": row.value,
            "old": row.earlier,
            "factor": int(row.factor),
        }
        yield warn(dataset, UNIT_IN_TIME, row.row, "value", params, remedy=LOOK_AT_UNIT)


def _previous(after: pd.DataFrame) -> dict[tuple[str, str], str]:
    """(publisher, edition) -> the publisher's edition before it."""
    found: dict[tuple[str, str], str] = {}
    for publisher, editions in (
        after[["publisher", "edition"]].dropna().drop_duplicates().groupby("publisher")["edition"]
    ):
        ordered = sorted(editions)
        found |= {(publisher, later): sooner for sooner, later in pairwise(ordered)}
    return found


def _jumps_by_edition(dataset: Dataset, after: pd.DataFrame, news: pd.DataFrame) -> Iterator[Problem]:
    previous = _previous(after)
    shares = (
        after.loc[after["measure"] == SHARE]
        .drop_duplicates([*SERIES, "year"])
        .set_index(["publisher", "edition", "iso3", "year"])["value"]
    )
    for row in news[news["measure"] == SHARE].itertuples():
        sooner = previous.get((row.publisher, row.edition))
        held = shares.get((row.publisher, sooner, row.iso3, row.year)) if sooner else None
        if held is not None and abs(row.value - held) > JUMP_POINTS:
            params = {"iso3": row.iso3, "year": row.year, "new": row.value, "old": held, "edition": sooner}
            yield warn(dataset, JUMP_BY_EDITION, row.row, "value", params)


def _actuals(dataset: Dataset, news: pd.DataFrame) -> Iterator[Problem]:
    held = news["value old"].notna() & (news["value old"] != news["value"]).fillna(True)
    for _, row in news[
        held & (~news["is_estimate old"].astype("boolean")).fillna(False).to_numpy(dtype=bool)
    ].iterrows():
        params = {
            "iso3": row["iso3"],
            "year": row["year"],
            "measure": row["measure"],
            "old": row["value old"],
            "new": row["value"],
        }
        yield warn(dataset, ACTUAL_CHANGED, row["row"], "value", params)


def _countries_lost(
    dataset: Dataset, before: pd.DataFrame, after: pd.DataFrame, rows: pd.DataFrame
) -> Iterator[Problem]:
    """Only for editions that come in: what the edition before has and this one newly lacks."""
    previous = _previous(after)
    was, would = (frame.groupby(["publisher", "edition", "measure"])["iso3"].agg(set) for frame in (before, after))
    for publisher, edition, measure in (
        rows[["publisher", "edition", "measure"]].dropna().drop_duplicates().itertuples(index=False, name=None)
    ):
        sooner, here = previous.get((publisher, edition)), (publisher, edition, measure)
        lost = would.get((publisher, sooner, measure), set()) - would.get(here, set())
        if here in was:
            lost &= was[here]  # what it lacked already is nothing new
        if lost:
            params = {"measure": measure, "edition": edition, "previous": sooner, "countries": ", ".join(sorted(lost))}
            yield warn(dataset, COUNTRIES_LOST, None, None, params, remedy=LOOK_AT_FILE)
