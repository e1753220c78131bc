"""The import-weighted average US tariff on all partners by day, computed by the Budget Lab."""

from etl.contract import Dataset, day, number, text
from etl.message import N_

DATASET = Dataset(
    name="trade_daily_average_tariff",
    title=N_("US average tariff by day"),
    description=N_("The import-weighted average US tariff on all partners by day, computed by the Budget Lab."),
    key=("on_day",),
    min_rows=300,
    references={"source_id": "sources.source_id"},
    rhythm="month",
    said="on_day",
    fields={
        "on_day": day(N_("Day")),
        "import_weighted_average_tariff_pct": number(N_("Import-weighted average tariff"), ge=0, le=200, unit="%"),
        "source_id": text(N_("Source of the row")),
    },
)
