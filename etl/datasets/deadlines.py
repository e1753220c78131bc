"""Deadlines: who set them, for when, and what the source says became of them."""

import pandera.pandas as pa

from etl.contract import Dataset, day, text
from etl.message import N_
from etl.vocabulary import DEADLINE, DEADLINE_OUTCOMES, DEADLINE_TOPICS, PARTIES, SHORT_NAME

DATASET = Dataset(
    name="deadlines",
    title=N_("Deadlines"),
    description=N_(
        "Deadlines with who set them, when, and what became of them. "
        "A passed date without a verified outcome is not a missed deadline."
    ),
    key=("deadline_id",),
    min_rows=1,
    references={"superseded_by": "deadlines.deadline_id", "source_id": "sources.source_id"},
    rhythm="always",
    said="set_on",
    fields={
        "deadline_id": text(N_("Short name of the deadline"), form=DEADLINE),
        "series_id": text(N_("Groups a deadline with the later settings of it"), form=SHORT_NAME),
        "title": text(N_("Title")),
        "title_fr": text(N_("Title in French")),
        "actor": text(N_("Who set it or has to act")),
        "actor_fr": text(N_("Who set it or has to act, in French")),
        "parties": text(N_("Codes of the parties, with semicolons between"), form=PARTIES),
        "topic": text(N_("What it is about"), choices=tuple(DEADLINE_TOPICS)),
        "due_on": day(N_("Day it is due, where one was named"), nullable=True),
        "due_precision": text(
            N_("How exact that day is; where only the month or the year is known, it is the last of it"),
            nullable=True,
            choices=("day", "month", "year"),
        ),
        "set_on": day(N_("Day it was set"), nullable=True),
        "outcome": text(N_("Outcome as the source states it"), choices=tuple(DEADLINE_OUTCOMES)),
        "outcome_verified": text(
            N_("Whether the outcome was verified"), choices=("yes", "partial", "no", "not_applicable")
        ),
        "outcome_on": day(N_("Day of the outcome"), nullable=True),
        "superseded_by": text(N_("Deadline it was moved to"), nullable=True),
        "quote": text(N_("Words of the source"), nullable=True),
        "notes": text(N_("Note"), nullable=True),
        "notes_fr": text(N_("Note in French"), nullable=True),
        "source_id": text(N_("Source of the row")),
    },
    checks=(
        pa.Check(
            lambda frame: ~frame["outcome"].isin(["pending", "unknown"]) | frame["outcome_on"].isna(),
            error=N_("A deadline without an outcome has no day of outcome."),
        ),
        pa.Check(
            lambda frame: (
                ~frame["outcome"].isin(["met", "missed"]) | frame["outcome_verified"].isin(["yes", "partial"])
            ),
            error=N_("Met or missed needs a verified outcome; otherwise write unknown."),
        ),
        pa.Check(
            lambda frame: frame["due_on"].isna() | frame["set_on"].isna() | (frame["set_on"] <= frame["due_on"]),
            error=N_("It was set after the day it is due."),
        ),
        pa.Check(
            lambda frame: (
                (~frame["due_precision"].isin(["month"]) | frame["due_on"].dt.is_month_end)
                & (~frame["due_precision"].isin(["year"]) | frame["due_on"].dt.is_year_end)
            ),
            error=N_("A date that is exact to a month or a year is the last day of it."),
        ),
    ),
)
