"""The tariff seeds as the rules take them, shared by the tests."""

from functools import cache

import pandas as pd

from etl.contract.convert import convert
from etl.datasets import all_datasets, read_seed
from policy.tariffs import TABLES, Tables


@cache
def seed(name: str) -> pd.DataFrame:
    """The typed seed of a dataset."""
    dataset = all_datasets()[name]
    frame, problems = convert(read_seed(dataset), dataset)
    assert not problems
    return frame


@cache
def tables() -> Tables:
    return Tables.from_frames({name: seed(name) for name in TABLES})


def query(**fields) -> pd.DataFrame:
    return pd.DataFrame([fields])
