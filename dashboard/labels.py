"""What codes are called: measures, statuses, columns and countries, in the reader's language.

Tables and links carry codes; people read these. One dictionary a kind of code.
"""

import re
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from dashboard.columns import COLUMNS
from dashboard.language import _, country, day, money, number, percent, singular, trimmed_percent
from etl import vocabulary
from etl.datasets import all_datasets, gdp, read_seed
from etl.message import N_
from etl.vocabulary import AGGREGATES, MEASURES, PUBLISHERS_UNITS, UNITS
from policy.tariffs import PROGRAMMES
from policy.tariffs import REASONS as TARIFF_REASONS

PUBLISHERS = {
    "NATO": N_("NATO"),
    "SIPRI": N_("SIPRI"),
    "NATO_REPORT": N_("NATO Annual Report (rounded)"),
    "WORLD_BANK": N_("World Bank"),
    "EUROSTAT": N_("Eurostat"),
    "EUROSTAT_COFOG": N_("Eurostat (COFOG)"),
    "EDA": N_("European Defence Agency"),
    "STATCAN_GDP": N_("Statistics Canada"),
}

QUALIFIES = {"yes": N_("yes"), "no": N_("no"), "any": N_("not stated")}

TARIFF_SLOTS = {
    "ad_softwood": N_("Antidumping"),
    "cvd_softwood": N_("Countervailing"),
}  # other layers are called by their programme

EXPOSURES = {
    "groups": N_("by group of goods"),
    "months": N_("month by month"),
    "chapters": N_("dollars by chapter"),
    "codes": N_("dollars by code"),
}

GROUPINGS = {
    "product_group": N_("product group"),
    "hs2": N_("HS chapter"),
    "hs8": N_("tariff code"),
    "total": N_("all goods"),
}

FITS = {"exact": N_("exact"), "broader": N_("broader"), "narrower": N_("narrower")}

BASES = {
    "imports for consumption, customs value": N_("imports for consumption, customs value"), "general imports": N_("general imports"),
    "2024 general imports grown by the rate of 2025": N_("2024 general imports grown by the rate of 2025"),
}  # fmt: skip

SHAPES = {
    "straight": N_("equal steps in % of GDP"), "constant_growth": N_("same real growth every year"), "slow_then_fast": N_("slow, then fast"),
    "fast_then_slow": N_("fast, then slow"), "at_the_end": N_("all at once in the due year"),
}  # fmt: skip

# What a choice left open means; "all" where nothing is said here.
LEFT_OPEN = {
    "edition": N_("newest"), "year": N_("newest"), "any": N_("all"), "goal": N_("the highest not met yet"), "start": N_("its last year"),
    "company": N_("all others"), "importer": N_("by origin"), "rate": N_("the edition’s"), "spend": N_("enter an amount"), "pace": N_("what the goal needs"), "goals": N_("its own pledges, or the alliance's targets"), "before": N_("the one before"),
    "with_release": N_("as shown"), "with_edition": N_("as shown"), "elasticity": N_("none"), "us_content_pct": N_("not known"), "metal_content_pct": N_("not known")}  # fmt: skip

KINDS = {
    "figure": N_("figure"), "path": N_("path"), "goal": N_("goal"), "target": N_("target"), "pledge": N_("pledge"), "estimate": N_("independent estimate"),
    "gap": N_("not stated by a source"), "pace": N_("spending at the pace"), "amount": N_("amount"), "layer": N_("layer"), "total": N_("total"), "reading": N_("other reading"), "month": N_("month"),
}  # fmt: skip

PLEDGE_VERDICTS = {
    "met": N_("met"), "not_met": N_("not met"), "not_yet_reported": N_("due year not reported yet"), "not_in_edition": N_("not in this edition"),
    "not_tabulated": N_("not tabulated"), "no_due_year": N_("no due year"),
}  # fmt: skip

GAPS = {
    "no_due_year": N_("a due year"), "not_tabulated": N_("figures of it"), "no_exact_day": N_("the exact day it was made"),
    "gdp_not_printed": N_("the GDP behind it, only implied here"), "not_reproducible": N_("what it was computed from"),
}  # fmt: skip

HOWS = {
    "reported": N_("as in the edition of the day"), "implied_gdp": N_("from the GDP it implies"), "same_money": N_("same money, larger GDP"),
    "no_edition": N_("no edition of the time at hand"), "no_reading": N_("cannot be reproduced"),
}  # fmt: skip

