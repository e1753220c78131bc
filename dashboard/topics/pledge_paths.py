"""The path each pledge needs from the last known figure, and the gap in points of GDP and in money, as a table."""

import pandas as pd

from dashboard.language import _, labelled, money, number, trimmed_percent
from dashboard.topics import pledges, published_gdp
from dashboard.topics.pledges import PROPOSAL, PathParams
from etl.ledger.snapshot import Snapshot
from policy.backsolve import spending_for_share
from policy.baseline import Baseline
from policy.gaps import gap_from
from policy.pathways import needed, path, sensitivity

MET, SHORT, NOT_TABULATED = "met", "short", "not_tabulated"
COLUMNS = [
    "kind", "goal", "made_by", "pledge_kind", "goal_status", "year", "share_of_gdp_pct", "is_estimate", "standing", "met_since", "met_since_estimate",
    "due_assumed", "gap_points", "gap_ncu_million", "gap_usd_million", "added_ncu_million", "added_usd_million",
    "spending_ncu_million", "spending_usd_million", "above_flat_ncu_million", "above_flat_usd_million",
    "above_flat_ncu_million_low", "above_flat_ncu_million_high", "currency", "seen_growth_pct", "seen_from",
    "basis_difference_pct", *published_gdp.COLUMNS, "publisher", "edition", "source_id",
]  # fmt: skip
TYPES = {
    "year": "Int64",
    "met_since": "Int64",
    "seen_from": "Int64",
    "is_estimate": "boolean",
    "met_since_estimate": "boolean",
    "due_assumed": "boolean",
    **published_gdp.TYPES,
} | {name: "float64" for name in COLUMNS if name.endswith(("_pct", "_million", "_points", "_low", "_high"))}

OF_A_YEAR = [
    "year", "share_of_gdp_pct", "spending_ncu_million", "spending_usd_million", "above_flat_ncu_million", "above_flat_usd_million",
]  # fmt: skip


def paths_to_goals(snapshot: Snapshot, params: PathParams) -> pd.DataFrame:
    """`kind` figure: the share NATO has for a year; path: a year on the way to a goal; goal: the goal in its due year.

    A goal's gap is measured at the GDP of the start; what it adds a year is the average rise of nominal spending.
    """
    base = pledges.standing(snapshot, params)
    if base is None:
        return pd.DataFrame(columns=COLUMNS).astype(TYPES)
    code = pledges.currency(snapshot, params)
    about = {"currency": code, "publisher": "NATO", "edition": params.edition}
    points = [
        {
            "kind": "figure",
            "year": year,
            "share_of_gdp_pct": row.value,
            "is_estimate": row.is_estimate,
            "source_id": row.source_id,
        }
        | about
        for year, row in zip(base.shares.index, base.shares.itertuples(index=False), strict=True)
    ]
    for goal in pledges.goals(snapshot, params, base.start.year).itertuples():
        of_gdp = published_gdp.columns_of(base) | {"source_id": published_gdp.sources_with(goal.source_id, base)}
        points += [row | about | of_gdp for row in _goal(base, goal, params)]
    table = pd.DataFrame(points).reindex(columns=COLUMNS).astype(TYPES)
    if not base.has_money:
        money_columns = [name for name in COLUMNS if "_million" in name]
        table[money_columns] = float("nan")
    return table


def _goal(base: Baseline, goal, params: PathParams) -> list[dict]:
    """The goal's own row and, where it is not met yet, its path from the start."""
    own = {
        "kind": "goal",
        "goal": goal.goal,
        "made_by": goal.made_by,
        "pledge_kind": goal.kind,
        "goal_status": goal.goal_status,
        "year": goal.due_year,
        "share_of_gdp_pct": goal.value_pct,
        "due_assumed": goal.due_assumed,
        "seen_growth_pct": base.seen_growth_pct,
        "seen_from": base.seen_from,
        "basis_difference_pct": base.start.basis_difference_pct,
    }
    usd, ncu = spending_for_share(base.start, base.assumptions, int(goal.due_year), goal.value_pct)
    own |= {"spending_usd_million": usd, "spending_ncu_million": ncu}
    if goal.measure != pledges.CORE:
        return [own | {"standing": NOT_TABULATED}]
    gap = gap_from(base.start, goal.value_pct)
    own |= {
        "gap_points": gap.points,
        "gap_usd_million": gap.million,
        "gap_ncu_million": gap.million * base.start.ncu_per_usd,
    }
    since = base.met_since(goal.value_pct)
    if since:
        if goal.due_assumed:  # nothing is left to be due: it stands at the start
            own |= {"year": base.start.year}
        return [own | {"standing": MET, "met_since": since, "met_since_estimate": base.estimated(since)}]
    return [own | _still_needed(base, goal, params), *_way(base, goal, params)]


