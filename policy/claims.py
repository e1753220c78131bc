"""What somebody claimed, held against what each edition says: a verdict by rule, never by hand.

A claim is a row of `claims`. A figure is a row of `spending` with its edition's `published_on`. Verdicts:

- agrees: the claim and the figure are the same at the coarser of their two roundings, or the figure lies on
  the side the claim says it does ("below 2 %");
- differs: they are not;
- about_something_else: the claim is not about a figure these editions tabulate (a pledge, a target, a tariff);
- cannot_be_checked: it is, but it states no number or year, or no edition has that country and year.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from policy.periods import span_of

AGREES, DIFFERS = "agrees", "differs"
ABOUT_SOMETHING_ELSE, CANNOT_BE_CHECKED = "about_something_else", "cannot_be_checked"
VERDICTS = (AGREES, DIFFERS, ABOUT_SOMETHING_ELSE, CANNOT_BE_CHECKED)

KNOWN, PERHAPS_KNOWN, SINCE = "known", "perhaps_known", "since"
REASONS = ("topic", "no_value", "no_year", "no_country", "no_figure")
MOST_DECIMALS = 6

_COMPARISONS = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
_EDITION = ["publisher", "edition"]


@dataclass(frozen=True)
class Verdict:
    """The verdict on a claim as a whole.

    `on_the_day`: by the newest edition surely published when it was made; `now`: by the newest edition of all;
    both are one of VERDICTS. The editions are (publisher, edition) or None. `reason` (one of REASONS) says why
    nothing could be compared, else None. `same_number` names pledges that hold the claimed number.
    """

    on_the_day: str
    now: str
    day_edition: tuple[str, str] | None = None
    now_edition: tuple[str, str] | None = None
    reason: str | None = None
    same_number: tuple[str, ...] = ()


def decimals(value: float) -> int:
    """Decimals a number is written with, at most MOST_DECIMALS: 1.76 -> 2, 2.0 -> 0."""
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    return min(MOST_DECIMALS, max(0, -int(exponent)))


def compare(
    claimed: float,
    comparator: str | None,
    value: float,
    value_decimals: int = MOST_DECIMALS,
    claimed_decimals: int | None = None,
) -> str:
    """AGREES or DIFFERS. Equality is judged at the coarser of the two roundings, half a unit either way.

    `claimed_decimals`: how the claim is written, where that is known ("2.0" has one; -2 is rounded to hundreds).
    """
    if comparator in _COMPARISONS:
        return AGREES if _COMPARISONS[comparator](value, claimed) else DIFFERS
    places = int(min(decimals(claimed) if claimed_decimals is None else claimed_decimals, value_decimals))
    difference = abs(Decimal(repr(float(claimed))) - Decimal(repr(float(value))))
    return AGREES if difference <= Decimal(5).scaleb(-places - 1) else DIFFERS


def unfit(claim: Mapping[str, Any], measures: set[str]) -> tuple[str, str] | None:
    """(verdict, reason) of a claim that no edition can be held against; None for one that can."""
    if claim.get("topic") != "spending" or claim.get("measure") not in measures:
        return ABOUT_SOMETHING_ELSE, "topic"
    for column, reason in (("value", "no_value"), ("claim_year", "no_year"), ("subject_iso3", "no_country")):
        if _missing(claim.get(column)):
            return CANNOT_BE_CHECKED, reason
    return None


def rounding_of(figures: pd.DataFrame) -> pd.Series:
    """The decimals that an edition prints, by measure, publisher and edition: read off all its values."""
    values = figures.groupby(["measure", *_EDITION])["value"]
    return values.agg(lambda own: max(map(decimals, own.dropna().unique()), default=0))


def beside_editions(claim: Mapping[str, Any], figures: pd.DataFrame, rounding: pd.Series | None = None) -> pd.DataFrame:
    """The claim beside every edition that has its country, measure and year, oldest edition first.

    `figures`: publisher, edition, published_on, iso3, year, measure, value, is_estimate, and published_precision
    where editions are dated to the month. Pass whole editions, or their `rounding_of`: the decimals an edition
    prints are read off all its values of the measure. Columns: publisher, edition, published_on, `when` (known,
    perhaps_known, since: against the day or the imprecise period the claim was made), value, is_estimate,
    difference (figure less claim; missing for a comparison such as "below"), verdict.
    """
    columns = [*_EDITION, "published_on", "when", "value", "is_estimate", "difference", "verdict"]
    if unfit(claim, set(figures["measure"].unique())):
        return pd.DataFrame(columns=columns)
    of_measure = figures[figures["measure"] == claim["measure"]]
    rounding = rounding_of(of_measure) if rounding is None else rounding
    mine = (of_measure["iso3"] == claim["subject_iso3"]) & (of_measure["year"] == int(claim["claim_year"]))
    rows = of_measure[mine & of_measure["value"].notna()].sort_values(["published_on", *_EDITION]).copy()
    claimed, comparator = float(claim["value"]), claim.get("comparator")
    comparator = None if _missing(comparator) else comparator
    first, last = span_of(claim["made_on"], claim.get("made_precision") or "day")
    rows["when"] = [
        _when(row.published_on, getattr(row, "published_precision", "day"), first, last) for row in rows.itertuples()
    ]
    rows["difference"] = rows["value"] - claimed if comparator not in _COMPARISONS else float("nan")
    rows["verdict"] = [
        compare(
            claimed, comparator, row.value, rounding[row.measure, row.publisher, row.edition], claim.get("decimals")
        )
        for row in rows.itertuples()
    ]
    return rows[columns].reset_index(drop=True)


def verdict(
    claim: Mapping[str, Any],
    figures: pd.DataFrame,
    pledges: pd.DataFrame | None = None,
    rounding: pd.Series | None = None,
) -> Verdict:
    """The verdict by the newest edition known when the claim was made, and by the newest of all."""
    same = same_number(claim, pledges)
    barred = unfit(claim, set(figures["measure"].unique()))
    if barred:
        return Verdict(barred[0], barred[0], reason=barred[1], same_number=same)
    rows = beside_editions(claim, figures, rounding)
    if rows.empty:
        return Verdict(CANNOT_BE_CHECKED, CANNOT_BE_CHECKED, reason="no_figure", same_number=same)
    day, day_edition = newest(rows[rows["when"] == KNOWN])
    now, now_edition = newest(rows)
    return Verdict(day, now, day_edition, now_edition, None if day_edition else "no_figure", same)


def same_number(claim: Mapping[str, Any], pledges: pd.DataFrame | None) -> tuple[str, ...]:
    """Pledges of the same country and measure that hold the claimed number for another year.

    It is where a misplaced figure may come from; it is no part of the verdict.
    """
    if pledges is None or _missing(claim.get("value")) or _missing(claim.get("subject_iso3")):
        return ()
    if claim.get("topic") != "spending" or claim.get("comparator") in _COMPARISONS:
        return ()
    hit = (
        (pledges["iso3"] == claim["subject_iso3"])
        & (pledges["measure"] == claim.get("measure"))
        & (pledges["value_pct"].astype(float) == float(claim["value"]))
    )
    year: Any = claim.get("claim_year")
    if not _missing(year):
        hit &= ~(pledges["due_year"].astype("Float64") == float(year)).fillna(False).astype(bool)
    return tuple(pledges.loc[hit, "pledge_id"])


def _when(published: pd.Timestamp, precision: str | None, first: pd.Timestamp, last: pd.Timestamp) -> str:
    earliest, latest = span_of(published, "day" if _missing(precision) else str(precision))
    if latest <= first:
        return KNOWN
    return SINCE if earliest > last else PERHAPS_KNOWN


def newest(rows: pd.DataFrame) -> tuple[str, tuple[str, str] | None]:
    """Of rows of `beside_editions`, the verdict by the newest edition, and which that is."""
    # NATO's own tables come first: a claim is about them unless only another publisher has the figure.
    if rows.empty:
        return CANNOT_BE_CHECKED, None
    nato = rows[rows["publisher"] == "NATO"]
    row = (rows if nato.empty else nato).iloc[-1]
    return row["verdict"], (row["publisher"], row["edition"])


def _missing(value: object) -> bool:
    return bool(pd.isna(value)) or value == ""
