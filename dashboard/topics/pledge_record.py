"""Who pledged what when, what replaced it, whether each edition says it was met, and what independent offices made of it, as a table."""

from typing import Annotated, Self

import pandas as pd
from pydantic import Field

from dashboard.language import localized
from dashboard.params import Choices, KnownParams
from dashboard.topics.pledges import SPENDERS, TARGET
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from etl.settings import days
from policy.baseline import MEASURES, Baseline, baseline
from policy.estimates import IMPLIED_GDP, NO_EDITION, NO_READING, SAME_MONEY, reproduce
from policy.pledges import MET, NO_DUE_YEAR, NOT_TABULATED, status_by_edition

COLUMNS = [
    "kind", "item", "made_by", "made_on", "made_precision", "pledge_kind", "value", "unit", "due_label", "goal_status", "superseded_by", "until",
    "pledge_verdict", "figure", "is_estimate", "within_rounding", "first_year_met", "publisher", "edition", "published_on",
    "what", "how", "reproduced", "implied_gdp_ncu_million", "implied_growth_pct", "planned_ncu_million", "planned_gdp_ncu_million", "currency", "gap", "quote", "note", "source_id",
]  # fmt: skip
TYPES = {
    "made_on": "datetime64[us]",
    "until": "datetime64[us]",
    "published_on": "datetime64[us]",
    "is_estimate": "boolean",
    "within_rounding": "boolean",
    "first_year_met": "Int64",
} | {
    name: "float64"
    for name in (
        "value",
        "figure",
        "reproduced",
        "implied_gdp_ncu_million",
        "implied_growth_pct",
        "planned_ncu_million",
        "planned_gdp_ncu_million",
    )
}
GAPS = (NO_DUE_YEAR, NOT_TABULATED)


class RecordParams(KnownParams):
    country: Annotated[str, SPENDERS] = Field("CAN", title=N_("Country"))
    publisher: Annotated[str, Choices("publisher", "SELECT DISTINCT publisher FROM editions ORDER BY publisher")] = (
        Field("NATO", title=N_("Judged by"))
    )

    def explicit(self, snapshot: Snapshot) -> Self:
        return self.filled(known=days.today())


def pledge_record(snapshot: Snapshot, params: RecordParams) -> pd.DataFrame:
    """`kind` pledge: one row a pledge and edition; estimate: what an office published, and the calculator's way back to it;
    gap: what no source at hand says (`gap`)."""
    pledges, figures = _pledges(snapshot, params), _figures(snapshot, params)
    judged = (
        status_by_edition(pledges, figures)
        .drop(columns=["published_on", "due_year"])
        .rename(columns={"status": "pledge_verdict", "value": "figure"})
    )
    edition = ["publisher", "edition"]
    published = figures[[*edition, "published_on"]].drop_duplicates()
    own = (
        figures[figures["iso3"] == params.country]
        .groupby(edition)["source_id"]
        .agg(lambda ids: ";".join(sorted({*ids})))
    )
    made = (
        pledges.rename(columns={"value_pct": "value"})
        .merge(judged, on="pledge_id", how="left")
        .merge(published, on=edition, how="left")
        .merge(own.rename("judged_by"), on=edition, how="left")
    )
    made["source_id"] = made["source_id"].str.cat(made["judged_by"], sep=";").fillna(made["source_id"])
    # "Met" is a verdict of the editions known by the day, never a word of the seed.
    met = made.loc[(made["publisher"] == "NATO") & (made["pledge_verdict"] == MET), "pledge_id"]
    status = made["goal_status"].mask(made["goal_status"] == "met", "open")
    made["goal_status"] = status.mask((status == "open") & made["pledge_id"].isin(met), "met")
    made = made.assign(kind="pledge", item=made["pledge_id"], unit="% of GDP").sort_values(
        ["made_on", "item", "published_on"]
    )
    estimates = _estimates(snapshot, params, pledges)
    parts = [part.reindex(columns=COLUMNS) for part in (made, estimates, _gaps(made, estimates)) if len(part)]
    return (
        pd.concat([part.astype(TYPES) for part in parts], ignore_index=True)
        if parts
        else pd.DataFrame(columns=COLUMNS).astype(TYPES)
    )