VERDICTS = {
    "agrees": N_("agrees"), "differs": N_("differs"), "about_something_else": N_("about something else"), "cannot_be_checked": N_("cannot be checked"),
}  # fmt: skip

WHENS = {"known": N_("known then"), "perhaps_known": N_("published about then"), "since": N_("published since")}

REASONS = {
    "topic": N_("no edition tabulates what it is about"), "no_value": N_("it states no number"), "no_year": N_("it states no year"),
    "no_country": N_("it names no country"), "no_figure": N_("no edition at hand had the figure"),
}  # fmt: skip

MONEY = {"ncu": N_("national currency"), "usd": N_("US dollars")}

PACES = {"real": N_("above inflation"), "nominal": N_("in all, inflation included")}

GOAL_STANDINGS = {"met": N_("met"), "short": N_("short"), "not_tabulated": N_("not tabulated")}

TRANSFORMS = {"value": N_("value"), "index": N_("index"), "change": N_("change")}

GROUPS = {
    "NATO": N_("NATO"), "NATO_EUR_CAN": N_("NATO Europe and Canada"), "EU27": N_("European Union"),
    "EIGHT": N_("The eight allies named in the 2026 tariff threat"),
}  # fmt: skip

DEFINITION_NOTES = {
    "gdp_basis": N_("NATO’s GDP basis for Luxembourg changes in 2023; SIPRI’s figure is its own estimate"),
    "sipri_estimate": N_("SIPRI’s figure is its own estimate; definitions differ"),
    "no_armed_forces": N_("no armed forces: SIPRI says 0, NATO has no figure"),
    "definitions": N_("definitions differ; see SIPRI’s and NATO’s definitions"),
    "own_definition": N_("definitions differ"),
}  # fmt: skip

REVISIONS = {"editions": N_("one country, every edition"), "matrix": N_("every ally, two editions")}
ACROSS = {"years": N_("the years"), "allies": N_("the allies")}
PRECISIONS = {"day": N_("day"), "month": N_("month"), "year": N_("year")}
AMOUNTS = {"usd": N_("US dollars"), "points": N_("points of GDP")}

DIFFERENCES = {"only_in_a": N_("only in A"), "only_in_b": N_("only in B"), "changed": N_("changed")}

YES_OR_NO = {"yes": N_("yes"), "no": N_("no")}

WORDS = {
    "change": DIFFERENCES, "measure": MEASURES | gdp.MEASURES, "unit": UNITS | PUBLISHERS_UNITS, "outcome": vocabulary.DEADLINE_OUTCOMES, "deadline_status": vocabulary.DEADLINE_OUTCOMES, "topic": vocabulary.DEADLINE_TOPICS, "status": vocabulary.TARIFF_STATUSES | vocabulary.PLEDGE_STATUSES | {"proposal": vocabulary.PLEDGE_KINDS["proposal"]}, "publisher": PUBLISHERS, "gdp_from": PUBLISHERS,
    "transform": TRANSFORMS, "group": GROUPS, "across": ACROSS, "revisions": REVISIONS, "amount": AMOUNTS, "shape": SHAPES, "money": MONEY, "pace_kind": PACES, "standing": GOAL_STANDINGS, "kind": KINDS, "pledge_kind": vocabulary.PLEDGE_KINDS | {"target": KINDS["target"]},
    "pledge_verdict": PLEDGE_VERDICTS, "gap": GAPS, "how": HOWS, "verdict": VERDICTS, "verdict_then": VERDICTS, "verdict_now": VERDICTS, "when": WHENS, "reason": REASONS, "definition_note": DEFINITION_NOTES, "goal_status": vocabulary.PLEDGE_STATUSES,
    "trust": vocabulary.TRUST_CLASSES, "usmca": QUALIFIES, "role": vocabulary.TARIFF_ROLES, "programme": PROGRAMMES, "excluded_by": PROGRAMMES, "rate_kind": vocabulary.RATE_KINDS, "why": TARIFF_REASONS, "exposure": EXPOSURES, "grouping": GROUPINGS, "product_fit": FITS, "basis": BASES, "slot": TARIFF_SLOTS | PROGRAMMES, "event": vocabulary.TARIFF_ACTS, **dict.fromkeys(("made_precision", "due_precision", "agreed_precision", "published_precision"), PRECISIONS),
}  # fmt: skip


