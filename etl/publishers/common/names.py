"""The names publishers use for countries and currencies, as codes."""

from __future__ import annotations

import re

import pandas as pd

from etl.files.countries import written_names

NATO_TOTAL, NATO_EUR_CAN = "NATO_TOTAL", "NATO_EUR_CAN"
AGGREGATES = {"NATO Total": NATO_TOTAL, "NATO Europe and Canada": NATO_EUR_CAN}

# Kroner are Danish or Norwegian: looked up by country.
CURRENCIES = {
    "canadian dollar": "CAD", "denar": "MKD", "euro": "EUR", "forint": "HUF", "koruna": "CZK", "koruny": "CZK",
    "krona": "SEK", "kronor": "SEK", "lei": "RON", "lek": "ALL", "lev": "BGN", "leva": "BGN", "lira": "TRY",
    "new lei": "RON", "pound": "GBP", "pound sterling": "GBP", "us dollar": "USD", "zloty": "PLN",
    "dollar canadien": "CAD", "dollars canadiens": "CAD", "couronne tchèque": "CZK", "couronnes tchèques": "CZK",
    "couronne suédoise": "SEK", "couronnes suédoises": "SEK", "couronnes danoises": "DKK", "leu": "RON",
    "couronnes norvégiennes": "NOK", "livre sterling": "GBP", "livres sterling": "GBP", "livre": "GBP",
    "livre turque": "TRY", "livres turques": "TRY", "dollar des états-unis": "USD", "dollars des états-unis": "USD",
    "dollar é.-u.": "USD", "dollars é.-u.": "USD", "nouveaux lei": "RON", "złoty": "PLN", "turkish lira": "TRY",
}  # fmt: skip
KRONER = {"DNK": "DKK", "NOR": "NOK", "ISL": "ISK", "SWE": "SEK", "CZE": "CZK"}

_MARKS = re.compile(r"\*+")
_BRACKET = re.compile(r"\(([^()]*)\)\s*$")


def country_codes(countries: pd.DataFrame) -> dict[str, str]:
    """iso3 by lower-case name in English and French, for `countries` (iso3, name_en) and NATO's two aggregates."""
    own = dict(zip(countries["name_en"], countries["iso3"], strict=True)) | AGGREGATES
    known = {*countries["iso3"], *AGGREGATES.values()}
    return {name.casefold(): code for name, code in (*written_names(), *own.items()) if code in known}


def split_label(label: str) -> tuple[str, str, str]:
    """(name, footnote mark, what stands in the last brackets): 'Poland* (Zlotys)' -> ('Poland', '*', 'Zlotys')."""
    bracket = _BRACKET.search(label)
    bare = label[: bracket.start()] if bracket else label
    mark = "".join(_MARKS.findall(label))
    return " ".join(_MARKS.sub(" ", bare).split()), mark, bracket[1].strip() if bracket else ""


def currency_code(name: str, iso3: str) -> str | None:
    """The ISO code of a currency as NATO names it in the labels of Table 1; None when it is not known."""
    plain = name.casefold().strip()
    if plain in ("kroner", "krone", "kronur", "couronne", "couronnes"):
        return KRONER.get(iso3)
    if plain.upper() in {*CURRENCIES.values(), *KRONER.values()}:
        return plain.upper()
    return CURRENCIES.get(plain) or CURRENCIES.get(plain.removesuffix("s"))
