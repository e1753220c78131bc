"""The 32 allies, and the countries outside NATO that the tariff and trade figures name."""

from etl.contract import Dataset, day, flag, text
from etl.message import N_
from etl.vocabulary import ISO2, ISO3

DATASET = Dataset(
    name="countries",
    title=N_("Countries"),
    description=N_(
        "The allies with the day the North Atlantic Treaty took effect for each, "
        "and the EU and CUSMA members outside NATO."
    ),
    key=("iso3",),
    min_rows=32,
    references={"source_id": "sources.source_id"},
    fields={
        "iso3": text(N_("Country code, three letters (ISO 3166-1)"), form=ISO3),
        "iso2": text(N_("Country code, two letters (ISO 3166-1)"), form=ISO2),
        "name_en": text(N_("Country name in English")),
        "joined_nato_on": day(N_("Day the country became an ally; empty outside NATO"), nullable=True),
        "is_eu_member": flag(N_("Member of the European Union")),
        "source_id": text(N_("Source of the row")),
    },
)
