"""Where every row of every other dataset was read."""

import pandera.pandas as pa

from etl.contract import Dataset, day, text
from etl.message import N_
from etl.vocabulary import SHORT_NAME, TRUST_CLASSES, WEB_ADDRESS

DATASET = Dataset(
    name="sources",
    title=N_("Sources"),
    description=N_("The documents the figures were read in, how far to trust each, and the credit it asks for."),
    key=("source_id",),
    min_rows=20,
    fields={
        "source_id": text(N_("Short name of the source"), form=SHORT_NAME),
        "title": text(N_("Title of the document")),
        "publisher": text(N_("Who published it")),
        "url": text(N_("Where it was read"), nullable=True, form=WEB_ADDRESS),
        "published_on": day(N_("Day it was published, where known"), nullable=True),
        "licence": text(N_("Terms of reuse"), nullable=True),
        "credit": text(N_("Credit line its publisher asks for"), nullable=True),
        "trust": text(N_("Kind of source, from primary text to newspaper article"), choices=tuple(TRUST_CLASSES)),
    },
    checks=(
        pa.Check(
            lambda frame: (frame["trust"] != "publisher_table") | frame["credit"].notna(),
            error=N_("A publisher's table needs its credit line."),
        ),
    ),
)
