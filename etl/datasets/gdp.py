"""GDP as statistics offices published it, by quarter: one row a publisher, country, quarter, measure and day it was said."""

import pandera.pandas as pa

from etl.contract import Dataset, day, number, text, whole
from etl.message import N_
from etl.vocabulary import ISO3, PUBLISHER, YEAR_QUARTER

CURRENT, CHAINED, PRICES = "gdp_ncu_current_million", "gdp_ncu_chained_million", "gdp_price_index"
MEASURES = {
    CURRENT: N_("GDP, million, national currency, current prices"),
    CHAINED: N_("Volume of GDP, million, national currency, chained prices"),
    PRICES: N_("Implicit price index of GDP (base year 100)"),
}

DATASET = Dataset(
    name="gdp",
    title=N_("GDP by quarter"),
    description=N_(
        "Gross domestic product at market prices as statistics offices published it: by quarter, seasonally adjusted at "
        "annual rates, in national currency. What was said later of a quarter stands beside what was said first."
    ),
    key=("publisher", "iso3", "quarter", "measure", "released_on"),
    min_rows=0,  # the seed holds published figures alone, and none was at hand: the first ones come by a file or the watch
    references={"iso3": "countries.iso3", "source_id": "sources.source_id"},
    bounds={CURRENT: (100, 1e10), CHAINED: (100, 1e10), PRICES: (0.1, 100_000)},
    rhythm="quarter",
    said="released_on",
    fields={
        "publisher": text(N_("Publisher of the figures"), form=PUBLISHER),
        "iso3": text(N_("Country whose product it is"), form=ISO3),
        "quarter": text(N_("Calendar year and quarter"), form=YEAR_QUARTER),
        "measure": text(
            N_(
                "GDP at current prices or its volume in chained prices (million, national currency), "
                "or the implicit price index (the base year is 100)"
            ),
            choices=tuple(MEASURES),
        ),
        "value": number(N_("The figure as published")),
        "price_base_year": whole(
            N_("Year whose prices the volume is in, and in which the index is 100"), nullable=True, ge=1950, le=2100
        ),
        "released_on": day(N_("Day on which the publisher said so")),
        "source_id": text(N_("Source of the row")),
    },
    checks=(
        pa.Check(
            lambda frame: frame["price_base_year"].isna() == (frame["measure"] == CURRENT),
            error=N_("A volume and a price index have a base year; current prices have none."),
        ),
    ),
)
