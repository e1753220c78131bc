"""What allies spend on defence: one row a publisher, edition, country or aggregate, year and measure."""

import re

import pandas as pd
import pandera.pandas as pa

from etl.contract import Dataset, Outlier, flag, number, text, whole
from etl.message import N_
from etl.vocabulary import AGGREGATES, YEAR_MONTH

# Listed here, and not by reference to countries, because the aggregates are no countries.
ALLIES = (
    "ALB", "BEL", "BGR", "CAN", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GBR", "GRC", "HRV", "HUN", "ISL",
    "ITA", "LTU", "LUX", "LVA", "MKD", "MNE", "NLD", "NOR", "POL", "PRT", "ROU", "SVK", "SVN", "SWE", "TUR", "USA",
)  # fmt: skip
PARTS = ("equipment_share_pct", "personnel_share_pct", "infrastructure_share_pct", "other_share_pct")
PARTS_TOLERANCE = 0.5  # points: published parts are rounded

USD_NOW = "million US dollars, current prices and exchange rates"
USD_CONSTANT = "million US dollars, constant {year} prices and exchange rates"
# measure -> (least, most, unit). Figures at constant prices name their base year, which differs by edition.
MEASURES: dict[str, tuple[float, float, str]] = {
    "share_of_gdp_pct": (0, 10, "% of real GDP ({year} prices)"),
    "expenditure_usd_current_million": (10, 5e6, USD_NOW),
    "expenditure_usd_constant_million": (10, 5e6, USD_CONSTANT),
    "expenditure_ncu_current_million": (10, 1e8, "million national currency units, current prices"),
    "expenditure_ncu_constant_million": (10, 1e8, "million national currency units, constant {year} prices"),
    "gdp_usd_current_million": (1000, 2e8, USD_NOW),
    "gdp_usd_constant_million": (1000, 2e8, USD_CONSTANT),
    "real_change_pct": (-40, 80, "% change on the year before ({year} prices)"),
    "expenditure_per_capita_usd_constant": (
        *(10, 10_000),
        "US dollars per person, constant {year} prices and exchange rates",
    ),
    "gdp_per_capita_usd_constant_thousand": (
        *(1, 400),
        "thousand US dollars per person, constant {year} prices and exchange rates",
    ),
    **{part: (0, 100, "% of defence expenditure") for part in PARTS},
    "military_personnel_thousand": (0.1, 10_000, "thousand persons"),
}
PLAIN_SHARE_UNITS = ("% of GDP", "% of GDP, rounded to one decimal")  # SIPRI; NATO's annual report


def _fits(measure: str, unit: str) -> bool:
    if measure == "share_of_gdp_pct" and unit in PLAIN_SHARE_UNITS:
        return True
    form = re.escape(MEASURES[measure][2]).replace(re.escape("{year}"), r"\d{4}")
    return re.fullmatch(form, unit) is not None


def _unit_fits(frame: pd.DataFrame) -> pd.Series:
    pairs = frame[["measure", "unit"]].dropna().drop_duplicates()
    unfit = {
        (measure, unit)
        for measure, unit in pairs.itertuples(index=False)
        if measure in MEASURES and not _fits(measure, unit)
    }
    pairs_by_row = zip(frame["measure"], frame["unit"], strict=True)
    return pd.Series([pair not in unfit for pair in pairs_by_row], index=frame.index)


def _one_unit(frame: pd.DataFrame) -> pd.Series:
    return frame.groupby(["publisher", "edition", "measure"], dropna=False)["unit"].transform("nunique") <= 1


def _parts_add_up(frame: pd.DataFrame) -> pd.Series:
    parts = frame[frame["measure"].isin(PARTS)]
    values = parts.groupby(["publisher", "edition", "iso3", "year"])["value"]
    whole_sets = values.transform("count") == len(PARTS)
    wrong = whole_sets & ((values.transform("sum") - 100).abs() > PARTS_TOLERANCE)
    return ~wrong.reindex(frame.index, fill_value=False)


DATASET = Dataset(
    name="spending",
    title=N_("Defence spending"),
    description=N_(
        "Defence expenditure, GDP and personnel of the allies as each edition published them. "
        "Constant prices have a base year by edition: never join them across editions."
    ),
    key=("publisher", "edition", "iso3", "year", "measure"),
    min_rows=10_000,
    references={("publisher", "edition"): "editions", "source_id": "sources.source_id"},
    bounds={measure: (least, most) for measure, (least, most, _unit) in MEASURES.items()},
    outliers=(
        Outlier(
            {"iso3": "BGR", "year": 2019, "measure": "real_change_pct"}, "A real one-off payment in 2019, not an error."
        ),
        Outlier(
            {"iso3": "BGR", "year": 2020, "measure": "real_change_pct"},
            "The fall back after the one-off payment of 2019.",
        ),
    ),
    fields={
        "publisher": text(N_("Publisher of the figures")),
        "edition": text(N_("Edition, by year and month of publication"), form=YEAR_MONTH),
        "iso3": text(
            N_("Country code, or NATO_TOTAL, or NATO_EUR_CAN (Europe and Canada)"), choices=(*ALLIES, *AGGREGATES)
        ),
        "year": whole(N_("Calendar year, as the publisher assigns it"), ge=1949, le=2040),
        "measure": text(N_("What is measured"), choices=tuple(MEASURES)),
        "unit": text(N_("Unit of the value, in words")),
        "value": number(N_("The figure as published")),
        "is_estimate": flag(N_("The publisher marks it as an estimate")),
        "source_id": text(N_("Source of the row")),
    },
    checks=(
        pa.Check(_unit_fits, error=N_("The unit does not fit the measure.")),
        pa.Check(_one_unit, error=N_("The measure has more than one unit in this edition.")),
        pa.Check(
            _parts_add_up, error=N_("Equipment, personnel, infrastructure and other shares do not add up to 100.")
        ),
    ),
)
