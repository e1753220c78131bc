"""What articles claimed beside what every edition says, as a table; the verdict is by rule."""

from typing import Annotated, Self

import pandas as pd
from pydantic import Field

from dashboard.language import localized
from dashboard.params import Choices, KnownParams
from etl.days import today
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.claims import beside_editions, verdict

ARTICLES = Choices(
    "article",
    "SELECT article_id, concat(article_id, ' ', title) AS label, concat(article_id, ' ', title) AS label_fr FROM articles ORDER BY article_id",
)
COLUMNS = [
    "claim_id", "article", "statement", "speaker", "made_on", "made_precision", "claim_year", "comparator", "claimed", "verdict_then", "verdict_now",
    "reason", "publisher", "edition", "published_on", "when", "figure", "is_estimate", "difference", "verdict", "same_number", "quote", "source_id",
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
        SELECT claim_id, article_id AS article, {localized("statement")} AS statement, {localized("speaker")} AS speaker, made_on, made_precision, topic,
               subject_iso3, measure, claim_year, comparator, value, quote, source_id
        FROM claims WHERE made_on <= $known AND (len($articles) = 0 OR list_contains($articles, article_id)) ORDER BY claim_id
        """,
        known=params.known,
        articles=list(params.article),
    )
    figures = snapshot.sql(
        """
        SELECT s.publisher, s.edition, e.published_on, e.published_precision, s.iso3, s.year, s.measure, s.value, s.is_estimate, s.source_id
        FROM spending s JOIN editions e USING (publisher, edition) WHERE e.published_on <= $known
        """,
        known=params.known,
    )
    pledges = snapshot.sql(
        "SELECT pledge_id, iso3, measure, value_pct, due_year FROM pledges WHERE made_on <= $known", known=params.known
    )
    sources = figures.drop_duplicates(["publisher", "edition"]).set_index(["publisher", "edition"])["source_id"]
    parts = [_beside(claim, figures, pledges, sources) for claim in claims.to_dict("records")]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS).astype(TYPES)


def _beside(claim: dict, figures: pd.DataFrame, pledges: pd.DataFrame, sources: pd.Series) -> pd.DataFrame:
    ruled = verdict(claim, figures, pledges)
    beside = beside_editions(claim, figures).rename(columns={"value": "figure"})
    own = {
        **{
            name: claim[name]
            for name in (
                "claim_id",
                "article",
                "statement",
                "speaker",
                "made_on",
                "made_precision",
                "claim_year",
                "comparator",
                "quote",
            )
        },
        "claimed": claim["value"],
        "verdict_then": ruled.on_the_day,
        "verdict_now": ruled.now,
        "reason": ruled.reason,
        "same_number": ";".join(ruled.same_number) or None,
    }
    if beside.empty:
        return pd.DataFrame([own | {"source_id": claim["source_id"]}]).reindex(columns=COLUMNS).astype(TYPES)
    source = [
        ";".join(sorted({claim["source_id"], sources[row.publisher, row.edition]})) for row in beside.itertuples()
    ]
    return beside.assign(**own, source_id=source).reindex(columns=COLUMNS).astype(TYPES)
