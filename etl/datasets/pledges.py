"""Who pledged or proposed what, when, and what became of it."""

import pandera.pandas as pa

from etl.contract import Dataset, day, number, text, whole
from etl.message import N_
from etl.vocabulary import DUE_YEAR, PLEDGE_KINDS, PLEDGE_STATUSES, SHORT_NAME

DATASET = Dataset(
    name="pledges",
    title=N_("Pledges"),
    description=N_("Pledges, plans and proposals on defence spending, quoted, with what replaced each."),
    key=("pledge_id",),
    min_rows=1,
    references={"iso3": "countries.iso3", "superseded_by": "pledges.pledge_id", "source_id": "sources.source_id"},
    fields={
        "pledge_id": text(N_("Short name of the pledge"), form=SHORT_NAME),
        "iso3": text(N_("Country code, three letters (ISO 3166-1)")),
        "made_by": text(N_("Who made it")),
        "made_by_fr": text(N_("Who made it, in French")),
        "kind": text(N_("How binding it is, from proposal to pledge"), choices=tuple(PLEDGE_KINDS)),
        "made_on": day(N_("Day it was made; the first of the month where only the month is known")),
        "made_precision": text(N_("How exact that date is"), choices=("day", "month", "year")),
        "measure": text(
            N_("What is measured"), choices=("share_of_gdp_pct", "equipment_share_pct", "total_share_of_gdp_pct")
        ),
        "value_pct": number(N_("Value pledged"), ge=0, le=100, unit="%"),
        "due_year": whole(N_("Year it is due; a fiscal year's first"), nullable=True, ge=2000, le=2060),
        "due_label": text(N_("Due year as stated"), nullable=True, form=DUE_YEAR),
        "status": text(N_("What became of it"), choices=tuple(PLEDGE_STATUSES)),
        "superseded_by": text(N_("Pledge that replaced it"), nullable=True),
        "quote": text(N_("Words of the source")),
        "note": text(N_("Note"), nullable=True),
        "note_fr": text(N_("Note in French"), nullable=True),
        "source_id": text(N_("Source of the row")),
    },
    checks=(
        pa.Check(
            lambda frame: frame["status"].isin(["superseded", "overtaken"]) == frame["superseded_by"].notna(),
            error=N_("A replaced pledge names the one that replaced it, and only a replaced one does."),
        ),
        pa.Check(
            lambda frame: frame["due_year"].isna() | frame["due_label"].str[:4].eq(frame["due_year"].astype("str")),
            error=N_("The due year does not fit the due year as stated."),
        ),
    ),
)
