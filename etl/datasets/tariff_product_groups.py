"""Which products a measure on many goods covers, and how sure our sources are of it."""

from etl.contract import Dataset, text
from etl.message import N_
from etl.vocabulary import PRODUCT

DATASET = Dataset(
    name="tariff_product_groups",
    title=N_("Product groups of tariff measures"),
    description=N_("Which products a measure on many goods covers, and how sure our sources are of it."),
    key=("product_group", "product_id"),
    min_rows=50,
    references={"product_id": "products.product_id", "source_id": "sources.source_id"},
    fields={
        "product_group": text(N_("Product group code"), form=PRODUCT),
        "product_id": text(N_("Product code")),
        "coverage": text(
            N_("Whether the measure covers all of the product, a part of it, none of it, or is not stated to"),
            choices=("full", "part", "exempt", "not_stated"),
        ),
        "note": text(N_("Note in English"), nullable=True),
        "note_fr": text(N_("Note in French"), nullable=True),
        "source_id": text(N_("Source of the row")),
    },
)
