"""US imports."""

import pandera.pandas as pa

from etl.contract import Dataset, number, text
from etl.message import N_
from etl.vocabulary import YEAR_OR_MONTH

DATASET = Dataset(
    name="trade_us_imports",
    title=N_("US imports from Canada and eight European allies"),
    description=N_(
        "US imports, CUSMA claims and calculated duty in US dollars by product group or HS chapter, by month or year."
    ),
    key=("period", "frequency", "origin", "grouping", "code", "measure"),
    min_rows=4000,
    references={"origin": "countries.iso3", "product_id": "products.product_id", "source_id": "sources.source_id"},
    rhythm="month",
    said="period",
    out_after_days=40,
    fields={
        "period": text(N_("Year, or year and month"), form=YEAR_OR_MONTH),
        "frequency": text(
            N_("Month, year, or year as the sum of its months"), choices=("month", "annual", "annual_sum_of_months")
        ),
        "origin": text(N_("Country the goods come from")),
        "grouping": text(N_("How goods are grouped"), choices=("product_group", "hs2", "total")),
        "code": text(N_("Code of the group or HS chapter")),
        "product_id": text(N_("Product code, where a group stands for one"), nullable=True),
        "product_fit": text(
            N_("How closely the group fits the product"), nullable=True, choices=("exact", "broader", "narrower")
        ),
        "measure": text(
            N_("What is counted"),
            choices=(
                "imports_consumption_usd",
                "usmca_claimed_usd",
                "calculated_duty_usd",
                "imports_general_usd",
                "imports_derived_usd",
            ),
        ),
        "value": number(N_("Value"), ge=0, unit="USD"),
        "basis": text(N_("Basis of the value")),
        "source_id": text(N_("Source of the row")),
    },
    checks=(
        pa.Check(
            lambda frame: (frame["grouping"] != "hs2") | frame["code"].str.fullmatch(r"\d{2}").fillna(False),
            error=N_("An HS chapter is two digits, such as 01."),
        ),
    ),
)
