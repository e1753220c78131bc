"""Which tariff codes the lists of a measure name, from when to when, and when that was known."""

from etl.contract import Dataset, day, text
from etl.message import N_
from etl.vocabulary import HTS_PREFIX, PRODUCT

DATASET = Dataset(
    name="tariff_code_lists",
    title=N_("Lists of tariff codes"),
    description=N_(
        "Which tariff codes belong to a product or product group of the tariff lines. Of the rows that hold on a day, "
        "the one with the most digits decides."
    ),
    key=("list_id", "hts_prefix", "from_on"),
    min_rows=1_000,
    references={"source_id": "sources.source_id"},
    fields={
        "list_id": text(N_("Product or product group"), form=PRODUCT),
        "hts_prefix": text(N_("How the tariff codes begin; * for all"), form=HTS_PREFIX),
        "from_on": day(N_("First day on the list")),
        "to_on": day(N_("First day no longer on the list; empty when open"), nullable=True),
        "known_on": day(N_("Day from which the entry was known")),
        "end_known_on": day(N_("Day from which its end was known; empty when with the entry"), nullable=True),
        "coverage": text(
            N_("Whether the measure covers all of the product, a part of it, none of it, or is not stated to"),
            choices=("full", "part", "exempt", "not_stated"),
        ),
        "source_id": text(N_("Source of the row")),
    },
)
