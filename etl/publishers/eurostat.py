"""Eurostat's table `gov_ev`, general government expenditure on defence (JSON-stat 2.0): rows of `spending`.

Source: https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/gov_ev?lang=en&expend=DEF&na_item=TE&unit=PC_GDP.
National accounts (ESA 2010) of the members of the Union: other spending than NATO's definition covers, in per cent of GDP
with one decimal. Figures that Eurostat flags as estimates or forecasts are marked as estimates.
"""

from etl.message import N_
from etl.publishers.common.eurostat_table import API, CREDIT, LICENCE, NAME, EurostatTable

__all__ = ["CREDIT", "LICENCE", "NAME"]

PUBLISHER = "EUROSTAT"
DATASET = "spending"
URL = "https://ec.europa.eu/eurostat/databrowser/view/gov_ev"
RHYTHM = "half-year"
FILES = (f"{API}gov_ev?lang=en&expend=DEF&na_item=TE&unit=PC_GDP",)
RULE = N_("As the file has it.")
COMPARABLE = N_(
    "general government expenditure on defence in national accounts: equipment counts when it is delivered, soldiers’ pensions are left out"
)

TABLE = EurostatTable(
    PUBLISHER,
    "gov_ev",
    "General government expenditure on defence",
    chosen={"expend": "DEF", "na_item": "TE", "unit": "PC_GDP", "freq": "A"},
    marks=(b'"DEF"',),
)
recognise, read = TABLE.recognise, TABLE.read
