"""What codes are called: measures, statuses, columns and countries, in the reader's language.

Tables and links carry codes; people read these. One dictionary a kind of code.
"""

from functools import cache

import pandas as pd

from dashboard.language import _, country, money, number, percent, singular, trimmed_percent
from etl import vocabulary
from etl.datasets import all_datasets, read_seed
from etl.message import N_
from etl.vocabulary import AGGREGATES, MEASURES, UNITS
from policy.tariffs import PROGRAMMES
from policy.tariffs import REASONS as TARIFF_REASONS

PUBLISHERS = {
    "NATO": N_("NATO"),
    "SIPRI": N_("SIPRI"),
    "NATO_REPORT": N_("NATO Annual Report (rounded)"),
    "WORLD_BANK": N_("World Bank"),
    "EUROSTAT": N_("Eurostat"),
}

QUALIFIES = {"yes": N_("yes"), "no": N_("no"), "any": N_("not stated")}

TARIFF_SLOTS = {
    "ad_softwood": N_("Antidumping"),
    "cvd_softwood": N_("Countervailing"),
}  # other layers are called by their programme

EXPOSURES = {"groups": N_("by group of goods"), "months": N_("month by month")}

GROUPINGS = {"product_group": N_("product group"), "hs2": N_("HS chapter"), "total": N_("all goods")}

FITS = {"exact": N_("exact"), "broader": N_("broader"), "narrower": N_("narrower")}

BASES = {
    "imports for consumption, customs value": N_("imports for consumption, customs value"), "general imports": N_("general imports"),
    "2024 general imports grown by the rate of 2025": N_("2024 general imports grown by the rate of 2025"),
}  # fmt: skip

SHAPES = {
    "straight": N_("straight in share of GDP"), "constant_growth": N_("same real growth every year"), "slow_then_fast": N_("slow, then fast"),
    "fast_then_slow": N_("fast, then slow"), "at_the_end": N_("all at once in the due year"),
}  # fmt: skip

# What a choice left open means; "all" where nothing is said here.
LEFT_OPEN = {
    "edition": N_("newest"), "year": N_("newest"), "any": N_("all"), "goal": N_("the highest not met yet"), "start": N_("its last year"),
    "company": N_("all others"), "importer": N_("by origin"), "rate": N_("the edition's"), "spend": N_("half more than now"), "goals": N_("its own pledges, or the alliance's targets"), "before": N_("the one before")}  # fmt: skip

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

WHENS = {"known": N_("known then"), "perhaps_known": N_("perhaps known then"), "since": N_("published since")}

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
    "gdp_basis": N_("NATO's GDP basis for Luxembourg changes in 2023; SIPRI's figure is its own estimate"),
    "sipri_estimate": N_("SIPRI's figure is its own estimate; definitions differ"),
    "no_armed_forces": N_("no armed forces: SIPRI says 0, NATO has no figure"),
    "definitions": N_("definitions differ; see SIPRI's and NATO's definitions"),
}  # fmt: skip

REVISIONS = {"editions": N_("one country, every edition"), "matrix": N_("every ally, two editions")}

ACROSS = {"years": N_("the years"), "allies": N_("the allies")}

AMOUNTS = {"usd": N_("US dollars"), "points": N_("points of GDP")}

