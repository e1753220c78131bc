"""Rules by which derived figures of a view can be computed again in SQL from figures of the same view; the script's words.

A rule is held against the figures before it is handed out, and left out where it doesn't give them.
"""

from dataclasses import dataclass

from etl.message import N_
from policy.assumptions import SHARE_ROUNDING_POINTS


@dataclass(frozen=True)
class Rule:
    """A column in SQL over the view's other columns. `{name}` stands for a parameter of the view."""

    column: str
    sql: str
    inputs: tuple[str, ...]
    params: tuple[str, ...] = ()


SUM_OF_LAYERS = "CASE WHEN kind = 'total' THEN sum(counted_pct) FILTER (kind = 'layer' AND included) OVER ({of}) END"

RULES = (
    Rule("short_points", "target_pct - share_of_gdp_pct", ("target_pct", "share_of_gdp_pct")),
    Rule(
        "short_usd_million",
        f"CASE WHEN abs(100 * expenditure_usd_million / gdp_usd_current_million - share_of_gdp_pct) <= {SHARE_ROUNDING_POINTS + 1e-9}"
        " THEN target_pct / 100 * gdp_usd_current_million - expenditure_usd_million"
        " ELSE (target_pct - share_of_gdp_pct) / 100 * gdp_usd_current_million END",
        ("target_pct", "share_of_gdp_pct", "gdp_usd_current_million", "expenditure_usd_million"),
    ),
    Rule("short_ncu_million", "short_usd_million * ncu_per_usd", ("short_usd_million", "ncu_per_usd")),
    Rule("transformed", "100 * value / max(value) FILTER (year = {since}) OVER (PARTITION BY publisher, iso3)", ("value", "year", "iso3"), ("since",)),
    Rule("transformed", "value - max(value) FILTER (year = {since}) OVER (PARTITION BY publisher, iso3)", ("value", "year", "iso3"), ("since",)),
    Rule("above_flat_ncu_million", "spending_ncu_million - flat_spending_ncu_million", ("spending_ncu_million", "flat_spending_ncu_million")),
    Rule("above_flat_usd_million", "spending_usd_million - flat_spending_usd_million", ("spending_usd_million", "flat_spending_usd_million")),
    Rule("cumulative_above_flat_ncu_million", "sum(above_flat_ncu_million) OVER (ORDER BY year)", ("above_flat_ncu_million", "year")),
    Rule("cumulative_above_flat_usd_million", "sum(above_flat_usd_million) OVER (ORDER BY year)", ("above_flat_usd_million", "year")),
    Rule("nominal_growth_pct", "100 * (spending_ncu_million / lag(spending_ncu_million) OVER (ORDER BY year) - 1)", ("spending_ncu_million", "year")),
    Rule("difference", "figure - claimed", ("figure", "claimed")),
    Rule("days_left", "date_diff('day', DATE '{on}', due_on::DATE)", ("due_on",), ("on",)),
    Rule(
        "days_since", "date_diff('day', lag(event_on::DATE) OVER (PARTITION BY measure_id ORDER BY event_on, event_id), event_on::DATE)",
        ("event_on", "measure_id", "event_id"),
    ),
    Rule("change_pct", "after_pct - before_pct", ("after_pct", "before_pct")),
    Rule("rate_pct", SUM_OF_LAYERS.format(of=""), ("kind", "counted_pct", "included")),
    Rule("rate_pct", SUM_OF_LAYERS.format(of="PARTITION BY usmca"), ("kind", "counted_pct", "included", "usmca")),
    Rule("threatened_usd_million", "imports_usd_million * threatened_pct / 100", ("imports_usd_million", "threatened_pct")),
    Rule("rate_pct", "100 * duty_usd_million / imports_usd_million", ("duty_usd_million", "imports_usd_million")),
)  # fmt: skip

WORDS = {
    "asked": N_("as asked of the zip"),
    "computed": N_("computed again"),
    "inputs_only": N_("not re-computed: checked by its inputs only"),
    "input": N_("Input {number} ({tables}): {rows} rows"),
    "input_differs": N_("DIFFERS: input {number} ({tables}): {others} rows are not as published, {missing} published rows are missing"),
    "row_gone": N_("DIFFERS: row {row}: not in the answer to input {number} any more ({columns})"),
    "differs": N_("DIFFERS: row {row}: {column} was published as {published}, here it is {now}"),
    "asked_again": N_("Cells asked of the zip again: {number}"),
    "computed_again": N_("Cells computed again by their rule: {number}"),
    "rule_in_program": N_("How the program derives what is not re-computed here (in English): {rule}"),
    "agree": N_("No differences: the inputs, and the figures that are asked or computed again here, are as published."),
    "differ": N_("Differences: {number}"),
    "no_answer": N_("DIFFERS: the tables in the zip can not be asked what the view asked: {error}"),
    "no_zip": N_("{place} is no zip of release {release}: give the file or the address of one that Alliance Ledger wrote."),
}  # fmt: skip
