"""What differs between two states of a dataset, cell by cell."""

import pandas as pd

from etl.contract import Dataset


def compare(dataset: Dataset, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The difference of two typed tables of a dataset, one row a changed cell.

    Columns: the key, `change` (added, removed, changed), `column`, `old`, `new` (text, missing where there is none).
    Added and removed rows have one row each, without column and values.
    """
    key, values = list(dataset.key), [c for c in dataset.columns if c not in dataset.key]
    both = before.merge(after, on=key, how="outer", suffixes=(" old", " new"), indicator="change")
    both["change"] = (
        both["change"].map({"left_only": "removed", "right_only": "added", "both": "changed"}).astype("str")
    )
    rows = [both.loc[both["change"] != "changed", [*key, "change"]]]
    kept = both[both["change"] == "changed"]
    for column in values:
        old, new = kept[f"{column} old"], kept[f"{column} new"]
        differs = ~((old == new).fillna(False).astype(bool) | (old.isna() & new.isna()))
        if differs.any():
            rows.append(
                kept.loc[differs, [*key, "change"]].assign(
                    column=column, old=shown(old[differs]), new=shown(new[differs])
                )
            )
    return pd.concat(rows, ignore_index=True).reindex(columns=[*key, "change", "column", "old", "new"])


def shown(values: pd.Series) -> pd.Series:
    text = values.dt.strftime("%Y-%m-%d") if str(values.dtype).startswith("datetime64") else values.astype("str")
    return text.where(values.notna())
