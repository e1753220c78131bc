"""What each ally spends on defence against the tariffs it faces, as a table."""

from datetime import date
from typing import Annotated, Literal, Self

import pandas as pd
from pydantic import Field

from dashboard import labels, style
from dashboard.language import _, localized, ngettext, trimmed_percent
from dashboard.params import NATO_EDITIONS, TARGETS, ChartParams, newest_edition, set_day
from dashboard.topics.tariffs import (
    CHARGING,
    ORIGINS,
    PRODUCTS,
    QUALIFYING,
    has_cusma_choice,
    product_name,
    tariff_tables,
    within_a_sentence,
)
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.tariffs import layers_and_totals, totals

SHARE = "share_of_gdp_pct"
IMPORTER = "USA"


class PressureParams(ChartParams):
    NOT_STARTED_FROM = CHARGING
    product: Annotated[str, PRODUCTS] = Field("general-goods", title=N_("Product"))
    origin: Annotated[str, ORIGINS] = Field("CAN", title=N_("From"))
    usmca: Literal["any", "yes", "no"] = Field("any", title=N_("Qualifies under CUSMA"))
    against: Annotated[str, TARGETS] = Field("nato-2", title=N_("Measured against"))
    edition: Annotated[str | None, NATO_EDITIONS] = Field(None, title=N_("Edition"))
    on: date | None = Field(None, title=N_("On"))
    known: date | None = Field(None, title=N_("As known on"))

    def explicit(self, snapshot: Snapshot) -> Self:
        filled = super().explicit(snapshot)
        return filled.filled(edition=newest_edition(snapshot, "NATO", set_day(filled.known)))


def pressure(snapshot: Snapshot, params: PressureParams) -> pd.DataFrame:
    """One row an ally other than the United States: the last share of GDP of the edition, and the tariffs on the day.

    An ally of which the edition has no share (Iceland) pays a tariff, too: its share, year and `is_estimate` are empty.
    `total_pct` is in force (% of customs value; empty where the import is banned), `threatened_pct` the highest threat,
    `qualifying_pct` what goods pay that qualify under CUSMA, where the question leaves it open.
    """
    allies = snapshot.sql(
        f"""
        SELECT c.iso3, s.year, s.value AS share_of_gdp_pct, s.is_estimate, t.value_pct AS target_pct, t.{localized("label")} AS target_label,
               'NATO' AS publisher, s.edition, concat_ws(';', s.source_id, t.source_id) AS spending_source
        FROM countries c JOIN targets t ON t.target_id = $against
        LEFT JOIN spending s ON s.iso3 = c.iso3 AND s.publisher = 'NATO' AND s.edition = $edition AND s.measure = $share
        WHERE c.joined_nato_on <= $on AND c.iso3 <> $importer
        QUALIFY row_number() OVER (PARTITION BY c.iso3 ORDER BY s.year DESC) = 1 ORDER BY c.iso3
        """,
        against=params.against,
        edition=params.edition,
        share=SHARE,
        on=params.on,
        importer=IMPORTER,
    ).astype({"year": "Int64", "is_estimate": "boolean"})
    allies = allies if allies[SHARE].notna().any() else allies.iloc[:0]  # nothing published: no question to answer
    queries = pd.DataFrame(
        {"product_id": params.product, "origin": allies["iso3"], "on": pd.Timestamp(params.on), "importer": IMPORTER}
    )
    tables, known = tariff_tables(snapshot), pd.Timestamp(params.known)
    layers, sums = layers_and_totals(tables, queries.assign(usmca=QUALIFYING[params.usmca]), known)
    other = totals(tables, queries.assign(usmca="qualifying"), known)["total_pct"]
    open_question = [params.usmca == "any" and has_cusma_choice(snapshot, code) for code in allies["iso3"]]
    spoken = layers[layers["included"] | (layers["status"] == "threatened")]
    sources = spoken.groupby("query")["source_id"].agg(lambda ids: set(ids) - {""})
    table = allies.assign(label=product_name(snapshot, params.product), qualifying_pct=other.where(open_question))
    for name in ("total_pct", "status", "banned", "threatened_pct"):
        table[name] = sums[name].to_numpy()
    duties = layers[layers["counted_pct"] > 0].groupby("query")
    table["duties"] = pd.Series({query: _duties_in_words(own) for query, own in duties}).reindex(
        table.index, fill_value=""
    )
    table["trust"] = sums["lowest_trust"].to_numpy()
    table["source_id"] = [
        ";".join(sorted({row.spending_source} | sources.get(row.Index, set()))) for row in table.itertuples()
    ]
    return table.drop(columns="spending_source")


