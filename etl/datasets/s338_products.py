"""The tariff lines of the three lists of Section 338 duties on Canada as first published."""

from etl.contract import Dataset, flag, number, text
from etl.message import N_
from etl.vocabulary import HTS8

LISTS = ("alcohol", "dairy", "motor_vehicles")

DATASET = Dataset(
    name="s338_products",
    title=N_("Section 338 lists"),
    description=N_(
        "The tariff lines of the three lists of Section 338 duties on Canada as first published, "
        "with US imports from Canada."
    ),
    key=("list_id", "hts8"),
    min_rows=500,
    references={"product_id": "products.product_id", "source_id": "sources.source_id"},
    fields={
        "list_id": text(N_("List"), choices=LISTS),
        "hts8": text(N_("US tariff line, eight digits"), form=HTS8),
        "product_id": text(N_("Product code")),
        "description": text(N_("Description in the US schedule")),
        "ch99_heading": text(N_("Heading of chapter 99")),
        "proclamation": text(N_("Proclamation")),
        "civil_aircraft_exemption": flag(N_("Listed for the civil aircraft exemption")),
        "imports_from_canada_2024_usd": number(N_("US imports from Canada in 2024"), nullable=True, ge=0, unit="USD"),
        "imports_from_canada_2025_usd": number(N_("US imports from Canada in 2025"), nullable=True, ge=0, unit="USD"),
        "source_id": text(N_("Source of the row")),
    },
)
