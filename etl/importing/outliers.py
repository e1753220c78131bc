"""Values beyond the bounds of their measure: a person may accept each by its name, with the reason why it is true."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from etl.contract import Dataset, Problem
from etl.contract.check import bound_problems
from etl.importing.choices import LEAVE_OUT
from etl.importing.merge import EDITION_KEY
from etl.message import N_

OUTLIER = "outlier"  # the code of a value beyond its bounds that was accepted


def outliers(
    rows: pd.DataFrame, held: pd.DataFrame, dataset: Dataset, reasons: Mapping[str, str], cells: pd.Series | None = None
) -> tuple[list[Problem], list[Problem], list[Problem]]:
    """The values beyond their bounds that are not held yet, those accepted of them, and names that no such value has.

    `rows` is numbered as in the file; `cells` has their addresses instead, where the file has sheets. `reasons`: name of
    an outlier ("POL 2026 real_change_pct") -> why it is true.
    """
    if not dataset.bounds:
        return [], [], [_unmatched(dataset, name) for name in reasons]
    same = [*dataset.key, "value"]
    known = rows[same].merge(held[same].drop_duplicates(), on=same, how="left", indicator=True)
    new = rows[(known["_merge"] == "left_only").to_numpy()].rename_axis("row")
    refused, accepted = [], []
    for beyond in bound_problems(new, dataset):
        row = rows.loc[beyond.row]
        one = beyond if cells is None else replace(beyond, dataset=str(cells.loc[beyond.row]), row=None)
        name = " ".join(str(row[column]) for column in dataset.key if column not in EDITION_KEY)
        params = {**one.params, "name": name, "reason": reasons.get(name, "").strip()}
        if params["reason"]:
            rule = N_("is outside {least} to {most}, the bounds of {measure}, and is accepted as true: {reason}")
            accepted.append(replace(one, rule=rule, params=params, remedy="", code=OUTLIER))
        else:
            remedy = N_("Correct it; if it is true, accept the outlier “{name}” with the reason.")
            refused.append(replace(one, params=params, remedy=remedy))
    names = {one.params["name"] for one in (*refused, *accepted)}
    return refused, accepted, [_unmatched(dataset, name) for name in reasons if name not in names]


def _unmatched(dataset: Dataset, name: str) -> Problem:
    rule = N_("is accepted as an outlier, but no new value of that name is beyond its bounds.")
    return Problem(dataset.name, rule, value=name, remedy=LEAVE_OUT)
