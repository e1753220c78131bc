"""What each product pays from each origin on a day, as a table."""

from datetime import date
from typing import Annotated, Literal, Self

import pandas as pd
from pydantic import Field

from dashboard.params import ChartParams
from dashboard.topics import tariffs
from dashboard.topics.matrix_cases import AS_COUNTED, LEAST_CONTENT, QUALIFIES, US_MADE, in_words, others_of
from dashboard.topics.tariffs import (
    CHARGING,
    IMPORTERS,
    MOST_CHANGES,
    ORIGINS,
    PRODUCTS,
    QUALIFYING,
    WhatIf,
    tables_of,
    tariff_tables,
)
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.tariffs import Stack, stack, totals

ALLIES_OF_THE_THREAT = ("DEU", "DNK", "FIN", "FRA", "GBR", "NLD", "NOR", "SWE")
GOODS = (
    "softwood-lumber", "upholstered-furniture", "heavy-trucks", "cars", "car-parts", "steel", "aluminium", "copper",
    "pharmaceuticals", "s338-dairy", "s338-alcohol", "s338-motor-vehicles", "energy", "general-goods",
)  # fmt: skip
COLUMNS = [
    "product_id", "label", "origin", "total_pct", "status", "banned", "threatened_pct", "scheduled_pct", "qualifying_pct",
    "other_readings", "other_lowest_pct", "other_highest_pct", "other_cases", "ban_possible", "not_stated", "trust",
    "source_id",
]  # fmt: skip
OTHERS = "others"  # of `attrs` of the table: the other rates of a product and an origin, with the cases they apply in
BESIDE = ("before_pct", "ledger_pct")  # totals at another moment, and without the scenario: where they are asked for
WORTH_A_WORD = ("threatened", "scheduled")


class MatrixParams(ChartParams):
    NOT_STARTED_FROM = CHARGING
    products: Annotated[tuple[str, ...], PRODUCTS] = Field(GOODS, title=N_("Products"), min_length=1)
    origins: Annotated[tuple[str, ...], ORIGINS] = Field(
        ("CAN", *ALLIES_OF_THE_THREAT), title=N_("Origins"), min_length=1
    )
    usmca: Literal["any", "yes", "no"] = Field("any", title=N_("Qualifies under CUSMA"))
    importer: Annotated[str | None, IMPORTERS] = Field(None, title=N_("Charged by"))
    on: date | None = Field(None, title=N_("On"))
    known: date | None = Field(None, title=N_("As known on"))
    whatif: WhatIf = Field((), title=N_("What if"), max_length=MOST_CHANGES)
    before_on: date | None = Field(None, title=N_("Compared with"))
    before_known: date | None = Field(None, title=N_("Then as known on"))

    def explicit(self, snapshot: Snapshot) -> Self:
        found = super().explicit(snapshot).filled(importer="USA")
        return found.filled(before_known=found.before_on) if found.before_on else found


