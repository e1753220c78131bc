"""A sentence with a figure as a claim: what it says of whom, in which unit, for when, and how it is rounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.ask.parts import Part, parts_of
from dashboard.ask.words import folded
from etl.ledger.snapshot import Snapshot
from etl.vocabulary import UNITS

SHARE, GDP, PEOPLE = "share_of_gdp_pct", "gdp_usd_current_million", "military_personnel_thousand"
OWN_MONEY = re.compile(
    r"c\$|\bcad\b|canadian dollar|dollars canadien|euro|€|£|pound|livre|kron|couronne|zloty|national currency|monnaie nationale"
)
US_MONEY = re.compile(r"us\$|\$ ?us\b|\busd\b|us dollar|american dollar|dollars americain|dollars us")
GROUPED = re.compile(r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+")


@dataclass(frozen=True)
class Claim:
    """What a sentence says. `value` is in the unit of its measures, `decimals` how it is written in that unit (-2: hundreds).

    `measures` are those that it may be about, the likeliest first; `said` is whether it names one.
    """

    value: float | None
    decimals: int
    kind: str  # per cent, money or people
    comparator: str | None
    measures: tuple[str, ...]
    said: bool
    places: tuple[str, ...]
    years: tuple[int, ...]
    editions: tuple[str, ...]
    written: str


def claim_of(snapshot: Snapshot, text: str, today: date) -> Claim:
    """The claim in a sentence; without a figure its value is None."""
    parts = parts_of(snapshot, text, today)
    figure = next((one for part in parts if (one := _figure(part))), None)
    value, decimals, kind, written = figure or (None, 0, "pct", "")
    named = _all(parts, "measure")
    if kind == "pct" and (GDP in named or SHARE in named or re.search(r"gdp|pib", folded(written))):
        named = (SHARE, *(one for one in named if one not in (GDP, SHARE)))
    if GDP in named:  # "GDP of 2,200 billion US dollars"
        named = (GDP,)
    named = tuple(one for one in named if one in family(kind))
    return Claim(
        value,
        decimals,
        kind,
        next(iter(_all(parts, "compare")), None),
        named or _likely(kind, text),
        bool(named),
        _all(parts, "country"),
        tuple(map(int, _all(parts, "year"))),
        _all(parts, "edition"),
        written,
    )


def _all(parts: Sequence[Part], kind: str) -> tuple[str, ...]:
    """Every value of a kind that was said, each once."""
    return tuple(dict.fromkeys(value for part in parts if (value := _of(part, kind))))


def family(kind: str) -> tuple[str, ...]:
    """Measures that a figure of a kind may be about."""
    fits = {
        "pct": lambda unit: unit.startswith("%"),
        "money": lambda unit: "million" in unit,
        "people": lambda unit: "persons" in unit,
    }
    return tuple(measure for measure, unit in UNITS.items() if fits[kind](unit))


def _likely(kind: str, text: str) -> tuple[str, ...]:
    """Measures that a sentence without one is about: of money, spending in the currency that it names."""
    if kind != "money":
        return (SHARE,) if kind == "pct" else (PEOPLE,)
    plain = folded(text)
    if US_MONEY.search(plain):
        return ("expenditure_usd_current_million",)
    if OWN_MONEY.search(plain):
        return ("expenditure_ncu_current_million",)
    return ("expenditure_usd_current_million", "expenditure_ncu_current_million")


def _figure(part: Part) -> tuple[float, int, str, str] | None:
    """The figure that a part is: value and decimals in the unit of its kind, the kind, as it is written."""
    number = re.match(r"\d+(?:[.,]\d+)?", part.words)
    if not number:
        return None
    places = len(number[0].replace(",", ".").partition(".")[2])
    if pct := _of(part, "pct"):
        return float(pct), places, "pct", part.words
    if amount := _of(part, "amount"):
        fewer = 0 if re.search(r"\bmillions?\b|\bmn\b", folded(part.words)) else 3
        return float(amount) * 1000, places - fewer, "money", part.words
    if GROUPED.fullmatch(part.words):
        people = int(re.sub(r"\D", "", part.words))
        zeros = len(str(people)) - len(str(people).rstrip("0"))
        return people / 1000, 3 - min(zeros, 3), "people", part.words
    return None


def _of(part: Part, kind: str) -> str | None:
    return next((meaning.value for meaning in part.meanings if meaning.kind == kind), None)


def without_figure(parts: Sequence[Part]) -> list[Part]:
    """The parts but the figure and how it compares: what is asked about."""
    kept = [part for part in parts if not _figure(part)]
    return [part for part in kept if not _of(part, "compare")]
