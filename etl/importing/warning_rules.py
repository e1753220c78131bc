"""The sentences of the warnings, the name by which each can be accepted, and the bounds behind them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from etl.contract import Dataset, Problem
from etl.message import N_

SHARE = "share_of_gdp_pct"
GROWTH = "real_change_pct"  # swings around zero: ratios mean nothing
JUMP_POINTS = 1.0
FACTORS = (100, 1000)
NEAR = 0.12  # in powers of ten: a factor of 76 to 132 counts as 100
SERIES = ["publisher", "edition", "iso3", "measure"]

JUMP_IN_TIME = N_("{iso3} {year}: {new} % of GDP is more than 1 point away from {old} % the year before.")
JUMP_BY_EDITION = N_("{iso3} {year}: {new} % of GDP is more than 1 point away from {old} % in edition {edition}.")
ACTUAL_CHANGED = N_("{iso3} {year}, {measure}: an actual figure of a past year changes from {old} to {new}.")
ROWS_LOST = N_("Rows that would be removed: {count} of {held}.")
COUNTRIES_LOST = N_("{measure}: edition {edition} lacks countries that edition {previous} has: {countries}.")
UNIT_IN_TIME = N_("{iso3} {year}, {measure}: {new} and {old}, the year before, differ by a factor of about {factor}.")
UNIT_CHANGED = N_("{key}: {new} and {old}, which it replaces, differ by a factor of about {factor}.")
EDITION_NEW = N_("A new edition is added: {publisher} {edition}.")

FACTOR = N_("{key}: {old} becomes {new}, by more than a factor of {factor}.")
SIGN = N_("{key}: {old} becomes {new}: the sign changes.")
ESTIMATES_LOST = N_("{count} figures that are held as estimates would not be marked as such any more.")
CODES = {
    JUMP_IN_TIME: "jump", JUMP_BY_EDITION: "jump", ACTUAL_CHANGED: "actual", ROWS_LOST: "lost", COUNTRIES_LOST: "lost",
    UNIT_IN_TIME: "unit", UNIT_CHANGED: "unit", FACTOR: "factor", SIGN: "factor",
    ESTIMATES_LOST: "estimates",
}  # fmt: skip
"""The name by which each warning can be accepted."""

LOOK = N_("Check the figure.")
LOOK_AT_UNIT = N_("Check the unit of the figure.")
LOOK_AT_FILE = N_("Check that the file is whole.")


def warn(
    dataset: Dataset, rule: str, row: Any, column: str | None, params: Mapping[str, Any], *, remedy: str = LOOK
) -> Problem:
    line = None if row is None or pd.isna(row) else int(row)
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in params.items()}
    plain = {name: int(one) if isinstance(one, float) and one.is_integer() else one for name, one in plain.items()}
    return Problem(dataset.name, rule, line, column, params=plain, remedy=remedy, code=CODES[rule])
