"""The import-weighted rise of US statutory tariffs over 2024 by partner on each day policy changed."""

from etl.contract import Dataset, day, number, text
from etl.message import N_

DATASET = Dataset(
    name="trade_statutory_steps",
    title=N_("Statutory tariff steps by partner"),
    description=N_(
        "The import-weighted rise of US statutory tariffs over 2024 by partner on each day policy "
        "changed, computed by the Budget Lab."
    ),
    key=("policy_on", "partner"),
    min_rows=50,
    references={"source_id": "sources.source_id"},
    fields={
        "policy_on": day(N_("Day of the change")),
        "partner": text(N_("Country or group the goods come from")),
        "tariff_increase_pct": number(
            N_("Rise of the import-weighted tariff over 2024"), ge=0, le=200, unit="percentage points"
        ),
        "imports_2024_usd": number(N_("Imports in 2024"), ge=0, unit="USD"),
        "mfn_2024_average_pct": number(N_("Average tariff in 2024"), ge=0, le=100, unit="%"),
        "source_id": text(N_("Source of the row")),
    },
)
