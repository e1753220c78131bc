"""What independent offices made of a country's plans."""

import pandera.pandas as pa

from etl.contract import Dataset, day, number, text
from etl.message import N_
from etl.vocabulary import FISCAL_YEAR, SHORT_NAME

DATASET = Dataset(
    name="independent_estimates",
    title=N_("Independent estimates"),
    description=N_("What independent offices, such as the Parliamentary Budget Officer, made of spending plans."),
    key=("estimate_id",),
    min_rows=1,
    references={"iso3": "countries.iso3", "source_id": "sources.source_id"},
    fields={
        "estimate_id": text(N_("Short name of the estimate"), form=SHORT_NAME),
        "made_by": text(N_("Who made it")),
        "made_by_fr": text(N_("Who made it, in French")),
        "published_on": day(N_("Day it was published")),
        "what": text(N_("What is estimated")),
        "what_fr": text(N_("What is estimated, in French")),
        "fiscal_year": text(N_("Fiscal year, such as 2029-30"), form=FISCAL_YEAR),
        "value": number(N_("The figure as published"), ge=0),
        "unit": text(
            N_("Unit of the value, in words"), choices=("% of GDP", "points of GDP", "billion Canadian dollars")
        ),
        "iso3": text(N_("Country code, three letters (ISO 3166-1)")),
        "source_id": text(N_("Source of the row")),
    },
    checks=(
        pa.Check(
            lambda frame: (frame["unit"] != "% of GDP") | (frame["value"] <= 10),
            error=N_("A share of GDP above 10 % is not plausible."),
        ),
    ),
)