def rates_by_product_and_origin(snapshot: Snapshot, params: MatrixParams) -> pd.DataFrame:
    """One row a product and origin: total in force (% of customs value; empty where banned), threatened and scheduled rates, status.

    other_lowest_pct and other_highest_pct: what other goods of the kind pay; empty: none. other_cases: each with the goods that pay it, in words.
    """
    pairs = [(product, origin) for product in params.products for origin in params.origins if origin != params.importer]
    queries = pd.DataFrame(pairs, columns=["product_id", "origin"]).assign(
        on=pd.Timestamp(params.on), usmca=QUALIFYING[params.usmca], importer=params.importer
    )
    found = stack(tables_of(snapshot, params), queries, pd.Timestamp(params.known))
    spoken = found.layers[found.layers["included"] | found.layers["status"].isin(WORTH_A_WORD)]
    sources = spoken.groupby("query")["source_id"].agg(lambda ids: ";".join(sorted(set(ids) - {""})))
    names = PRODUCTS.names(snapshot)
    table = queries.join(found.totals.set_index("query"))
    if params.before_on:
        then = queries.assign(on=pd.Timestamp(params.before_on))
        past = totals(tables_of(snapshot, params), then, pd.Timestamp(params.before_known))
        table = table.assign(before_pct=past["total_pct"].to_numpy())
    if params.whatif:
        own = totals(tariff_tables(snapshot), queries, pd.Timestamp(params.known))
        table = table.assign(ledger_pct=own["total_pct"].to_numpy())
    qualifying = _if_qualifying(snapshot, params, queries)
    answers = _other_answers(table, found, qualifying)
    others = {number: others_of(rows) for number, rows in answers.groupby("query")}
    rates = answers.groupby("query")["total_pct"]
    table = table.assign(
        other_lowest_pct=rates.min().reindex(table.index),
        other_highest_pct=rates.max().reindex(table.index),
        other_cases=[in_words(others.get(number, ())) for number in table.index],
        ban_possible=table.index.isin(answers.loc[answers["banned"], "query"]),
        label=table["product_id"].map(names),
        source_id=table.index.map(sources).fillna(""),
        trust=table["lowest_trust"],
        other_readings=table.index.isin(found.readings["query"]),
        not_stated=table.index.isin(found.layers.loc[found.layers["reason"] == "not_stated", "query"]),
        qualifying_pct=qualifying.totals.set_index("query")["total_pct"].reindex(table.index)
        if qualifying
        else float("nan"),
    )[[*COLUMNS, *(name for name in BESIDE if name in table)]]
    table.attrs[OTHERS] = {pairs[number]: cell for number, cell in others.items()}
    return table


def _if_qualifying(snapshot: Snapshot, params: MatrixParams, queries: pd.DataFrame) -> Stack | None:
    """What goods pay that qualify under CUSMA, where the question leaves it open; by the numbers of `queries`."""
    if params.usmca != "any":
        return None
    other = queries[queries["origin"].map(lambda origin: tariffs.has_cusma_choice(snapshot, origin))]
    if other.empty:
        return None
    found = stack(tables_of(snapshot, params), other.assign(usmca="qualifying"), pd.Timestamp(params.known))
    numbers = other.index.to_numpy()
    return Stack(
        *(frame.assign(query=numbers[frame["query"]]) for frame in (found.layers, found.totals, found.readings))
    )


def _other_answers(table: pd.DataFrame, found: Stack, qualifying: Stack | None) -> pd.DataFrame:
    """One row an answer that is another than the one counted: `query`, `readings` (what holds together), `total_pct`, `banned`.

    What goods pay in a case whether they qualify under CUSMA or not is an answer of that case alone.
    """
    frames = [found.readings.assign(readings=[(reading,) for reading in found.readings["reading"]])]
    if qualifying:
        own = qualifying.readings[qualifying.readings["reading"] != AS_COUNTED]
        metal = set(found.readings.loc[found.readings["reading"] == LEAST_CONTENT, "query"])
        both = [
            (QUALIFIES, US_MADE if row.reading == LEAST_CONTENT and row.query not in metal else row.reading)
            for row in own.itertuples()
        ]
        frames += [
            qualifying.totals.assign(reading=QUALIFIES, readings=[(QUALIFIES,)] * len(qualifying.totals)),
            own.assign(readings=both),
        ]
    said = pd.concat(
        [frame[["query", "reading", "readings", "total_pct", "banned"]] for frame in frames], ignore_index=True
    )
    said = said.drop_duplicates(["query", "reading", "total_pct", "banned"])
    counted = table.loc[said["query"], ["total_pct", "banned"]].set_axis(said.index)
    banned = said["banned"].astype(bool) & ~counted["banned"].astype(bool)
    other = said["total_pct"].notna() & (said["total_pct"] != counted["total_pct"])
    return said[other | banned].assign(banned=banned)
