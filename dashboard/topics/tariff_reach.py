"""What a country's goods are charged in all, said once: bans, measures that count, the highest total, what is threatened.

It is the calculator's own answer for every product, so no page can say a rate that the calculator does not charge.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pandas as pd

from dashboard.topics.tariffs import PRODUCTS, QUALIFYING, importer_of, tariff_tables
from etl.ledger.snapshot import Snapshot
from policy.tariffs import layers_and_totals


@dataclass(frozen=True)
class Reach:
    """`banned`: measures that ban imports; `counted`: measures that add to a total, each with the most it
    adds on any goods (% of the value; None of a ban); `threatened`: measures, not in force.

    `product`, `highest_pct`: the goods with the highest total in force (None where nothing is charged). All are codes.
    """

    importer: str
    banned: tuple[str, ...]
    counted: Mapping[str, float | None]
    threatened: tuple[str, ...]
    product: str | None
    highest_pct: float | None


@lru_cache(maxsize=256)
def reach(snapshot: Snapshot, origin: str, on: date) -> Reach:
    """The answer for goods of an origin on a day, as known that day; goods are taken not to qualify under CUSMA."""
    importer = importer_of(origin)
    queries = pd.DataFrame({"product_id": PRODUCTS.codes(snapshot), "origin": origin}).assign(
        on=pd.Timestamp(on), usmca=QUALIFYING["any"], importer=importer
    )
    layers, totals = layers_and_totals(tariff_tables(snapshot), queries, pd.Timestamp(on))
    totals = totals.set_index("query")
    included = layers[layers["included"] & (layers["status"] == "in_force")]
    ban = included["rate_kind"] == "ban"
    charged = totals.loc[(totals["status"] == "in_force") & (totals["total_pct"] > 0), "total_pct"]
    top = None if charged.empty else charged.idxmax()
    adding = included[ban | (included["counted_pct"] > 0)]
    most = adding.assign(pct=adding["counted_pct"].where(~ban)).groupby("measure_id")["pct"].max()
    counted = {str(code): None if pd.isna(pct) else float(pct) for code, pct in most.items()}
    return Reach(
        importer=importer,
        banned=_measures(included[ban]),
        counted=counted,
        threatened=tuple(code for code in _measures(layers[layers["status"] == "threatened"]) if code not in counted),
        product=None if top is None else str(queries.loc[top, "product_id"]),
        highest_pct=None if top is None else float(charged[top]),
    )


def _measures(layers: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted(set(layers["measure_id"])))
