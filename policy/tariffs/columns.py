"""Columns as arrays: what the rules compare by the thousand, without the cost of a frame around each comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

Columns = dict[str, Any]
"""Arrays of one length by name; text is an array of objects or a Categorical."""


def columns(frame: pd.DataFrame, names: Iterable[str]) -> Columns:
    """The named columns of a frame, in its order."""
    return {
        name: frame[name].array if isinstance(frame[name].dtype, pd.CategoricalDtype) else frame[name].to_numpy()
        for name in names
    }


def some(of: Columns, rows: np.ndarray) -> Columns:
    """The rows of a mask, or of row numbers."""
    return {name: column[rows] for name, column in of.items()}


def one_of(column: Any, values: Iterable[Any]) -> np.ndarray:
    """Rows whose text is one of a few values."""
    out = np.zeros(len(column), dtype=bool)
    for value in values:
        out |= np.asarray(column == value, dtype=bool)
    return out


def each_text(column: Any, said: Callable[[str], Any], dtype: Any) -> np.ndarray:
    """What is said of each text, asked once for each that occurs."""
    codes, texts = pd.factorize(column)
    return np.array([said(text) for text in texts], dtype=dtype)[codes]
