"""How a line's rate and standing changed: each step names the event it is read from."""

from etl.contract import Dataset, day, flag, number, text
from etl.message import N_
from etl.vocabulary import RATE_KINDS, TARIFF_ACTS, TRUST_CLASSES

DATASET = Dataset(
    name="tariff_steps",
    title=N_("Tariff steps"),
    description=N_(
        "How a line's rate and standing changed: each step names the event it is read from, when "
        "it was known and from when to when it holds."
    ),
    key=("step_id",),
    min_rows=150,
    references={
        "line_id": "tariff_lines.line_id",
        "event_id": "tariff_events.event_id",
        "source_id": "sources.source_id",
    },
    fields={
        "step_id": text(N_("Step code")),
        "line_id": text(N_("Line code")),
        "event_id": text(N_("Event code")),
        "derived": flag(N_("Read from the notes or quotes of the event, or from another event of the same instrument")),
        "act": text(N_("Kind of act"), choices=tuple(TARIFF_ACTS)),
        "known_on": day(N_("Day from which the step was known")),
        "starts_on": day(N_("First day the step holds; empty when no day was named"), nullable=True),
        "start_precision": text(
            N_("How exactly the first day is known"),
            choices=("exact", "at_latest", "before_coverage", "approximate", "unconfirmed"),
        ),
        "ends_on": day(N_("First day the step no longer holds; empty when open"), nullable=True),
        "rate_pct": number(N_("Rate of duty"), nullable=True, ge=0, le=1000, unit="%"),
        "rate_kind": text(
            N_("Whether the rate is added, is all-in, or the import is banned"), choices=tuple(RATE_KINDS)
        ),
        "note": text(N_("Note in English"), nullable=True),
        "note_fr": text(N_("Note in French"), nullable=True),
        "instrument": text(N_("Legal authority"), nullable=True),
        "trust": text(N_("How far the source is trusted"), choices=tuple(TRUST_CLASSES)),
        "source_id": text(N_("Source of the row")),
    },
)
