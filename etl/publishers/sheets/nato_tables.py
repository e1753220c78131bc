"""What NATO's tables hold: which blocks, which measures, which units. True of the editions of 2024, 2025 and 2026.

Sheets are found by their title, so names, offsets and title wordings ("Defence", "Core defence") may move.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """One block of a table: how its title reads, its measure, and the unit with {base} for the price base year."""

    title: re.Pattern[str]
    measure: str
    unit: str


@dataclass(frozen=True)
class Table:
    """One table: its number, what it must be called, its blocks.

    `millions`: the unit line must say million. `aggregates`: it has the NATO rows. `gdp`: Iceland may stand in it.
    A table with one block may go without a block title.
    """

    number: str
    blocks: tuple[Block, ...]
    millions: bool = False
    aggregates: bool = True
    gdp: bool = False


def _block(title: str, measure: str, unit: str) -> Block:
    return Block(re.compile(title, re.IGNORECASE), measure, unit)


# NATO publishes in English and in French.
_CURRENT = (
    r"current prices(?: and exchange rates)?|prix(?: et taux de change)? courants(?: et taux de change courants)?"
)
_CONSTANT = (
    r"constant (?:(?:19|20)\d\d )?prices(?: and exchange rates)?"
    r"|prix(?: et taux de change)? constants(?: et taux de change(?: constants)?)?(?: de (?:19|20)\d\d)?"
)
_GDP = r"(?:gdp|gross domestic product|pib|produit intérieur brut)"
_PERSON = "US dollars per person, constant {base} prices and exchange rates"
_NCU, _USD = "million national currency units", "million US dollars"
_SHARE = "% of defence expenditure"

TABLES = {
    table.number: table
    for table in (
        Table(
            "1",
            (
                _block(_CURRENT, "expenditure_ncu_current_million", f"{_NCU}, current prices"),
                _block(_CONSTANT, "expenditure_ncu_constant_million", f"{_NCU}, constant {{base}} prices"),
            ),
            millions=True,
            aggregates=False,
        ),
        Table(
            "2",
            (
                _block(_CURRENT, "expenditure_usd_current_million", f"{_USD}, current prices and exchange rates"),
                _block(
                    _CONSTANT,
                    "expenditure_usd_constant_million",
                    f"{_USD}, constant {{base}} prices and exchange rates",
                ),
            ),
            millions=True,
        ),
        Table(
            "3",
            (
                _block(
                    rf"(?:share of (?:real )?|part du ){_GDP}\b.*", "share_of_gdp_pct", "% of real GDP ({base} prices)"
                ),
                _block(
                    r"(?:annual )?real change\b.*|variation (?:annuelle réelle|réelle(?: annuelle)?)\b.*",
                    "real_change_pct",
                    "% change on the year before ({base} prices)",
                ),
            ),
        ),
        Table(
            "5",
            (
                _block(_CURRENT, "gdp_usd_current_million", f"{_USD}, current prices and exchange rates"),
                _block(_CONSTANT, "gdp_usd_constant_million", f"{_USD}, constant {{base}} prices and exchange rates"),
            ),
            millions=True,
            gdp=True,
        ),
        Table(
            "6",
            (
                _block(
                    rf"{_GDP} (?:per capita|par habitant) \((?:thousand us dollars|milliers de dollars.*)\)",
                    "gdp_per_capita_usd_constant_thousand",
                    f"thousand {_PERSON}",
                ),
                _block(
                    r"(?:(?:core )?defence (?:expenditure|spending)|dépenses de défense(?: de base)?) (?:per capita|par habitant) \(.*dollars.*\)",
                    "expenditure_per_capita_usd_constant",
                    _PERSON,
                ),
            ),
            gdp=True,
        ),
        Table(
            "7",
            (
                _block(
                    r"thousands?(?: of persons)?|milliers(?: de personnes)?",
                    "military_personnel_thousand",
                    "thousand persons",
                ),
            ),
        ),
        Table(
            "8a",
            (
                _block(r"(?:equipment|équipements?)\b.*", "equipment_share_pct", _SHARE),
                _block(r"personnel\b.*", "personnel_share_pct", _SHARE),
            ),
            aggregates=False,
        ),
        Table(
            "8b",
            (
                _block(r"infrastructure\b.*", "infrastructure_share_pct", _SHARE),
                _block(r"(?:other|autres?)\b.*", "other_share_pct", _SHARE),
            ),
            aggregates=False,
        ),
    )
}
"""Table 4 repeats figures of Tables 2 and 3 and is not read."""

TITLE = re.compile(r"tabl(?:e|eau)\s*(\d+[ab]?)\s*[:.–-]\s*(.*)", re.IGNORECASE)
SUBJECT = re.compile(
    rf"expenditure|spending|investment|military personnel|dépenses|investissement|effectifs|{_GDP}", re.IGNORECASE
)
BASE_YEAR = re.compile(r"(?:\bprix\D{0,40}\bde |\b)((?:19|20)\d\d)(?: prices|(?<= de \d{4})\b)", re.IGNORECASE)
SCALE = re.compile(r"(thousand|million|billion|trillion)s?\b", re.IGNORECASE)
NOTE = re.compile(r"notes?\s*:|\*|\([a-z]\)|[a-z]/", re.IGNORECASE)
PAGE_NUMBER = re.compile(r"-?\s*\d+\s*-?")

EDITIONS = {2024: "2024-06", 2025: "2025-08", 2026: "2026-07"}
"""The edition whose tables end in that year; for other years the file's name or a person must say."""
