"""The national currency each ally's figures are in, by edition (Bulgaria's changes)."""

from etl.contract import Dataset, text
from etl.message import N_
from etl.vocabulary import CURRENCY

DATASET = Dataset(
    name="currencies",
    title=N_("National currencies"),
    description=N_("The national currency of each ally's figures, by edition: a country may change its currency."),
    key=("publisher", "edition", "iso3"),
    min_rows=31,
    references={("publisher", "edition"): "editions", "iso3": "countries.iso3", "source_id": "sources.source_id"},
    fields={
        "publisher": text(N_("Publisher of the figures")),
        "edition": text(N_("Edition, by year and month of publication")),
        "iso3": text(N_("Country code, three letters (ISO 3166-1)")),
        "currency": text(N_("Currency code (ISO 4217)"), form=CURRENCY),
        "source_id": text(N_("Source of the row")),
    },
)
