"""What each publisher said, and when: the editions of the spending figures."""

import pandera.pandas as pa

from etl.contract import Dataset, day, text, whole
from etl.message import N_
from etl.vocabulary import PUBLISHER, YEAR_MONTH

DATASET = Dataset(
    name="editions",
    title=N_("Editions"),
    description=N_("The publications the spending figures come from. Editions disagree and never replace one another."),
    key=("publisher", "edition"),
    min_rows=3,
    references={"source_id": "sources.source_id"},
    rhythm="year",
    said="published_on",
    fields={
        "publisher": text(N_("Publisher of the figures"), form=PUBLISHER),
        "edition": text(N_("Edition, by year and month of publication"), form=YEAR_MONTH),
        "title": text(N_("Title of the publication")),
        "published_on": day(N_("Day it was published; the first of the month where only the month is known")),
        "published_precision": text(N_("How exact the publication date is"), choices=("day", "month")),
        "data_cutoff_on": day(N_("Last day of information the figures use"), nullable=True),
        "constant_price_base_year": whole(
            N_("Base year of the constant-price figures"), nullable=True, ge=1990, le=2040
        ),
        "completeness": text(N_("What the ledger holds of it")),
        "completeness_fr": text(N_("What the ledger holds of it, in French")),
        "trust_note": text(N_("How far to trust the copy")),
        "trust_note_fr": text(N_("How far to trust the copy, in French")),
        "source_id": text(N_("Source of the row")),
    },
    checks=(
        pa.Check(
            lambda frame: frame["published_on"].dt.strftime("%Y-%m") == frame["edition"],
            error=N_("The edition is not the year and month of publication."),
        ),
        pa.Check(
            lambda frame: frame["data_cutoff_on"].isna() | (frame["data_cutoff_on"] <= frame["published_on"]),
            error=N_("The information ends after the day of publication."),
        ),
    ),
)
