"""The names publishers use for countries and currencies, as codes."""

from __future__ import annotations

import re

import pandas as pd

NATO_TOTAL, NATO_EUR_CAN = "NATO_TOTAL", "NATO_EUR_CAN"
AGGREGATES = {"NATO Total": NATO_TOTAL, "NATO Europe and Canada": NATO_EUR_CAN}

ALIASES = {
    "Czech Republic": "CZE",
    "FYR Macedonia": "MKD",
    "Republic of North Macedonia": "MKD",
    "Slovak Republic": "SVK",
    "Slovakia": "SVK",
    "The Netherlands": "NLD",
    "Turkey": "TUR",
    "Turkiye": "TUR",
    "UK": "GBR",
    "USA": "USA",
    "United States of America": "USA",
}
"""Other names than `countries.name_en`."""

# Kroner are Danish or Norwegian: looked up by country.
CURRENCIES = {
    "canadian dollar": "CAD", "denar": "MKD", "euro": "EUR", "forint": "HUF", "koruna": "CZK", "koruny": "CZK",
    "krona": "SEK", "kronor": "SEK", "lei": "RON", "lek": "ALL", "lev": "BGN", "leva": "BGN", "lira": "TRY",
    "new lei": "RON", "pound": "GBP", "pound sterling": "GBP", "us dollar": "USD", "zloty": "PLN",
}  # fmt: skip
KRONER = {"DNK": "DKK", "NOR": "NOK", "ISL": "ISK"}

_MARKS = re.compile(r"\*+")
_BRACKET = re.compile(r"\(([^()]*)\)\s*$")


def country_codes(countries: pd.DataFrame) -> dict[str, str]:
    """iso3 by lower-case name, from `countries` (iso3, name_en), the aliases and NATO's two aggregates."""
    names = dict(zip(countries["name_en"], countries["iso3"], strict=True)) | ALIASES | AGGREGATES
    return {name.casefold(): iso3 for name, iso3 in names.items()}


def split_label(label: str) -> tuple[str, str, str]:
    """(name, footnote mark, what stands in the last brackets): 'Poland* (Zlotys)' -> ('Poland', '*', 'Zlotys')."""
    bracket = _BRACKET.search(label)
    bare = label[: bracket.start()] if bracket else label
    mark = "".join(_MARKS.findall(label))
    return " ".join(_MARKS.sub(" ", bare).split()), mark, bracket[1].strip() if bracket else ""


def currency_code(name: str, iso3: str) -> str | None:
    """The ISO code of a currency as NATO names it in the labels of Table 1; None when it is not known."""
    plain = name.casefold().strip()
    if plain in ("kroner", "krone", "kronur"):
        return KRONER.get(iso3)
    return CURRENCIES.get(plain) or CURRENCIES.get(plain.removesuffix("s"))
