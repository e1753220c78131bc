"""Exchange rates as central banks published them: one row a publisher, pair of currencies and day."""

import pandera.pandas as pa

from etl.contract import Dataset, day, number, text
from etl.message import N_
from etl.vocabulary import CURRENCY, PUBLISHER

DATASET = Dataset(
    name="exchange_rates",
    title=N_("Exchange rates"),
    description=N_(
        "Exchange rates as central banks published them, by day. They are reference rates of that day, "
        "not the rates that publishers of spending figures use."
    ),
    key=("publisher", "base_currency", "quote_currency", "rate_on"),
    min_rows=1,
    references={"source_id": "sources.source_id"},
    rhythm="working-day",
    said="rate_on",
    fields={
        "publisher": text(N_("Publisher of the figures"), form=PUBLISHER),
        "base_currency": text(N_("Currency that is priced, one unit of it (ISO 4217)"), form=CURRENCY),
        "quote_currency": text(N_("Currency the price is in (ISO 4217)"), form=CURRENCY),
        "rate_on": day(N_("Day of the rate; there is none on weekends and holidays")),
        "rate": number(N_("Units of the quote currency for one unit of the base currency"), ge=1e-6, le=1e6),
        "source_id": text(N_("Source of the row")),
    },
    checks=(
        pa.Check(
            lambda frame: frame["base_currency"] != frame["quote_currency"],
            error=N_("A rate is between two currencies."),
        ),
    ),
)