def _duties_in_words(layers: pd.DataFrame) -> str:
    """What a total is made of, where that is several duties: "antidumping 20.53 %, countervailing 14.63 %"; else nothing."""
    parts = [
        f"{within_a_sentence(labels.of('slot', layer.slot))} {trimmed_percent(layer.counted_pct)}"
        for layer in layers.sort_values("counted_pct", ascending=False).itertuples()
    ]
    return ", ".join(parts) if len(parts) > 1 else ""


def bands_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Each ally once for every band it stands in: what it is charged, what qualifying goods are charged, what it is threatened with.

    Columns: iso3, rate, band (in_force, qualifying, threatened), words, colour; the lowest band first.
    """
    out = []
    for row in rows.itertuples():
        rate = float("inf") if row.banned else row.total_pct
        charged = (
            _("import ban in force")
            if row.banned
            else _("{rate} in force").format(rate=trimmed_percent(rate))
            if rate > 0
            else _("no additional tariff in force")
        )
        out.append((row.iso3, rate, "in_force", charged, style.IN_FORCE if rate > 0 else style.MUTED))
        if pd.notna(row.qualifying_pct) and row.qualifying_pct != rate:
            words = (
                _("{rate} in force").format(rate=trimmed_percent(row.qualifying_pct))
                if row.qualifying_pct > 0
                else _("no additional tariff in force")
            )
            out.append(
                (
                    row.iso3,
                    row.qualifying_pct,
                    "qualifying",
                    words,
                    style.IN_FORCE if row.qualifying_pct > 0 else style.MUTED,
                )
            )
        if row.threatened_pct > 0:
            out.append(
                (
                    row.iso3,
                    1e6 + row.threatened_pct,
                    "threatened",
                    _("threatened, not in force: {rate}").format(rate=trimmed_percent(row.threatened_pct)),
                    style.THREATENED,
                )
            )
    return pd.DataFrame(out, columns=["iso3", "rate", "band", "words", "colour"]).sort_values(
        ["rate", "iso3"], ignore_index=True
    )


def banded(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The bands with their words, the highest rate first."""
    if rows.empty:
        return []
    points = bands_of(rows).merge(rows, on="iso3")
    found = []
    for _rate, band in sorted(points.groupby("rate"), key=lambda pair: -pair[0]):
        count = ngettext("{count} ally", "{count} allies", len(band)).format(count=len(band))
        found.append((f"{band['words'].iloc[0]} · {count}", band))
    return found


def with_share(rows: pd.DataFrame) -> pd.DataFrame:
    """The allies that stand on the axis."""
    return rows[rows[SHARE].notna()]


def rates_in_words(rows: pd.DataFrame) -> str:
    """What is charged: "10 to 12.5 %", "10 %", "import ban"; where one ally is charged more than all others, who."""
    rates = rows.loc[(rows["total_pct"] > 0) & ~rows["banned"], "total_pct"]
    if rates.empty:
        return _("import ban") if rows["banned"].any() else trimmed_percent(0)
    low, high = trimmed_percent(rates.min()), trimmed_percent(rates.max())
    if rates.nunique() == 2 and (rates == rates.max()).sum() == 1:
        country = labels.place(rows.loc[rates.idxmax(), "iso3"])
        return _("{country} {high}, the others {low}").format(country=country, high=high, low=low)
    return low if low == high else _("{low} to {high}").format(low=low, high=high)


def beside_target(rows: pd.DataFrame) -> str:
    """How many are charged of those that meet the target, and of those that do not."""
    rows = with_share(rows)
    meets = rows[SHARE] >= rows["target_pct"]
    return _("Charged: {charged} of {met} allies that meet {target}, {short_charged} of {short} that do not.").format(
        charged=charged(rows[meets]),
        met=int(meets.sum()),
        target=trimmed_percent(rows["target_pct"].iloc[0]),
        short_charged=charged(rows[~meets]),
        short=int((~meets).sum()),
    )


def charged(rows: pd.DataFrame) -> int:
    return int(((rows["total_pct"] > 0) | rows["banned"]).sum())
