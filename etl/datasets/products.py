"""The kinds of goods that tariff measures tell apart, with the tariff headings that the instruments name."""

from etl.contract import Dataset, flag, text
from etl.message import N_
from etl.vocabulary import PRODUCT

DATASET = Dataset(
    name="products",
    title=N_("Products"),
    description=N_(
        "The kinds of goods that tariff measures tell apart, with the tariff headings that the instruments name."
    ),
    key=("product_id",),
    min_rows=20,
    references={"source_id": "sources.source_id"},
    fields={
        "product_id": text(N_("Product code"), form=PRODUCT),
        "name_en": text(N_("Name in English")),
        "name_fr": text(N_("Name in French")),
        "hs_scope": text(N_("Tariff headings as the source writes them"), nullable=True),
        "s232": flag(N_("Named by a Section 232 measure")),
        "us_import": flag(N_("Looked at as an import of the United States")),
        "note": text(N_("Note in English"), nullable=True),
        "note_fr": text(N_("Note in French"), nullable=True),
        "source_id": text(N_("Source of the row")),
    },
)
