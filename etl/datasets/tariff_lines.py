"""The goods."""

from etl.contract import Dataset, flag, number, text, whole
from etl.message import N_
from etl.vocabulary import CONDITION

DATASET = Dataset(
    name="tariff_lines",
    title=N_("Tariff lines"),
    description=N_(
        "The goods, origins, companies and conditions that a measure's rate is for. Lines of one "
        "slot compete: the highest precedence applies."
    ),
    key=("line_id",),
    min_rows=80,
    references={"measure_id": "tariff_measures.measure_id"},
    fields={
        "line_id": text(N_("Line code")),
        "measure_id": text(N_("Measure code")),
        "origin": text(N_("Country or group the goods come from")),
        "product": text(N_("Product or product group")),
        "company": text(N_("Company the rate is for"), nullable=True),
        "usmca": text(N_("Whether the goods qualify under CUSMA"), choices=("any", "qualifying", "non_qualifying")),
        "slot": text(N_("Lines of one slot replace one another; slots add up")),
        "role": text(
            N_("What the line is: a layer of duty, a threat, a proposal or a preliminary result"),
            choices=("layer", "threat", "proposal", "preliminary"),
        ),
        "content_basis": text(
            N_("Part of the value the rate is charged on; empty when it is all of it"),
            nullable=True,
            choices=("non_us", "non_can_mex", "metal"),
        ),
        "least_pct": number(
            N_("Least duty on the whole value, whatever the content"), nullable=True, ge=0, le=1000, unit="%"
        ),
        "condition": text(
            N_("Condition of fact that the line holds under, named as the reading that takes its other side"),
            nullable=True,
            form=CONDITION,
        ),
        "condition_met": flag(N_("Whether the answer takes the condition as met")),
        "quota": text(N_("Yearly quantity within which the rate applies"), nullable=True),
        "note": text(N_("Note in English"), nullable=True),
        "note_fr": text(N_("Note in French"), nullable=True),
        "precedence": whole(
            N_(
                "Order in which a specific rule beats a general one: vehicles before metals 2000, CUSMA 1000, country 200, "
                "group 100, a condition that is not taken as met 40, company 20, product 2"
            ),
            ge=0,
        ),
    },
)
