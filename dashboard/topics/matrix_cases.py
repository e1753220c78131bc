"""Other rates that some goods of a kind pay, each with the case it applies in: a quota, a list, a maker's plan, CUSMA."""

from collections.abc import Iterable, Mapping
from itertools import chain, product
from string import ascii_lowercase
from typing import NamedTuple

import pandas as pd

from dashboard.language import _, trimmed_percent
from etl.message import N_

QUALIFIES, US_MADE, AS_COUNTED, LEAST_CONTENT = "if_qualifying", "us_made", "as_counted", "least_content"
CASES = {
    QUALIFIES: N_("CUSMA"),
    "above_quota": N_("above the quota"),
    "in_bulk": N_("in bulk"),
    "part_covered": N_("tariff codes that another measure names"),
    "as_scheduled": N_("once it starts"),
    "duties_add_up": N_("sources differ"),
    "gives_way": N_("sources differ"),
    "not_stated_covered": N_("not stated"),
    US_MADE: N_("only US content"),
    LEAST_CONTENT: N_("none of the metal that is charged"),
    "us_metal": N_("US metal"),
    "metal_from_elsewhere": N_("metal of a third country"),
    "components_elsewhere": N_("foreign components"),
    "parts_of_trucks": N_("truck parts"),
    "onshoring_plan": N_("maker with an onshoring plan"),
    "mfn_pricing": N_("maker with a pricing agreement"),
    "orphan_or_generic": N_("orphan or generic"),
    "exempt_end_use": N_("exempt end use"),
    "ordinary_duty_above": N_("higher ordinary duty"),
    "annex_three": N_("Annex III"),
    "lower_rated_items": N_("some tariff codes"),
    "longer_code": N_("some tariff codes"),
}
"""What another rate depends on, in a few words, by reading (`policy.tariffs.words.READINGS`); "together" is made of others."""


class Other(NamedTuple):
    """Another rate in % of customs value, NaN for a ban, and the cases it applies in, in words."""

    rate_pct: float
    cases: tuple[str, ...]


def others_of(answers: pd.DataFrame) -> tuple[Other, ...]:
    """The other rates of one product and origin, the lowest first, a ban last.

    `answers`: one row an answer, with its `readings` (those that hold together), `total_pct` and `banned`.
    """
    said: dict[float, dict[str, None]] = {}
    for row in answers.sort_values("total_pct").itertuples():
        if CASES.keys() >= set(row.readings):
            words = _(" and ").join(_(CASES[reading]) for reading in row.readings)
            said.setdefault(float("inf") if row.banned else row.total_pct, {})[words] = None
    return tuple(Other(float("nan") if rate == float("inf") else rate, tuple(said[rate])) for rate in sorted(said))


def rate_in_words(other: Other, unit: str = "\u00a0%") -> str:
    return _("ban") if pd.isna(other.rate_pct) else trimmed_percent(other.rate_pct).removesuffix("\u00a0%") + unit


def in_words(others: Iterable[Other]) -> str:
    """ "0 % (CUSMA), ban (some tariff codes)"."""
    return ", ".join(f"{rate_in_words(other)} ({', '.join(other.cases)})" for other in others)


def letters_of(others: Iterable[Iterable[Other]]) -> dict[str, str]:
    """A letter for each case of a table's other rates."""
    cases = dict.fromkeys(case for cell in others for other in cell for case in other.cases)
    letters = chain(ascii_lowercase, map("".join, product(ascii_lowercase, repeat=2)))
    return dict(zip(cases, letters, strict=False))


def key_of(letters: Mapping[str, str]) -> str:
    """What the letters on tiles stand for; empty where there are none."""
    cases = ", ".join(f"({letter})\u00a0{case}" for case, letter in letters.items())
    return _("Cases: {cases}").format(cases=cases) if cases else ""
