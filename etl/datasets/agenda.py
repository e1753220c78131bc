"""What is on the table between the parties: who wants what of whom."""

from etl.contract import Dataset, text
from etl.message import N_
from etl.vocabulary import AGENDA_KINDS, AGENDA_STATES, COUNTRIES, SHORT_NAME

DATASET = Dataset(
    name="agenda",
    title=N_("On the table"),
    description=N_("What the parties ask of one another, as the source articles report it."),
    key=("item_id",),
    min_rows=1,
    references={"article_id": "articles.article_id", "source_id": "sources.source_id"},
    fields={
        "item_id": text(N_("Short name of the item"), form=SHORT_NAME),
        "title": text(N_("What is asked")),
        "title_fr": text(N_("What is asked, in French")),
        "kind": text(N_("Field it belongs to"), choices=tuple(AGENDA_KINDS)),
        "raised_by": text(N_("Country codes of those who raise it, with semicolons between"), form=COUNTRIES),
        "raised_as": text(
            N_("Raised by the party itself or proposed for it by the author"), choices=("party", "author_proposal")
        ),
        "towards": text(N_("Country codes of those it is asked of, with semicolons between"), form=COUNTRIES),
        "article_id": text(N_("Number of the article")),
        "state_in_article": text(N_("Where it stands in the article"), choices=tuple(AGENDA_STATES)),
        "quote": text(N_("Words of the source")),
        "source_id": text(N_("Source of the row")),
    },
)
