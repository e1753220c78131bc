"""What was announced."""

from etl.contract import Dataset, day, number, text
from etl.message import N_
from etl.vocabulary import RATE_KINDS, TARIFF_ACTS, TARIFF_ROLES, TRUST_CLASSES

DATASET = Dataset(
    name="tariff_events",
    title=N_("Tariff events"),
    description=N_(
        "What was announced, signed, put into effect, amended, suspended, withdrawn, struck down "
        "or left to expire, with quotes and known conflicts."
    ),
    key=("event_id",),
    min_rows=100,
    references={"measure_id": "tariff_measures.measure_id", "source_id": "sources.source_id"},
    rhythm="always",
    said="known_on",
    fields={
        "event_id": text(N_("Event code")),
        "measure_id": text(N_("Measure code")),
        "title": text(N_("Title in English")),
        "title_fr": text(N_("Title in French")),
        "event": text(N_("Kind of event"), choices=tuple(TARIFF_ACTS)),
        "event_on": day(N_("The event's own day")),
        "known_on": day(N_("Day from which the event was known; of a start signed before, the day of the signature")),
        "effective_on": day(N_("Day the event takes or was to take effect"), nullable=True),
        "role": text(
            N_(
                "What the row is: a layer of duty, a threat, a proposal, a preliminary result, a "
                "statement of a total, or a step of a procedure"
            ),
            choices=tuple(TARIFF_ROLES),
        ),
        "imposing_country": text(N_("Country or group that imposes the measure")),
        "origin": text(N_("Country or group the goods come from; several are separated by semicolons"), nullable=True),
        "target": text(N_("Target as the source writes it")),
        "product_ids": text(N_("Product codes, separated by semicolons"), nullable=True),
        "product": text(N_("Product as the source writes it")),
        "hs_scope": text(N_("Tariff headings as the source writes them"), nullable=True),
        "company": text(N_("Company the rate is for"), nullable=True),
        "usmca": text(N_("Whether the goods qualify under CUSMA"), choices=("any", "qualifying", "non_qualifying")),
        "legal_authority": text(N_("Legal authority"), nullable=True),
        "rate_pct": number(N_("Rate of duty"), nullable=True, ge=0, le=1000, unit="%"),
        "rate_kind": text(
            N_("Whether the rate is added, is all-in, or the import is banned"),
            nullable=True,
            choices=tuple(RATE_KINDS),
        ),
        "trust": text(N_("How far the source is trusted"), choices=tuple(TRUST_CLASSES)),
        "conflict": text(N_("Where sources disagree, in English"), nullable=True),
        "conflict_fr": text(N_("Where sources disagree, in French"), nullable=True),
        "quote": text(N_("Verbatim quote"), nullable=True),
        "notes": text(N_("Notes"), nullable=True),
        "source_id": text(N_("Source of the row")),
    },
)
