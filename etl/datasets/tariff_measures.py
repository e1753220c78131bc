"""Tariff measures, threats and import bans, each with the country that imposes it and its legal authority."""

from etl.contract import Dataset, text
from etl.message import N_
from etl.vocabulary import TARIFF_PROGRAMMES

DATASET = Dataset(
    name="tariff_measures",
    title=N_("Tariff measures"),
    description=N_(
        "Tariff measures, threats and import bans, each with the country that imposes it and its legal authority."
    ),
    key=("measure_id",),
    min_rows=50,
    references={"source_id": "sources.source_id"},
    fields={
        "measure_id": text(N_("Measure code")),
        "title": text(N_("Title in English")),
        "title_fr": text(N_("Title in French")),
        "imposing_country": text(N_("Country or group that imposes the measure")),
        "programme": text(N_("Legal programme"), choices=tuple(TARIFF_PROGRAMMES)),
        "role": text(
            N_(
                "What the rows are: layers of duty, threats, preliminary results, statements of totals, "
                "or steps of a procedure"
            ),
            choices=("layer", "threat", "preliminary", "headline", "process"),
        ),
        "legal_authority": text(N_("Legal authority"), nullable=True),
        "source_id": text(N_("Source of the row")),
    },
)
