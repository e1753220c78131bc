"""How a column of a view is derived from the rows of the ledger, where it does not hold their values as they are: one sentence each.

A column that several views have means the same in all of them, as its heading in `dashboard.columns` does.
"""

from etl.message import N_

_PATH = N_(
    "On the way from the last figure to the goal, by the shape that was chosen, with the growth and prices that were assumed."
)
_SPENT = N_(
    "Share of GDP times GDP: that of the edition or of the publisher that was chosen, carried on with the growth and prices that were assumed."
)
_FLAT = N_("The share of the last figure, held for good, times the GDP of the year.")
_ABOVE = N_("Spending on the path less spending at today's share.")
_TOTAL = N_("What is above today's share, added up from the first year on.")
_SPAN = N_("The same with the lower and the higher growth that were assumed.")
_GROWTH = N_("Spending of the year against the year before; real growth without the inflation that was assumed.")
_SEEN = N_("Real growth of GDP a year, from the year that is named on, by the same publisher as the GDP of the start.")
_GAP = N_("The distance between figure and target, in points of GDP; in money: as many points of the GDP of that year.")
_ADDED = N_("What must be added each year to be on the path, so that the goal is met in its due year.")
_SHORT = N_(
    "Target less figure, in points of GDP; in money: as many points of the GDP of the edition, at current prices. Below zero it is above the target."
)
_SUM = N_(
    "All layers of duty in force on that day are added up, those that are not charged beside another left out, as known on that day; of a group of goods: duties over imports."
)
_COUNTED = N_(
    "What of the layer's rate is counted: all of it, a part, or nothing where another layer stands in its place; the total is their sum."
)
_READINGS = N_("The lowest and the highest sum that sources or open questions allow.")
_THREAT = N_("The rate that was announced and is not in force, as known on that day.")
_DOLLARS = N_("Imports of the group times the rate, added up over its codes where the rates differ.")
_IMPORTS = N_("Imports of the codes or of the group in the period, added up.")
_DAYS = N_("The day on which the layer begins, ends or is planned, as known on the day that is looked at.")
_IMPLIED = N_("The money of the source over the share that it states: the GDP that it must have assumed.")
_IMPLIED_GROWTH = N_("The growth of GDP a year, from the last figure on, that leads to that GDP.")
_PLANNED = N_("The money of the plan, and the GDP of which that is the share that was pledged.")

RULES = {
    "difference": N_("Figure of the edition less the figure claimed."), "difference_points": N_("NATO's figure less the other publisher's."),
    "figure": N_("The figure of the edition for the year and measure of the pledge or claim."),
    "share_of_gdp_pct": _PATH, "met_on_path": N_("The first year in which the path reaches the goal."),
    "spending_ncu_million": _SPENT, "spending_usd_million": _SPENT, "flat_spending_ncu_million": _FLAT, "flat_spending_usd_million": _FLAT,
    "above_flat_ncu_million": _ABOVE, "above_flat_usd_million": _ABOVE, "cumulative_above_flat_ncu_million": _TOTAL, "cumulative_above_flat_usd_million": _TOTAL,
    "spending_ncu_million_low": _SPAN, "spending_ncu_million_high": _SPAN, "spending_usd_million_low": _SPAN, "spending_usd_million_high": _SPAN,
    "above_flat_ncu_million_low": _SPAN, "above_flat_ncu_million_high": _SPAN, "cumulative_above_flat_ncu_million_low": _SPAN, "cumulative_above_flat_ncu_million_high": _SPAN,
    "cumulative_above_flat_usd_million_low": _SPAN, "cumulative_above_flat_usd_million_high": _SPAN, "nominal_growth_pct": _GROWTH, "real_growth_pct": _GROWTH,
    "needed_pace_pct": N_("The growth of spending a year, from the last figure on, that meets the goal in its due year."),
    "seen_growth_pct": _SEEN, "seen_from": _SEEN, "met_since": N_("The first year from which on every figure meets the goal."),
    "first_year_met": N_("The first year whose figure reaches what was pledged."), "due_year": N_("The due year of the pledge, or the one that was assumed."),
    "gap_points": _GAP, "gap_ncu_million": _GAP, "gap_usd_million": _GAP, "added_ncu_million": _ADDED, "added_usd_million": _ADDED,
    "short_points": _SHORT, "short_usd_million": _SHORT, "short_ncu_million": _SHORT, "ncu_per_usd": N_("Spending in national currency over spending in US dollars, both of the edition."),
    "gdp_difference_pct": N_("GDP of the start year by the publisher that was chosen, over that of the edition, less one."),
    "target_pct": N_("The target in force for the measure."), "basis_difference_pct": N_("Spending as reported, over share times GDP, less one."),
    "until": N_("The day on which the pledge that replaced it was made."), "reproduced": N_("The estimate, computed again from the edition of the day."),
    "implied_gdp_ncu_million": _IMPLIED, "implied_growth_pct": _IMPLIED_GROWTH, "planned_ncu_million": _PLANNED, "planned_gdp_ncu_million": _PLANNED,
    "transformed": N_("The value against that of the first year: as an index (100) or as the difference."), "value_before": N_("The figure of the edition before."),
    "revision": N_("Figure less the figure of the edition before."), "price_base_year": N_("The year whose prices the edition counts in."),
    "before_pct": _SUM, "after_pct": _SUM, "total_pct": _SUM, "scheduled_pct": _SUM, "qualifying_pct": _SUM, "us_made_pct": _SUM, "rate_pct": _SUM, "counted_pct": _COUNTED,
    "change_pct": N_("The sum after less the sum before."), "lowest_pct": _READINGS, "highest_pct": _READINGS, "other_lowest_pct": _READINGS, "other_highest_pct": _READINGS, "threatened_pct": _THREAT,
    "imports_usd_million": _IMPORTS, "claimed_usd_million": _IMPORTS, "banned_usd_million": _IMPORTS, "duty_usd_million": _DOLLARS, "threatened_usd_million": _DOLLARS,
    "adcvd_usd_million": _DOLLARS, "s232_usd_million": _DOLLARS, "ieepa_usd_million": _DOLLARS, "s122_usd_million": _DOLLARS, "s301_usd_million": _DOLLARS,
    "s338_usd_million": _DOLLARS, "base_usd_million": _DOLLARS, "ledger_duty_usd_million": _DOLLARS, "ledger_pct": N_("Duties over imports, in per cent."),
    "to_on": _DAYS, "planned_on": _DAYS, "from_on": _DAYS, "days_since": N_("Days from the step before to this one."), "days_left": N_("Days from the day that is looked at to the due day."),
}  # fmt: skip
