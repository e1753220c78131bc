"""Canadian exports of lumber and of autos and parts to the United States."""

from etl.contract import Dataset, flag, number, text
from etl.message import N_
from etl.vocabulary import YEAR_MONTH

DATASET = Dataset(
    name="trade_canada_exports_cad",
    title=N_("Canadian exports to the United States"),
    description=N_(
        "Canadian exports of lumber and of autos and parts to the United States, in Canadian "
        "dollars, customs basis, not seasonally adjusted."
    ),
    key=("month", "series"),
    min_rows=60,
    references={"source_id": "sources.source_id"},
    rhythm="month",
    said="month",
    out_after_days=40,
    fields={
        "month": text(N_("Year and month"), form=YEAR_MONTH),
        "series": text(N_("Series"), choices=("lumber_sawmill", "autos_and_parts")),
        "exports_to_us_cad_million": number(N_("Exports to the United States"), ge=0, unit="million CAD"),
        "napcs": text(N_("Product class (NAPCS)")),
        "vector": text(N_("Statistics Canada vector"), nullable=True),
        "statcan_table": text(N_("Statistics Canada table")),
        "basis": text(N_("Basis of the value")),
        "seasonally_adjusted": flag(N_("Seasonally adjusted")),
        "version": text(N_("Copy the figure was read from")),
        "source_id": text(N_("Source of the row")),
    },
)
