"""What the charts of the Pledges page share: the parameters of a path, its starting figure, and the goals it may aim at.

A goal is a country's pledge or an alliance target. Amounts are millions; NCU is the national currency.
"""

import re
from typing import Annotated, Literal, Self

import pandas as pd
from pydantic import Field, StringConstraints

from dashboard import labels
from dashboard.language import _, currency_name, localized, number, trimmed_percent
from dashboard.params import NATO_EDITIONS, Choices, KnownParams, newest_edition
from dashboard.topics import published_gdp
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from etl.settings.days import today
from policy.baseline import MEASURES, Baseline, baseline

CORE = "share_of_gdp_pct"
PROPOSAL, TARGET = "proposal", "target"  # kinds of goals that are no pledge of the country
# What is drawn when nothing is chosen: a country's best-known goals where it has any of its own, else the alliance's.
NATIONAL_GOALS = ("can-2027-proposed", "can-2030", "can-2.5-proposed", "can-hague-3.5")
ALLIANCE_GOALS = ("nato-2", "hague-3.5")
YEAR_AND_RATE = r"20\d\d:-?\d{1,2}(\.\d{1,3})?"
LOWEST_RATE = 0.0001
LEAST_BASIS_DIFFERENCE_PCT = 0.05  # told from here on

SPENDERS = Choices(
    "country",
    "SELECT DISTINCT s.iso3, c.iso3 IS NULL AS aggregate FROM spending s LEFT JOIN countries c USING (iso3) "
    "WHERE s.publisher = 'NATO' AND s.measure = 'share_of_gdp_pct' ORDER BY aggregate, s.iso3",
)
GOALS = Choices(
    "goal",
    """
    SELECT goal, label, label_fr FROM (
        SELECT target_id AS goal, label, label_fr, '' AS iso3, value_pct, coalesce(due_year, 9999) AS due FROM targets
        WHERE measure IN ('share_of_gdp_pct', 'total_share_of_gdp_pct') AND target_id <> 'path-2.5'
        UNION ALL
        SELECT pledge_id, concat_ws(', ', concat(iso3, ' ', format('{:g}', value_pct), ' %'), due_label, made_by),
        concat_ws(', ', concat(iso3, ' ', replace(format('{:g}', value_pct), '.', ','), ' %'), due_label, made_by_fr),
        iso3, value_pct, coalesce(due_year, 9999) FROM pledges
        WHERE measure IN ('share_of_gdp_pct', 'total_share_of_gdp_pct')
    ) ORDER BY iso3, value_pct, due
    """,
)
STARTS = Choices(
    "plain",
    "SELECT DISTINCT year FROM spending WHERE publisher = 'NATO' AND measure = 'share_of_gdp_pct' ORDER BY year DESC",
)
Shape = Literal["straight", "constant_growth", "slow_then_fast", "fast_then_slow", "at_the_end"]


class PathParams(KnownParams):
    """Where a path starts, what it aims at and what is assumed about the economy on the way."""

    country: Annotated[str, SPENDERS] = Field("CAN", title=N_("Country"))
    goals: Annotated[tuple[str, ...], GOALS] = Field((), title=N_("Pledges and targets"), max_length=8)
    edition: Annotated[str | None, NATO_EDITIONS] = Field(None, title=N_("Edition"))
    gdp: Annotated[str, published_gdp.STARTS] = Field(published_gdp.EDITION, title=N_("GDP starts from"))
    growth: float = Field(1.5, ge=-10.0, le=15.0, title=N_("Real GDP growth, % a year"))
    deflator: float = Field(2.0, ge=-5.0, le=50.0, title=N_("GDP deflator, % a year"))
    shape: Shape = Field("straight", title=N_("Path"))
    due: int = Field(2030, ge=2025, le=2060, title=N_("If a goal has no year, assume"))
    band: float = Field(0.0, ge=0.0, le=5.0, title=N_("Range: growth ± points"))
    rate: float | None = Field(None, ge=LOWEST_RATE, le=100_000.0, title=N_("National currency per US$"))
    start: Annotated[int | None, STARTS] = Field(None, title=N_("Starts from"))
    growth_by_year: tuple[Annotated[str, StringConstraints(pattern=f"^{YEAR_AND_RATE}$")], ...] = Field(
        (), title=N_("Real GDP growth by year"), max_length=60
    )

    def explicit(self, snapshot: Snapshot) -> Self:
        known = self.known or today()
        filled = self.filled(known=known, edition=newest_edition(snapshot, "NATO", known))
        base = standing(snapshot, filled)
        if base is None:
            return filled
        own = self.goals or tuple(goals(snapshot, filled, base.start.year)["goal"])
        filled = filled.model_copy(update={"goals": own})
        return filled.filled(start=base.start.year, rate=round(base.start.ncu_per_usd, 6) if base.has_money else None)


