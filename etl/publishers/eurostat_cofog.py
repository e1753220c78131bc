"""Eurostat's table `gov_10a_exp`, government expenditure by function, division 02 of COFOG (JSON-stat 2.0): rows of `spending`.

Source: https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/gov_10a_exp?cofog99=GF02&sector=S13&na_item=TE&unit=PC_GDP.
The function "defence" of national accounts (ESA 2010): with civil defence, military aid to others and research, without the
pensions of soldiers, which are social protection (GF10). In per cent of GDP with one decimal, about a year after `gov_ev`.
"""

from etl.message import N_
from etl.publishers.common.eurostat_table import API, CREDIT, LICENCE, NAME, EurostatTable

__all__ = ["CREDIT", "LICENCE", "NAME"]

PUBLISHER = "EUROSTAT_COFOG"
DATASET = "spending"
URL = "https://ec.europa.eu/eurostat/databrowser/view/gov_10a_exp"
RHYTHM = "year"
FILES = (f"{API}gov_10a_exp?lang=en&cofog99=GF02&sector=S13&na_item=TE&unit=PC_GDP",)
RULE = N_("As the file has it.")
COMPARABLE = N_(
    "the function “defence” of government expenditure (COFOG 02): with civil defence and military aid to others, without soldiers’ pensions"
)

TABLE = EurostatTable(
    PUBLISHER,
    "gov_10a_exp",
    "General government expenditure by function: defence",
    chosen={"cofog99": "GF02", "sector": "S13", "na_item": "TE", "unit": "PC_GDP", "freq": "A"},
    marks=(b'"GF02"',),
)
recognise, read = TABLE.recognise, TABLE.read
