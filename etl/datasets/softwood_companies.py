"""Antidumping."""

from etl.contract import Dataset, day, flag, number, text
from etl.message import N_

DATASET = Dataset(
    name="softwood_companies",
    title=N_("Softwood duties by company"),
    description=N_(
        "Antidumping, countervailing and Section 232 duties on Canadian softwood lumber by "
        "company and review, with their sum."
    ),
    key=("company_id", "vintage"),
    min_rows=6,
    references={"source_id": "sources.source_id"},
    fields={
        "company_id": text(N_("Company code")),
        "vintage": text(N_("Review")),
        "company_en": text(N_("Name in English")),
        "company_fr": text(N_("Name in French")),
        "vintage_en": text(N_("Review, in English")),
        "vintage_fr": text(N_("Review, in French")),
        "from_on": day(N_("First day of the combination of rates, or the day preliminary results were published")),
        "is_collected": flag(N_("Collected at the border")),
        "ad_pct": number(N_("Antidumping duty"), ge=0, le=100, unit="%"),
        "cvd_pct": number(N_("Countervailing duty"), nullable=True, ge=0, le=100, unit="%"),
        "s232_pct": number(N_("Section 232 duty"), ge=0, le=100, unit="%"),
        "sum_pct": number(N_("Sum of the three, as published"), nullable=True, ge=0, le=200, unit="%"),
        "note": text(N_("Note in English"), nullable=True),
        "note_fr": text(N_("Note in French"), nullable=True),
        "source_id": text(N_("Source of the row")),
    },
)