def rates_by_year(entries: tuple[str, ...]) -> dict[int, float]:
    """("2026:1.5", "2027:1.8") as {2026: 1.5, 2027: 1.8}."""
    return {int(year): float(rate) for year, _colon, rate in (entry.partition(":") for entry in entries)}


def parsed_growth(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a person typed as a yearly table: (entries as a link holds them, by year; pieces not understood).

    Years and rates are told apart by a colon, = or space; entries by commas, semicolons or lines. A comma between digits
    that no year follows is a decimal one.
    """
    text = re.sub(r"[−–]", "-", text.replace("\u00a0", " ").replace("%", " "))
    text = re.sub(r"(?<=\d),(?!20\d\d\s*[:=\s])(?=\d)", ".", text)
    entries, refused = {}, []
    for piece in filter(None, (part.strip() for part in re.split(r"[,;\n]+", text))):
        match = re.fullmatch(r"(20\d\d)\s*[:= \t]\s*\+?(-?\d{1,2}(?:\.\d{1,3})?)", piece)
        if match:
            entries[int(match[1])] = f"{match[1]}:{match[2]}"
        else:
            refused.append(piece)
    return tuple(entries[year] for year in sorted(entries)), tuple(refused)


def standing(snapshot: Snapshot, params: PathParams) -> Baseline | None:
    """Where the country stands in the edition; None when the edition has no share for it."""
    figures = snapshot.sql(
        """
        SELECT year, measure, value, is_estimate, source_id FROM spending
        WHERE publisher = 'NATO' AND edition = $edition AND iso3 = $country AND list_contains($measures, measure)
        """,
        edition=params.edition,
        country=params.country,
        measures=list(MEASURES),
    )
    return baseline(
        figures,
        start_year=params.start,
        real_growth_pct=params.growth,
        deflator_pct=params.deflator,
        growth_by_year=rates_by_year(params.growth_by_year),
        ncu_per_usd=params.rate,
        published=published_gdp.series(snapshot, params.gdp, params.country, params.known),
    )


def currency(snapshot: Snapshot, params: PathParams) -> str:
    """ISO 4217 code of the national currency in the edition; US dollars for aggregates."""
    currencies = snapshot.sql(
        "SELECT currency FROM currencies WHERE publisher = 'NATO' AND iso3 = $country ORDER BY edition = $edition DESC, edition DESC LIMIT 1",
        country=params.country,
        edition=params.edition,
    )
    return "USD" if currencies.empty else currencies["currency"].iloc[0]


def goals(snapshot: Snapshot, params: PathParams, start_year: int) -> pd.DataFrame:
    """The goals to draw: the country's among those chosen, and alliance targets; where none is left, the alliance's own.

    Columns: goal, measure, value_pct, due_year, due_label, made_by, kind, goal_status, source_id, due_assumed. A goal
    without a due year, or with one that has passed by the start, gets the year the parameters say.
    """
    table = snapshot.sql(
        f"""
        SELECT pledge_id AS goal, measure, value_pct, due_year, due_label, {localized("made_by")} AS made_by, kind, status AS goal_status, source_id
        FROM pledges WHERE iso3 = $country AND made_on <= $known
        UNION ALL
        SELECT target_id, measure, value_pct, due_year, CAST(due_year AS VARCHAR), {localized("agreed_at")}, 'target', 'open', source_id
        FROM targets WHERE agreed_on <= $known
        ORDER BY value_pct, due_year NULLS LAST, goal
        """,
        country=params.country,
        known=params.known,
    )
    chosen = table[table["goal"].isin(params.goals or NATIONAL_GOALS)]
    if chosen.empty:
        chosen = table[table["goal"].isin(ALLIANCE_GOALS)]
    passed = ~(chosen["due_year"] > start_year).fillna(False).astype(bool)
    return chosen.assign(
        due_assumed=passed, due_year=chosen["due_year"].mask(passed, max(params.due, start_year + 1))
    ).reset_index(drop=True)


def assumptions_in_words(params: PathParams, row: pd.Series, *, has_money: bool = True, path: bool = True) -> str:
    """What the amounts of a chart's row rest on, for the line under it: whose GDP, what is assumed and, of a `path`, its shape and dollars."""
    code, since, growth = str(row["currency"]), row["seen_from"], row["seen_growth_pct"]
    parts = [_("real GDP {growth} a year").format(growth=_signed_percent(params.growth))]
    if not pd.isna(growth) and since:
        own = (
            _("(the edition's own average since {year}: {growth})")
            if pd.isna(row["gdp_year"])
            else _("(that series' own average since {year}: {growth})")
        )
        parts[0] += " " + own.format(year=since, growth=_signed_percent(round(growth, 1)))
    if params.growth_by_year:
        table = ", ".join(
            f"{year}: {_signed_percent(rate)}" for year, rate in rates_by_year(params.growth_by_year).items()
        )
        parts.append(_("but {table}").format(table=table))
    parts.append(_("prices {deflator} a year").format(deflator=_signed_percent(params.deflator)))
    if path and params.rate and code != "USD":
        parts.append(
            _("US$1 = {rate} {currency}").format(rate=number(params.rate, 4), currency=currency_name(code, params.rate))
        )
    parts += [labels.of("shape", params.shape)] if path else []
    assumed = _("Assumed: {list}.").format(list="; ".join(parts))
    whose = published_gdp.in_words(row, params.gdp, params.country) if has_money else ""
    return f"{whose} {assumed}".strip()


def caveats(params: PathParams, goal: pd.Series, *, has_money: bool) -> list[str]:
    """Sentences on what amounts rest on: the assumptions, an edition without amounts, a share on another basis."""
    sentences = [assumptions_in_words(params, goal, has_money=has_money)]
    if not has_money:
        sentences.append(
            _("NATO edition {edition} holds shares of GDP only: no amounts.").format(edition=params.edition)
        )
    if abs(goal["basis_difference_pct"]) >= LEAST_BASIS_DIFFERENCE_PCT:
        words = _(
            "NATO's share is of real GDP: the spending it reports is {difference} % away from share times nominal GDP."
        )
        sentences.append(words.format(difference=number(goal["basis_difference_pct"], 1)))
    return sentences


def goal_name(value_pct: float, due_year: int, *, in_all: bool = False) -> str:
    """ "3.5 % by 2035"; the 5 % of The Hague is "5 % in all by 2035"."""
    words = _("{share} in all by {year}") if in_all else _("{share} by {year}")
    return words.format(share=trimmed_percent(value_pct), year=due_year)


def met_in_words(since: int, is_estimate: bool) -> str:
    return (_("met since {year} (estimate)") if is_estimate else _("met since {year}")).format(year=since)


def _signed_percent(value: float) -> str:
    return ("+" if value > 0 else "") + trimmed_percent(value)


class GoalParams(PathParams):
    """A path to one goal: unless one is named, the highest of the goals that is not met yet."""

    goal: Annotated[str | None, GOALS] = Field(None, title=N_("Cost of"))

    def explicit(self, snapshot: Snapshot) -> Self:
        filled = super().explicit(snapshot)
        base = standing(snapshot, filled)
        if base is None or filled.goal:
            return filled
        chosen = goals(snapshot, filled, base.start.year)
        chosen = chosen[chosen["measure"] == CORE]
        short = chosen.loc[[base.met_since(value) is None for value in chosen["value_pct"]]]
        best = (chosen if short.empty else short).sort_values(["value_pct", "due_year"])
        return filled if best.empty else filled.filled(goal=best["goal"].iloc[-1])


def one_goal(snapshot: Snapshot, params: GoalParams, base: Baseline) -> pd.Series | None:
    """The goal of the parameters as a row of `goals`; None when it is not the country's, not known yet, or not tabulated."""
    matching = goals(snapshot, params.model_copy(update={"goals": (params.goal,)}), base.start.year)
    matching = matching[(matching["goal"] == params.goal) & (matching["measure"] == CORE)]
    return None if matching.empty else matching.iloc[0]
