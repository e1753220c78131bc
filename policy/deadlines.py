"""Deadlines on a day: how they stand, how many days are left, what comes next, and how they were moved.

Two days are told apart: `on`, the day looked at, and `known`, the day whose knowledge is used. A deadline
whose date has passed without an outcome known is not missed: its outcome is not known.
"""

from __future__ import annotations

import pandas as pd

SETTLED = ("met", "missed", "superseded")


def standing(deadlines: pd.DataFrame, on: pd.Timestamp, known: pd.Timestamp | None = None) -> pd.DataFrame:
    """The deadlines set by `known` (default: `on`), each as it stands on `on`.

    deadlines: deadline_id, series_id, due_on, due_precision, set_on, outcome, outcome_verified, outcome_on; other
    columns are kept. A date of no stated precision is a day (older releases state none). Adds status (`etl.vocabulary.DEADLINE_OUTCOMES`); days_left (to a pending deadline, else empty); sequence (0 for the
    first date of the series, one more for each later one) and is_current (the newest date of its series).
    A deadline whose day of setting is not in the sources counts as set before all others.
    """
    on = pd.Timestamp(on).normalize()
    known = on if known is None else pd.Timestamp(known).normalize()
    frame = deadlines[~(deadlines["set_on"] > known)].copy()
    frame["due_precision"] = frame["due_precision"].fillna("day").where(frame["due_on"].notna())
    frame["status"] = _status(frame, on, known)
    left = (frame["due_on"] - on).dt.days.astype("Int64")
    frame["days_left"] = left.where((frame["status"] == "pending").to_numpy())
    frame = frame.sort_values(["series_id", "set_on", "due_on", "deadline_id"], na_position="first", ignore_index=True)
    series = frame.groupby("series_id", sort=False)
    frame["sequence"] = series.cumcount()
    frame["is_current"] = series.cumcount(ascending=False) == 0
    frame["exact"] = frame["due_precision"].eq("day")  # of a day and of the year that ends on it, the day comes first
    frame = frame.sort_values(
        ["due_on", "exact", "deadline_id"], ascending=[True, False, True], na_position="last", ignore_index=True
    )
    return frame.drop(columns="exact")


def _status(frame: pd.DataFrame, on: pd.Timestamp, known: pd.Timestamp) -> pd.Series:
    settled_on = frame["outcome_on"].fillna(frame["due_on"]).fillna(frame["set_on"])
    # an outcome of no named day at all was read in a source that names none: it counts as known
    settled = frame["outcome"].isin(SETTLED) & ~(settled_on > known)
    settled &= frame["outcome_verified"].isin(["yes", "partial"])
    passed = frame["due_on"] < on
    status = frame["outcome"].where(settled, "pending")
    status = status.mask(~settled & passed, "unknown")
    return status.mask(~settled & frame["due_on"].isna(), "unknown")


def moves(deadlines: pd.DataFrame, known: pd.Timestamp) -> pd.DataFrame:
    """What happened to each series of deadlines by `known`, in order of time.

    Columns: series_id, deadline_id, moved_on (empty when the day of setting is not in the sources), move
    (first_set, moved, met, missed, superseded), due_on (the date set, or the one the outcome is about) and
    due_precision, before_on (the date before a move) and before_precision, days_moved (how much later the new date
    is; empty where one of the two is not exact to the day).
    """
    known = pd.Timestamp(known).normalize()
    frame = standing(deadlines, known)
    frame = frame.sort_values(["series_id", "sequence"], ignore_index=True)
    held = ["series_id", "deadline_id", "sequence", "due_on", "due_precision"]
    set_rows = frame[held].assign(moved_on=frame["set_on"])
    set_rows["move"] = (frame["sequence"] > 0).map({True: "moved", False: "first_set"})
    before = frame.groupby("series_id")[["due_on", "due_precision"]].shift()
    set_rows[["before_on", "before_precision"]] = before
    ends = frame[frame["status"].isin(SETTLED)]
    outcomes = ends[held].assign(moved_on=ends["outcome_on"].fillna(ends["due_on"]), move=ends["status"])
    out = pd.concat([set_rows.assign(step=0), outcomes.assign(step=1)], ignore_index=True)
    out = out.sort_values(["series_id", "sequence", "step"], ignore_index=True)
    exact = out["due_precision"].eq("day") & out["before_precision"].eq("day")
    out["days_moved"] = (out["due_on"] - out["before_on"]).dt.days.astype("Int64").where(exact.fillna(False))
    columns = "series_id deadline_id moved_on move due_on due_precision before_on before_precision days_moved"
    return out[columns.split()]
