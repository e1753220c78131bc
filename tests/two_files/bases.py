"""Bases of the allies abroad (hand-made, for a test)."""

from etl.contract import Dataset, text, whole
from etl.message import N_
from etl.vocabulary import PRODUCT

DATASET = Dataset(
    name="bases",
    title=N_("Bases abroad"),
    description=N_("Bases that allies keep abroad."),
    key=("base_id",),
    min_rows=1,
    references={"iso3": "countries.iso3", "source_id": "sources.source_id"},
    fields={
        "base_id": text(N_("Short name of the base"), form=PRODUCT),
        "iso3": text(N_("Country code, three letters (ISO 3166-1)")),
        "personnel": whole(N_("Persons stationed there"), ge=0, le=100_000),
        "source_id": text(N_("Source of the row")),
    },
)
