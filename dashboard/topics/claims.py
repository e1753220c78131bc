"""What articles claimed beside what every edition says, as a table; the verdict is by rule."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Self

import pandas as pd
from pydantic import Field

from dashboard.language import localized
from dashboard.params import Choices, KnownParams, set_day
from etl.ledger.licences import MAY_BE_HANDED_ON
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from etl.settings.days import today
from policy.claims import beside_editions, rounding_of, verdict

ARTICLES = Choices(
    "article",
    "SELECT article_id, concat(article_id, ' ', title) AS label, concat(article_id, ' ', title) AS label_fr FROM articles ORDER BY article_id",
)
COLUMNS = [
    "claim_id", "article", "article_title", "iso3", "statement", "speaker", "made_on", "made_precision", "claim_year", "comparator", "claimed", "verdict_then", "verdict_now",
    "reason", "publisher", "edition", "published_on", "when", "figure", "is_estimate", "difference", "verdict", "same_number", "same_number_said", "quote", "source_id",
]  # fmt: skip
TYPES = {
    "made_on": "datetime64[us]",
    "published_on": "datetime64[us]",
    "claim_year": "Int64",
    "is_estimate": "boolean",
} | dict.fromkeys(("claimed", "figure", "difference"), "float64")


class ClaimParams(KnownParams):
    article: Annotated[tuple[str, ...], ARTICLES] = Field((), title=N_("Articles"))

    def explicit(self, snapshot: Snapshot) -> Self:
        return self.filled(known=today())


def claims_beside_editions(snapshot: Snapshot, params: ClaimParams) -> pd.DataFrame:
    """One row a claim and edition; one row alone, with the reason, for a claim no edition can be held against."""
    claims = snapshot.sql(
        f"""
        SELECT claim_id, article_id AS article, title AS article_title, {localized("statement")} AS statement, {localized("speaker")} AS speaker, made_on, made_precision, topic,
               subject_iso3, measure, claim_year, comparator, value, quote, claims.source_id
        FROM claims JOIN articles USING (article_id) WHERE made_on <= $known AND (len($articles) = 0 OR list_contains($articles, article_id)) ORDER BY claim_id
        """,
        known=params.known,
        articles=list(params.article),
    )
    figures, pledges = figures_known(snapshot, set_day(params.known)), pledges_known(snapshot, set_day(params.known))
    rounding = rounding_of(figures[figures["measure"].isin(claims["measure"])])
    parts = [_beside(claim, figures, rounding, pledges) for claim in claims.to_dict("records")]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS).astype(TYPES)


def figures_known(snapshot: Snapshot, known: date) -> pd.DataFrame:
    """Every figure of spending that was published by a day and may be handed on, as the rules of claims take them."""
    return snapshot.sql(
        f"""
        SELECT s.publisher, s.edition, e.published_on, e.published_precision, s.iso3, s.year, s.measure, s.value, s.is_estimate, s.source_id
        FROM spending s JOIN editions e USING (publisher, edition)
        WHERE e.published_on <= $known AND {MAY_BE_HANDED_ON["spending"]}
        """,
        known=known,
    )


def pledges_known(snapshot: Snapshot, known: date) -> pd.DataFrame:
    """Every pledge made by a day, as the rules of claims take them; `said` is who made it and for when."""
    return snapshot.sql(
        f"""
        SELECT pledge_id, iso3, measure, value_pct, due_year, source_id, concat_ws(', ', {localized("made_by")}, due_label) AS said
        FROM pledges WHERE made_on <= $known
        """,
        known=known,
    )


def in_words(pledge_ids: Iterable[str], pledges: pd.DataFrame) -> str | None:
    """Pledges by who made them and for when; None where there is none."""
    return "; ".join(pledges.set_index("pledge_id")["said"].loc[list(pledge_ids)]) or None


def _beside(claim: dict, figures: pd.DataFrame, rounding: pd.Series, pledges: pd.DataFrame) -> pd.DataFrame:
    ruled = verdict(claim, figures, pledges, rounding)
    beside = beside_editions(claim, figures, rounding).rename(columns={"value": "figure"})
    own = {
        **{
            name: claim[name]
            for name in (
                "claim_id",
                "article",
                "article_title",
                "statement",
                "speaker",
                "made_on",
                "made_precision",
                "claim_year",
                "comparator",
                "quote",
            )
        },
        "iso3": claim["subject_iso3"],
        "claimed": claim["value"],
        "verdict_then": ruled.on_the_day,
        "verdict_now": ruled.now,
        "reason": ruled.reason,
        "same_number": ";".join(ruled.same_number) or None,
        "same_number_said": in_words(ruled.same_number, pledges),
    }
    cited = {claim["source_id"], *pledges.loc[pledges["pledge_id"].isin(ruled.same_number), "source_id"]}
    if beside.empty:
        return pd.DataFrame([own | {"source_id": ";".join(sorted(cited))}]).reindex(columns=COLUMNS).astype(TYPES)
    about = (figures["iso3"] == claim["subject_iso3"]) & (figures["measure"] == claim["measure"])
    of_year = figures[about & (figures["year"] == int(claim["claim_year"]))]
    sources = of_year.set_index(["publisher", "edition"])["source_id"]
    source = [";".join(sorted({*cited, sources[row.publisher, row.edition]})) for row in beside.itertuples()]
    return beside.assign(**own, source_id=source).reindex(columns=COLUMNS).astype(TYPES)
