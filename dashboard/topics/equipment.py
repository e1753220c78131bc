"""What allies spend of their GDP, and of that on major equipment, as a table."""

from typing import Annotated, Self

import pandas as pd
from pydantic import Field

from dashboard.params import REPORTERS, newest_edition, set_day
from dashboard.topics import spending
from etl.ledger.snapshot import Snapshot
from etl.message import N_

EQUIPMENT = "equipment_share_pct"
ENOUGH_ALLIES = 10  # an edition with fewer equipment figures is not drawn by default


class EquipmentParams(spending.StandingParams):
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )
    trails: bool = Field(True, title=N_("Trails"))

    def explicit(self, snapshot: Snapshot) -> Self:
        known = super().explicit(snapshot)
        if self.edition is None:
            edition = _edition_with_equipment(snapshot, known)
            known = known.model_copy(update={"edition": edition, "year": self.year})
        return known.filled(year=spending.last_year(snapshot, known.edition, EQUIPMENT))


def _edition_with_equipment(snapshot: Snapshot, params: EquipmentParams) -> str | None:
    """The newest NATO edition known by the day that tabulates equipment for most allies."""
    editions = snapshot.sql(
        """
        SELECT edition FROM editions e WHERE publisher = 'NATO' AND published_on <= $known AND $enough <= (
            SELECT count(DISTINCT iso3) FROM spending s WHERE s.publisher = 'NATO' AND s.edition = e.edition AND s.measure = $equipment)
        ORDER BY published_on DESC LIMIT 1
        """,
        known=params.known,
        equipment=EQUIPMENT,
        enough=ENOUGH_ALLIES,
    )
    return (
        editions["edition"].iloc[0]
        if len(editions)
        else newest_edition(snapshot, "NATO", set_day(params.known), EQUIPMENT)
    )


def shares_and_equipment(snapshot: Snapshot, params: EquipmentParams) -> pd.DataFrame:
    """One row an ally in the year, and one a year before it for the chosen ones (percent of GDP, percent of expenditure)."""
    table = spending.shares(snapshot, params.edition, params.against, 0, params.year or 0)
    equipment = snapshot.sql(
        """
        SELECT s.iso3, s.year, s.value AS equipment_share_pct, t.value_pct AS equipment_target_pct,
               s.value >= t.value_pct AS meets_equipment, concat(s.source_id, ';', t.source_id) AS equipment_source_id
        FROM spending s JOIN targets t ON t.target_id = 'nato-equipment-20'
        WHERE publisher = 'NATO' AND edition = $edition AND s.measure = $equipment AND year <= $year
        """,
        edition=params.edition,
        equipment=EQUIPMENT,
        year=params.year or 0,
    )
    table = table.merge(equipment, on=["iso3", "year"])
    trails = table["iso3"].isin(params.countries) & params.trails
    table = table[
        table["share_of_gdp_pct"].notna() & (table["was_ally"] | trails) & ((table["year"] == params.year) | trails)
    ]
    table = table.assign(
        source_id=(table["source_id"] + ";" + table["equipment_source_id"]).map(spending.each_once)
    ).drop(columns=["equipment_source_id", "gap_points"])
    return table.sort_values(["iso3", "year"], ignore_index=True)
