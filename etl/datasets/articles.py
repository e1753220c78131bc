"""The source articles whose statements are held beside the official figures."""

from etl.contract import Dataset, day, text
from etl.message import N_
from etl.vocabulary import ARTICLE

DATASET = Dataset(
    name="articles",
    title=N_("Articles"),
    description=N_("The articles the claims and the items on the table were read in."),
    key=("article_id",),
    min_rows=5,
    references={"source_id": "sources.source_id"},
    fields={
        "article_id": text(N_("Number of the article"), form=ARTICLE),
        "title": text(N_("Title or subject")),
        "publisher": text(N_("Author or publisher, as far as named")),
        "published_on": day(N_("Day it was published; the first of the month or year where only that is known")),
        "published_precision": text(N_("How exact the publication date is"), choices=("day", "month", "year")),
        "note": text(N_("Note"), nullable=True),
        "note_fr": text(N_("Note in French"), nullable=True),
        "source_id": text(N_("Source of the row")),
    },
)
