"""US customs duties, imports and their ratio by month."""

from etl.contract import Dataset, number, text
from etl.message import N_
from etl.vocabulary import YEAR_MONTH

DATASET = Dataset(
    name="trade_customs_revenue",
    title=N_("US customs revenue"),
    description=N_("US customs duties, imports and their ratio by month."),
    key=("month",),
    min_rows=60,
    references={"source_id": "sources.source_id"},
    rhythm="month",
    said="month",
    out_after_days=40,
    fields={
        "month": text(N_("Year and month"), form=YEAR_MONTH),
        "customs_duties_usd_million": number(N_("Customs duties"), ge=0, unit="million USD"),
        "imports_usd_million": number(N_("Imports"), ge=0, unit="million USD"),
        "duty_share_of_imports_pct": number(N_("Duties as a share of imports"), ge=0, le=100, unit="%"),
        "source_id": text(N_("Source of the row")),
    },
)