def _still_needed(base: Baseline, goal, params: PathParams) -> dict:
    """What a goal that is not met yet takes: more each year, and above today's share in its due year."""
    due = int(goal.due_year)
    asked = needed(base.start, goal.value_pct, due, base.assumptions, params.shape)
    low, high = _band(base, goal.value_pct, due, params)
    return {
        "standing": SHORT,
        "added_ncu_million": asked.added_ncu_million,
        "added_usd_million": asked.added_usd_million,
        "above_flat_ncu_million": asked.above_flat_due_ncu_million,
        "above_flat_usd_million": asked.above_flat_due_usd_million,
        "above_flat_ncu_million_low": low,
        "above_flat_ncu_million_high": high,
    }


def _way(base: Baseline, goal, params: PathParams) -> list[dict]:
    """A row for each year on the way to a goal."""
    way = path(base.start, goal.value_pct, int(goal.due_year), base.assumptions, params.shape)
    return [{"kind": "path", "goal": goal.goal} | row for row in way[OF_A_YEAR].to_dict("records")]


def _band(base: Baseline, target_pct: float, due: int, params: PathParams) -> tuple[float, float]:
    """Smallest and largest amount above today's share in the due year over the band of growth."""
    if not params.band:
        return float("nan"), float("nan")
    last = sensitivity(base.start, target_pct, due, base.assumptions, params.shape, spread_points=params.band).iloc[-1]
    return float(last["above_flat_ncu_million_low"]), float(last["above_flat_ncu_million_high"])


# --- in words -----------------------------------------------------------------------------------------------------


def goal_called(goal) -> str:
    """ "3.5 % by 2035"; "2.5 % by 2030 (proposed, year assumed)"."""
    if goal["standing"] == MET and goal["due_assumed"]:
        return trimmed_percent(goal["share_of_gdp_pct"])
    name = pledges.goal_name(goal["share_of_gdp_pct"], goal["year"], in_all=goal["standing"] == NOT_TABULATED)
    if goal["pledge_kind"] == PROPOSAL:
        words = _("{goal} (proposed, year assumed)") if goal["due_assumed"] else _("{goal} (proposed)")
        return words.format(goal=name)
    return _("{goal} (year assumed)").format(goal=name) if goal["due_assumed"] else name


def met_said(goal) -> str:
    """ "met since 2025 (estimate)"."""
    return pledges.met_in_words(int(goal["met_since"]), bool(goal["met_since_estimate"]))


def amount_due(goal) -> str:
    """Above today's share in the due year, with its band where one is asked for."""
    amount = money(goal["above_flat_ncu_million"], goal["currency"])
    if pd.isna(goal["above_flat_ncu_million_low"]):
        return amount
    low, high = (money(goal[f"above_flat_ncu_million_{end}"], goal["currency"]) for end in ("low", "high"))
    return _("{amount} ({low} to {high})").format(amount=amount, low=low, high=high)


def gap_said(goal) -> str:
    """What the gap is at the GDP of the start: in national currency and in US dollars."""
    both = [money(goal["gap_ncu_million"], goal["currency"])]
    if goal["currency"] != "USD":
        both.append(money(goal["gap_usd_million"], "USD"))
    return _(" or ").join(both)


def goal_in_words(goal) -> str:
    """One goal in full, for the mark and the summary."""
    goal = goal._asdict() if hasattr(goal, "_asdict") else goal
    name = _("{goal}, {made_by}").format(goal=goal_called(goal), made_by=goal["made_by"])
    if goal["standing"] == MET:
        return labelled(name, met_said(goal))
    if goal["standing"] == NOT_TABULATED:
        whole = (
            ""
            if pd.isna(goal["spending_ncu_million"])
            else _(" (all of it: {amount} in {year})").format(
                amount=money(goal["spending_ncu_million"], goal["currency"]), year=goal["year"]
            )
        )
        return _("{name}: NATO tabulates the core part only, so no path is drawn{whole}").format(name=name, whole=whole)
    gap = labelled(name, _("{points} points short").format(points=number(goal["gap_points"])))
    if pd.isna(goal["gap_ncu_million"]):
        return gap
    return gap + _(
        ", {gap} at the start year's GDP; about {added} more each year, {due} above today's share in {year}"
    ).format(
        gap=gap_said(goal),
        added=money(goal["added_ncu_million"], goal["currency"]),
        due=amount_due(goal),
        year=goal["year"],
    )
