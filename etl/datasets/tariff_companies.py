"""Companies and groups of companies for which a measure sets a rate of its own."""

from etl.contract import Dataset, text
from etl.message import N_

DATASET = Dataset(
    name="tariff_companies",
    title=N_("Companies with their own rates"),
    description=N_("Companies and groups of companies for which a measure sets a rate of its own."),
    key=("company_id",),
    min_rows=2,
    references={"source_id": "sources.source_id"},
    fields={
        "company_id": text(N_("Company code")),
        "name_en": text(N_("Name in English")),
        "name_fr": text(N_("Name in French")),
        "product_ids": text(N_("Product codes, separated by semicolons")),
        "source_id": text(N_("Source of the row")),
    },
)
