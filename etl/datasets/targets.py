"""What the alliance agreed to spend, and what was proposed as a target."""

import pandera.pandas as pa

from etl.contract import Dataset, day, number, text, whole
from etl.message import N_
from etl.vocabulary import SHORT_NAME

MEASURES = ("share_of_gdp_pct", "equipment_share_pct", "related_share_of_gdp_pct", "total_share_of_gdp_pct")

DATASET = Dataset(
    name="targets",
    title=N_("Targets"),
    description=N_("Spending targets agreed by the allies or proposed for them, with when and where."),
    key=("target_id",),
    min_rows=4,
    references={"source_id": "sources.source_id"},
    fields={
        "target_id": text(N_("Short name of the target"), form=SHORT_NAME),
        "measure": text(N_("What the target is measured by"), choices=MEASURES),
        "value_pct": number(N_("Target value"), ge=0, le=100, unit="%"),
        "label": text(N_("Label")),
        "label_fr": text(N_("Label in French")),
        "agreed_on": day(N_("Day it was agreed or proposed")),
        "agreed_precision": text(N_("How exact that date is"), choices=("day", "month", "year")),
        "agreed_at": text(N_("Where it was agreed or proposed")),
        "agreed_at_fr": text(N_("Where it was agreed or proposed, in French")),
        "due_year": whole(N_("Year it is due"), nullable=True, ge=2000, le=2060),
        "note": text(N_("Note"), nullable=True),
        "note_fr": text(N_("Note in French"), nullable=True),
        "source_id": text(N_("Source of the row")),
    },
    checks=(
        pa.Check(
            lambda frame: (frame["measure"] == "equipment_share_pct") | (frame["value_pct"] <= 10),
            error=N_("A target share of GDP above 10 % is not plausible."),
        ),
    ),
)
