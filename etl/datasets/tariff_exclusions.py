"""Which programme gives way when another applies to the same goods, and where sources disagree about it."""

from etl.contract import Dataset, day, flag, text
from etl.message import N_

DATASET = Dataset(
    name="tariff_exclusions",
    title=N_("Tariff exclusions"),
    description=N_(
        "Which programme gives way when another applies to the same goods, and where sources disagree about it."
    ),
    key=("exclusion_id",),
    min_rows=3,
    references={"source_id": "sources.source_id"},
    fields={
        "exclusion_id": text(N_("Exclusion code")),
        "programme": text(N_("Programme that gives way")),
        "measure": text(
            N_("How the codes of the measures that give way begin; empty for the whole programme"), nullable=True
        ),
        "when_programme": text(N_("Programme whose duty on the goods excludes it")),
        "when_measure": text(
            N_("How the codes of the measures that exclude it begin; empty for the whole programme"), nullable=True
        ),
        "when_charged": flag(N_("Only where the other duty is more than 0 %")),
        "product_group": text(N_("Product group it is limited to; empty for all goods"), nullable=True),
        "from_on": day(N_("First day; empty when open"), nullable=True),
        "to_on": day(N_("First day no longer; empty when open"), nullable=True),
        "known_on": day(N_("Day from which the rule was known")),
        "end_known_on": day(N_("Day from which its end was known; empty when with the rule"), nullable=True),
        "counted": flag(N_("Applied in the answer; otherwise in another reading only")),
        "disputed": flag(N_("Sources disagree: both readings are given")),
        "note": text(N_("Note in English"), nullable=True),
        "note_fr": text(N_("Note in French"), nullable=True),
        "source_id": text(N_("Source of the row")),
    },
)