def _pledges(snapshot: Snapshot, params: RecordParams) -> pd.DataFrame:
    """Pledges made by the day, a country's own and those that the alliance made for all; `until` is the day another replaced
    them, if that was known by then."""
    own = snapshot.sql(
        f"""
        SELECT p.pledge_id, p.iso3, p.{localized("made_by")} AS made_by, p.kind AS pledge_kind, p.made_on, p.made_precision, p.measure, p.value_pct, p.due_year,
               p.due_label, p.quote, p.{localized("note")} AS note, p.source_id, n.made_on AS until, CASE WHEN n.pledge_id IS NOT NULL THEN p.superseded_by END AS superseded_by,
               CASE WHEN p.status IN ('superseded', 'overtaken') AND n.pledge_id IS NULL THEN 'open' ELSE p.status END AS goal_status
        FROM pledges p LEFT JOIN pledges n ON n.pledge_id = p.superseded_by AND n.made_on <= $known
        WHERE p.iso3 = $country AND p.made_on <= $known ORDER BY p.made_on, p.pledge_id
        """,
        country=params.country,
        known=params.known,
    )
    targets, same = _targets(snapshot, params), ["measure", "value_pct", "due_year"]
    said_again = targets[same].merge(own[same].drop_duplicates(), how="left", indicator=True)["_merge"] == "both"
    parts = [part for part in (own, targets[~said_again.to_numpy()]) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else own


def _targets(snapshot: Snapshot, params: RecordParams) -> pd.DataFrame:
    """What the alliance agreed on for all, as pledges of the country."""
    return snapshot.sql(
        f"""
        SELECT target_id AS pledge_id, $country AS iso3, {localized("agreed_at")} AS made_by, '{TARGET}' AS pledge_kind, agreed_on AS made_on,
               agreed_precision AS made_precision, measure, value_pct, due_year, CAST(due_year AS VARCHAR) AS due_label, {localized("label")} AS quote, {localized("note")} AS note, source_id,
               CAST(NULL AS DATE) AS until, CAST(NULL AS VARCHAR) AS superseded_by, 'open' AS goal_status
        FROM targets WHERE agreed_on <= $known AND measure IN ('share_of_gdp_pct', 'total_share_of_gdp_pct') AND target_id <> 'path-2.5'
        ORDER BY agreed_on, target_id
        """,
        country=params.country,
        known=params.known,
    )


def _figures(snapshot: Snapshot, params: RecordParams) -> pd.DataFrame:
    return snapshot.sql(
        """
        SELECT s.publisher, s.edition, e.published_on, s.iso3, s.year, s.measure, s.value, s.is_estimate, s.source_id
        FROM spending s JOIN editions e USING (publisher, edition)
        WHERE s.measure = 'share_of_gdp_pct' AND e.published_on <= $known
        """,
        known=params.known,
    )


def _estimates(snapshot: Snapshot, params: RecordParams, pledges: pd.DataFrame) -> pd.DataFrame:
    estimates = snapshot.sql(
        f"""
        SELECT 'estimate' AS kind, estimate_id AS item, {localized("made_by")} AS made_by, published_on AS made_on, 'day' AS made_precision, value, unit,
               fiscal_year AS due_label, {localized("what")} AS what, source_id FROM independent_estimates
        WHERE iso3 = $country AND published_on <= $known ORDER BY published_on, estimate_id
        """,
        country=params.country,
        known=params.known,
    )
    bases = {
        row.item: base
        for row in estimates.itertuples()
        if (base := _base(snapshot, params.country, row.made_on)) is not None
    }
    starts = {item: base.start for item, base in bases.items()}
    back = reproduce(estimates.rename(columns={"item": "estimate_id", "due_label": "fiscal_year"}), starts, pledges)
    found = estimates.merge(back.rename(columns={"estimate_id": "item"}), on="item").assign(currency="CAD")
    own = found["item"].map({item: base.shares["source_id"].iloc[0] for item, base in bases.items()})
    return found.assign(source_id=found["source_id"].str.cat(own, sep=";").fillna(found["source_id"]))


def _base(snapshot: Snapshot, country: str, known: pd.Timestamp) -> Baseline | None:
    """Where the country stood, and on which figures, in the newest NATO edition with amounts published by that day."""
    figures = snapshot.sql(
        """
        SELECT year, measure, value, is_estimate, source_id FROM spending WHERE publisher = 'NATO' AND iso3 = $country AND list_contains($measures, measure)
        AND edition = (SELECT edition FROM editions e WHERE publisher = 'NATO' AND published_on <= $known
            AND EXISTS (FROM spending s WHERE s.publisher = 'NATO' AND s.edition = e.edition AND s.measure = 'gdp_usd_current_million') ORDER BY published_on DESC LIMIT 1)
        """,
        country=country,
        measures=list(MEASURES),
        known=known.date(),
    )
    base = None if figures.empty else baseline(figures, real_growth_pct=0, deflator_pct=0)
    return None if base is None or not base.has_money else base


def _gaps(made: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """What no source at hand says, by rule: no due year, no exact day, a measure nobody tabulates, a GDP nobody printed."""
    columns = ["item", "made_by", "made_on", "value", "unit", "due_label", "what", "source_id"]
    once = made.drop_duplicates("item").reindex(columns=[*columns, "made_precision", "measure"])
    judged = {code: set(made.loc[made["pledge_verdict"] == code, "item"]) for code in GAPS}
    parts = [once[once["item"].isin(items)].assign(gap=code) for code, items in judged.items()]
    parts.append(once[once["made_precision"] != "day"].assign(gap="no_exact_day"))
    reproduced = estimates.reindex(columns=[*columns, "how"])
    parts.append(reproduced[reproduced["how"].isin([IMPLIED_GDP, SAME_MONEY])].assign(gap="gdp_not_printed"))
    parts.append(reproduced[reproduced["how"].isin([NO_EDITION, NO_READING])].assign(gap="not_reproducible"))
    return (
        pd.concat([part[[*columns, "gap"]] for part in parts if len(part)], ignore_index=True).assign(kind="gap")
        if any(map(len, parts))
        else pd.DataFrame()
    )
