"""The country columns of a table: names and codes become the ledger's codes, what it does not hold is told as typed."""

from array import array
from collections.abc import Mapping

import pandas as pd

from etl.contract import VALUES_KEPT, Dataset, Problem
from etl.files.countries import Places
from etl.message import N_

COUNTRY, GROUP = "countries.iso3", ";"
COUNTRY_COLUMNS = frozenset({"iso3", "origin", "imposing_country"})  # by name, where no table is referred to
UNKNOWN_PLACE = "places"  # the code of this problem: its rows can be left out
NEAREST_SHOWN = 3


def country_columns(dataset: Dataset) -> list[str]:
    """The columns that name countries or groups."""
    if dataset.name == "countries":
        return []
    return [name for name in dataset.columns if dataset.references.get(name) == COUNTRY or name in COUNTRY_COLUMNS]


def places_of(dataset: Dataset, held: Mapping[str, pd.DataFrame]) -> dict[str, Places]:
    """By column: the places it may name. The ledger's countries; its groups, too, where the column refers to no table;
    a closed list where the column has one."""
    countries = held["countries"]
    names = dict(zip(countries["iso3"], countries["name_en"], strict=True))
    groups = set(held["country_groups"]["group_id"])
    found = {}
    for column in country_columns(dataset):
        refers = dataset.references.get(column) == COUNTRY
        choices = dataset.choices(column)
        found[column] = Places.of(choices or (names if refers else {*names, *groups}), names)
    return found


def name_places(cells: pd.Series, dataset: Dataset, places: Places) -> tuple[pd.Series, list[Problem]]:
    """The codes of a column's cells (several with semicolons between), and the cells that name no place held."""
    codes: dict[str, str | None] = {}
    for text in cells.unique():
        parts = [places.code(part) for part in text.split(GROUP)] if text.strip() else [""]
        codes[text] = GROUP.join(map(str, parts)) if None not in parts else None
    unknown = [text for text, code in codes.items() if code is None]
    named = cells.map(lambda text: codes[text] if codes[text] is not None else text.strip()).astype("str")
    return named, _unknown(cells[cells.isin(unknown)], dataset, places) if unknown else []


def _unknown(cells: pd.Series, dataset: Dataset, places: Places) -> list[Problem]:
    typed = tuple(cells.str.strip().unique()[:VALUES_KEPT])
    near = [(text, code) for text in typed if (code := places.nearest(text))][:NEAREST_SHOWN]
    params = {"nearest": ", ".join(f"{text} → {code}" for text, code in near)}
    remedy = (
        N_("Did you mean {nearest}? Correct the name, or leave these rows out.")
        if near
        else N_("Use a name or code that is there, add the country first, or leave these rows out.")
    )
    rule = N_("names no country or group that this dataset can hold.")
    rows = array("i", sorted({*map(int, cells.index)}))
    return [Problem(dataset.name, rule, rows[0], str(cells.name), typed[0], params, remedy, UNKNOWN_PLACE, rows, typed)]