WORDS = {
    "measure": MEASURES, "unit": UNITS, "outcome": vocabulary.DEADLINE_OUTCOMES, "deadline_status": vocabulary.DEADLINE_OUTCOMES, "topic": vocabulary.DEADLINE_TOPICS, "status": vocabulary.TARIFF_STATUSES, "publisher": PUBLISHERS,
    "transform": TRANSFORMS, "group": GROUPS, "across": ACROSS, "revisions": REVISIONS, "amount": AMOUNTS, "shape": SHAPES, "money": MONEY, "pace_kind": PACES, "standing": GOAL_STANDINGS, "kind": KINDS, "pledge_kind": vocabulary.PLEDGE_KINDS,
    "pledge_verdict": PLEDGE_VERDICTS, "gap": GAPS, "how": HOWS, "verdict": VERDICTS, "verdict_then": VERDICTS, "verdict_now": VERDICTS, "when": WHENS, "reason": REASONS, "definition_note": DEFINITION_NOTES, "goal_status": vocabulary.PLEDGE_STATUSES,
    "trust": vocabulary.TRUST_CLASSES, "usmca": QUALIFIES, "role": vocabulary.TARIFF_ROLES, "programme": PROGRAMMES, "rate_kind": vocabulary.RATE_KINDS, "why": TARIFF_REASONS, "exposure": EXPOSURES, "grouping": GROUPINGS, "product_fit": FITS, "basis": BASES, "slot": TARIFF_SLOTS | PROGRAMMES, "event": vocabulary.TARIFF_ACTS,
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

# How a column of a chart's rows is headed. The unit stands in the header.
COLUMNS = {
    "iso3": N_("Country"), "year": N_("Year"), "edition": N_("Edition"), "publisher": N_("Publisher"),
    "measure": N_("Measure"), "value": N_("Value"), "unit": N_("Unit"), "is_estimate": N_("Estimate"),
    "source_id": N_("Source"), "target_id": N_("Target"), "target_pct": N_("Target (% of GDP)"),
    "share_of_gdp_pct": N_("Share of GDP (%)"), "gap_points": N_("Gap (percentage points of GDP)"),
    "gap_usd_million": N_("Gap (million US dollars)"), "status": N_("Status"), "outcome": N_("Outcome"),
    "due_on": N_("Due on"), "set_on": N_("Set on"), "outcome_on": N_("Outcome on"), "days_left": N_("Days left"), "deadline_status": N_("State"), "series_id": N_("Series code"),
    "title": N_("Title"), "actor": N_("Actor"), "topic": N_("Topic"), "deadline_id": N_("Code"),
    "pledge_id": N_("Pledge"), "made_by": N_("Made by"), "made_on": N_("Made on"), "due_year": N_("Due year"),
    "meets": N_("Meets the target"), "series": N_("Series"), "kind": N_("Kind"), "label": N_("Name"), "trust": N_("Trust"),
    "transformed": N_("Index or change"), "price_base_year": N_("Price base (year)"), "target_label": N_("Target"), "was_ally": N_("Ally by then"),
    "ncu_per_usd": N_("National currency per US dollar"), "short_points": N_("Short of the target (points of GDP)"),
    "short_usd_million": N_("Short of the target (million US dollars)"), "short_ncu_million": N_("Short of the target (million, national currency)"),
    "equipment_target_pct": N_("Equipment target (% of expenditure)"), "meets_equipment": N_("Meets the equipment target"),
    "edition_before": N_("Edition before"), "value_before": N_("Value before"), "revision": N_("Revision"),
    "nato_pct": N_("NATO (% of GDP)"), "sipri_pct": N_("SIPRI (% of GDP)"), "difference_points": N_("NATO less SIPRI (points of GDP)"),
    "nato_is_estimate": N_("NATO: estimate"), "sipri_is_estimate": N_("SIPRI: estimate"), "definition_note": N_("Known reason"), "sipri_edition": N_("SIPRI edition"),
    "basis": N_("Basis"), "unit_of_value": N_("Unit"), "published_on": N_("Published on"),
    "goal": N_("Pledge or target"), "goal_status": N_("What became of it"), "standing": N_("Met or short"), "met_since": N_("Met since"),
    "met_since_estimate": N_("Met since: an estimate"), "due_assumed": N_("Due year assumed"), "currency": N_("National currency"),
    "gap_ncu_million": N_("Gap (million, national currency)"), "added_ncu_million": N_("Added each year (million, national currency)"),
    "added_usd_million": N_("Added each year (million US dollars)"), "spending_ncu_million": N_("Spending (million, national currency)"),
    "spending_usd_million": N_("Spending (million US dollars)"), "above_flat_ncu_million": N_("Above today's share (million, national currency)"),
    "above_flat_usd_million": N_("Above today's share (million US dollars)"), "seen_growth_pct": N_("Real growth in the edition (% a year)"),
    "above_flat_ncu_million_low": N_("Above today's share, low (million, national currency)"),
    "above_flat_ncu_million_high": N_("Above today's share, high (million, national currency)"),
    "flat_spending_ncu_million": N_("Today's share held (million, national currency)"), "flat_spending_usd_million": N_("Today's share held (million US dollars)"),
    "cumulative_above_flat_ncu_million": N_("Running total above (million, national currency)"),
    "cumulative_above_flat_usd_million": N_("Running total above (million US dollars)"),
    "nominal_growth_pct": N_("Growth of spending (%)"), "real_growth_pct": N_("Growth of spending above inflation (%)"), "met_on_path": N_("Year met"),
    "spending_ncu_million_low": N_("Spending, low (million, national currency)"), "spending_ncu_million_high": N_("Spending, high (million, national currency)"),
    "spending_usd_million_low": N_("Spending, low (million US dollars)"), "spending_usd_million_high": N_("Spending, high (million US dollars)"),
    "cumulative_above_flat_ncu_million_low": N_("Running total above, low (million, national currency)"),
    "cumulative_above_flat_ncu_million_high": N_("Running total above, high (million, national currency)"),
    "cumulative_above_flat_usd_million_low": N_("Running total above, low (million US dollars)"),
    "cumulative_above_flat_usd_million_high": N_("Running total above, high (million US dollars)"),
    "item": N_("Pledge or estimate"), "made_precision": N_("Date exact to"), "pledge_kind": N_("Kind of pledge"), "due_label": N_("Due"), "superseded_by": N_("Replaced by"),
    "until": N_("Replaced on"), "pledge_verdict": N_("By this edition"), "figure": N_("Figure of the edition (% of GDP)"), "within_rounding": N_("Within rounding"),
    "first_year_met": N_("First year reached"), "what": N_("What is estimated"), "how": N_("How it is reproduced"), "reproduced": N_("Reproduced"),
    "implied_gdp_ncu_million": N_("GDP implied (million, national currency)"), "implied_growth_pct": N_("GDP growth implied (% a year)"),
    "planned_ncu_million": N_("Money of the plan (million, national currency)"), "planned_gdp_ncu_million": N_("GDP behind the plan (million, national currency)"),
    "gap": N_("Not stated"), "quote": N_("Words of the source"), "claim_id": N_("Claim"), "article": N_("Article"), "speaker": N_("Who said it"), "statement": N_("What was said"),
    "claim_year": N_("Year it is about"), "claimed": N_("Figure claimed"), "comparator": N_("Compared as"), "when": N_("When it was published"), "difference": N_("Figure less claim (points)"),
    "verdict": N_("Verdict of this edition"), "verdict_then": N_("Verdict on the day"), "verdict_now": N_("Verdict now"), "reason": N_("Why not compared"), "same_number": N_("Pledges with that number"),
    "seen_from": N_("Growth seen from"), "basis_difference_pct": N_("Reported spending beside share times GDP (%)"),
    "measure_id": N_("Measure code"), "line_id": N_("Line code"), "programme": N_("Programme"), "slot": N_("Layer"), "role": N_("Nature"), "rate_pct": N_("Rate (%)"), "rate_kind": N_("Kind of rate"),
    "counted_pct": N_("Counted (%)"), "included": N_("Counted"), "why": N_("Why"), "from_on": N_("From day"), "to_on": N_("Until"), "planned_on": N_("Planned from"),
    "instrument": N_("Instrument"), "conflict": N_("Where sources disagree"), "event_id": N_("Event code"), "event": N_("Step"), "event_on": N_("Day"), "known_on": N_("Known on"), "effective_on": N_("Takes effect on"), "days_since": N_("Days since the step before"),
    "company_id": N_("Company code"), "company": N_("Company"), "vintage": N_("Review code"), "review": N_("Review"), "is_collected": N_("Collected"), "ad_pct": N_("Antidumping (%)"),
    "cvd_pct": N_("Countervailing (%)"), "s232_pct": N_("Section 232 (%)"), "sum_pct": N_("Sum (%)"), "in_force": N_("In force"), "period": N_("Period"), "grouping": N_("Grouped by"), "code": N_("Group code"), "product_fit": N_("Fit of the group to the product"), "imports_usd_million": N_("US imports (million US dollars)"),
    "claimed_usd_million": N_("Claimed under CUSMA (million US dollars)"), "duty_usd_million": N_("Rate × imports (million US dollars)"), "threatened_usd_million": N_("Threatened rate × imports (million US dollars)"),
    "note": N_("Note"), "product_id": N_("Product code"), "origin": N_("From"), "total_pct": N_("In force (%)"), "banned": N_("Import ban"), "threatened_pct": N_("Threatened (%)"), "scheduled_pct": N_("Scheduled (%)"),
    "qualifying_pct": N_("In force if it qualifies under CUSMA (%)"), "other_readings": N_("Other readings"), "not_stated": N_("Cover not stated"), "usmca": N_("Qualifies under CUSMA"), "goods": N_("Goods"),
}  # fmt: skip


def header(column: str) -> str:
    return _(COLUMNS.get(column, MEASURES.get(column, column)))


PLACES = ("iso3", "origin", "country")  # columns that hold a country or an aggregate


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """A chart's rows for people: codes by name, headers with units, yes and no as words; numbers stay numbers."""
    shown = {}
    for column in rows.columns:
        values = rows[column]
        if column in PLACES or column in WORDS:
            kind = "country" if column in PLACES else column
            values = values.map(lambda code, kind=kind: of(kind, code), na_action="ignore")
        elif str(values.dtype) in ("boolean", "bool"):
            values = values.map({True: _("yes"), False: _("no")})
        elif str(values.dtype).startswith("datetime64"):
            values = values.dt.date
        shown[header(column)] = values
    return pd.DataFrame(shown)
