"""Every dataset, one module each, found by looking: a new module here is in the ledger, the API and the tests."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path

import pandas as pd

from etl.contract import Dataset

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@cache
def all_datasets() -> dict[str, Dataset]:
    """Datasets by name, in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").DATASET for name in names}


def read_seed(dataset: Dataset) -> pd.DataFrame:
    """The reviewed seed of a dataset as text, empty text meaning missing."""
    return pd.read_csv(SEEDS / f"{dataset.name}.csv", dtype="str", keep_default_na=False, encoding="utf-8")
