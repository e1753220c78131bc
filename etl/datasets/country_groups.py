"""Which countries belong to a group."""

from etl.contract import Dataset, day, text
from etl.message import N_
from etl.vocabulary import GROUP, ISO3

DATASET = Dataset(
    name="country_groups",
    title=N_("Country groups"),
    description=N_(
        "Which countries belong to a group, and from when to when; measures aimed at a group are "
        "expanded by these rows."
    ),
    key=("group_id", "iso3"),
    min_rows=100,
    references={"iso3": "countries.iso3", "source_id": "sources.source_id"},
    fields={
        "group_id": text(N_("Group code"), form=GROUP),
        "iso3": text(N_("Country code, three letters (ISO 3166-1)"), form=ISO3),
        "from_on": day(N_("First day of membership; empty when it began before the coverage"), nullable=True),
        "to_on": day(N_("First day no longer a member"), nullable=True),
        "source_id": text(N_("Source of the row")),
    },
)
