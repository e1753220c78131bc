"""What the articles state and who said it: claims, attributed and quoted, never figures of our own."""

import pandera.pandas as pa

from etl.contract import Dataset, day, number, text, whole
from etl.message import N_
from etl.vocabulary import CLAIM, GROUP

TOPICS = ("spending", "target", "pledge", "deadline", "tariff", "group")
MEASURES = ("share_of_gdp_pct", "rate_pct", "total_pct")
COMPARATORS = ("eq", "lt", "le", "gt", "ge")
UNITS = ("% of GDP", "%", "countries")

DATASET = Dataset(
    name="claims",
    title=N_("Claims"),
    description=N_("Statements of the source articles, attributed and quoted, to hold beside what the editions say."),
    key=("claim_id",),
    min_rows=1,
    references={
        "article_id": "articles.article_id",
        "subject_iso3": "countries.iso3",
        "product_id": "products.product_id",
        "source_id": "sources.source_id",
    },
    fields={
        "claim_id": text(N_("Number of the claim: article and position"), form=CLAIM),
        "article_id": text(N_("Number of the article")),
        "speaker": text(N_("Who said it")),
        "speaker_fr": text(N_("Who said it, in French")),
        "made_on": day(N_("Date of the article; the first of the month or year where only that is known")),
        "made_precision": text(N_("How exact that date is"), choices=("day", "month", "year")),
        "topic": text(N_("What the claim is about"), choices=TOPICS),
        "stance": text(N_("Stated, proposed or threatened"), choices=("stated", "proposed", "threatened")),
        "subject": text(N_("Whom or what it is about, in words")),
        "subject_iso3": text(N_("Country it is about"), nullable=True),
        "subject_group": text(N_("Group of countries it is about"), nullable=True, form=GROUP),
        "product_id": text(N_("Product it is about"), nullable=True),
        "measure": text(N_("What is measured"), nullable=True, choices=MEASURES),
        "claim_year": whole(N_("Year the claim is about"), nullable=True, ge=2000, le=2060),
        "claim_date": day(N_("Day the claim is about"), nullable=True),
        "date_text": text(N_("Date as stated"), nullable=True),
        "comparator": text(
            N_("How the claim compares with the value: eq, lt, le, gt or ge"), nullable=True, choices=COMPARATORS
        ),
        "value": number(N_("The figure claimed"), nullable=True, ge=0),
        "unit": text(N_("Unit of the value, in words"), nullable=True, choices=UNITS),
        "statement": text(N_("The claim in a sentence")),
        "statement_fr": text(N_("The claim in a sentence, in French")),
        "quote": text(N_("Words of the source")),
        "source_id": text(N_("Source of the row")),
    },
    checks=(
        pa.Check(
            lambda frame: (
                frame["value"].notna().eq(frame["unit"].notna())
                & frame["value"].notna().eq(frame["comparator"].notna())
            ),
            error=N_("A claimed value needs a unit and a comparator, and they need a value."),
        ),
        pa.Check(
            lambda frame: frame["claim_year"].isna() | frame["claim_date"].isna(),
            error=N_("A claim is about a year or about a day, not both."),
        ),
    ),
)