def of(kind: str, code: object) -> str:
    """What a code of this kind is called; the code itself where nothing better is known. None is "newest" or "all"."""
    if code is None:
        return _(LEFT_OPEN.get(kind, "all"))
    if kind == "country":
        return place(str(code))
    return _(WORDS.get(kind, {}).get(str(code), str(code)))


def place(code: str) -> str:
    """A country by its ISO 3166-1 alpha-3 code, or an aggregate."""
    if code in AGGREGATES:
        return _(AGGREGATES[code])
    return country(_iso2().get(code, ""), code)


@cache
def _iso2() -> dict[str, str]:
    """ISO 3166-1 alpha-2 by alpha-3: a standard, so the reviewed seed serves every release."""
    seed = read_seed(all_datasets()["countries"])
    return dict(zip(seed["iso3"], seed["iso2"], strict=True))


def measured(value: float, measure: str, currency: str | None = None) -> str:
    """A value of a measure with its unit, as prose; amounts in national currency need its code."""
    unit = UNITS.get(measure, "")
    if unit.startswith("%"):
        return f"{percent(value)}{_(unit)[1:]}"
    if "_usd_" in measure and measure.endswith("_million"):
        return money(value)
    if "_ncu_" in measure and isinstance(currency, str):
        return money(value, currency)
    return f"{number(value, 0 if abs(value) >= 1000 else 1)} {_(unit)}"


def gap_in_words(value: float, target: float) -> str:
    """How far a share is from a target: "0.03 points above 2 %"; the sign is a word."""
    gap = round(value - target, 2)
    if gap == 0:
        return _("exactly {target}").format(target=trimmed_percent(target))
    one = singular(gap)
    if gap > 0:
        words = _("{points} point above {target}") if one else _("{points} points above {target}")
    else:
        words = _("{points} point below {target}") if one else _("{points} points below {target}")
    return words.format(points=number(abs(gap)), target=trimmed_percent(target))


# --- tables --------------------------------------------------------------------------------------------------------


def header(column: str) -> str:
    return _(COLUMNS.get(column, MEASURES.get(column, column)))


PLACES = ("iso3", "origin", "country")  # columns that hold a country or an aggregate


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """A chart's rows for people: codes by name, headers with units, yes and no as words; numbers stay numbers."""
    shown = {}
    for column in rows.columns:
        values = rows[column]
        if column == "column":
            values = values.map(header, na_action="ignore")
        elif column in ("text_a", "text_b"):
            pairs = zip(rows["column"], values, strict=True)
            values = pd.Series([value(*pair) if pd.notna(pair[1]) else None for pair in pairs], values.index, "str")
        elif column in PLACES or column in WORDS:
            kind = _kind(column)
            values = values.map(lambda code, kind=kind: of(kind, code), na_action="ignore")
        elif str(values.dtype) in ("boolean", "bool"):
            values = values.map({True: _("yes"), False: _("no")})
        elif str(values.dtype).startswith("datetime64"):
            values = values.dt.date
        shown[header(column)] = values
    return pd.DataFrame(shown)


def _kind(column: str) -> str:
    return "country" if column in PLACES else column


def value(column: str, code: Any) -> str:
    """A value of a column in words: a code by its name, a day as the language writes it (also from its ISO form)."""
    if isinstance(code, pd.Timestamp):
        return day(code.date())
    if isinstance(code, float) and not code.is_integer():
        return number(code, digits_of(pd.Series([code])))
    text = str(int(code)) if isinstance(code, float) else str(code)
    if column in PLACES or column in WORDS:
        return of(_kind(column), text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return day(date.fromisoformat(text))
    return _(YES_OR_NO.get(text, text))


MOST_OF_DIFFERENCES = 4  # decimals where two values are compared, so that they are seen to differ


def digits_of(values: pd.Series, most: int = 2) -> int:
    """The fewest decimals that lose nothing, at most two, or four where all is smaller than one."""
    magnitudes = values.dropna().abs()
    if len(magnitudes) and magnitudes.max() < 0.1:
        most = 4
    return next(
        (digits for digits in range(most) if ((magnitudes.round(digits) - magnitudes).abs() < 1e-9).all()), most
    )
