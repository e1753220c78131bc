"""Dated events that charts over time can show: summits, accessions, governments, wars, steps of trade."""

from etl.contract import Dataset, day, text
from etl.message import N_
from etl.vocabulary import COUNTRIES, EVENT_KINDS, EVENT_TITLE, SHORT_NAME

DATASET = Dataset(
    name="events",
    title=N_("Events"),
    description=N_("Dated events that can be shown on every chart over time, each named in a few words."),
    key=("event_id",),
    min_rows=1,
    references={"source_id": "sources.source_id"},
    fields={
        "event_id": text(N_("Short name of the event"), form=SHORT_NAME),
        "title": text(N_("What happened, in a few words"), form=EVENT_TITLE),
        "title_fr": text(N_("What happened, in French"), form=EVENT_TITLE),
        "event_on": day(N_("Day it happened or will happen")),
        "known_on": day(N_("Day it became known")),
        "event_kind": text(N_("What it is: it decides which charts show it"), choices=tuple(EVENT_KINDS)),
        "countries": text(
            N_("Codes of the countries whose charts show it, with semicolons between; empty for every chart"),
            form=COUNTRIES,
            nullable=True,
        ),
        "source_id": text(N_("Source of the row")),
    },
)
