"""Trade beside tariffs: what the rate of a day makes of a year's US imports, in dollars, with the basis named.

Imports for consumption at customs value, in US dollars; nothing is converted. A rate is set against the trade of a past
year as it was: how trade reacts is not in it.
"""

import pandas as pd

from dashboard.language import _, current
from dashboard.topics.tariffs import PRODUCTS, TariffParams, has_cusma_choice, tables_of
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.tariffs import layers_and_totals, totals
from policy.tariffs.scenario import with_demand

IMPORTER = "USA"
NO_KIND_OF_GOODS = ("98", "99")  # chapters of the schedule that hold entries of any goods

CHAPTERS = {
    "02": N_("Meat"), "03": N_("Fish"), "15": N_("Fats and oils"), "22": N_("Beverages and spirits"), "27": N_("Mineral fuels"), "28": N_("Inorganic chemicals"),
    "29": N_("Organic chemicals"), "30": N_("Pharmaceuticals"), "33": N_("Perfumery and cosmetics"), "35": N_("Enzymes and glues"), "38": N_("Chemical products"),
    "39": N_("Plastics"), "42": N_("Leather goods"), "44": N_("Wood"), "47": N_("Wood pulp"), "48": N_("Paper"), "71": N_("Precious stones and metals"),
    "72": N_("Iron and steel"), "73": N_("Articles of iron or steel"), "74": N_("Copper goods"), "75": N_("Nickel"), "76": N_("Aluminium goods"), "84": N_("Machinery"), "85": N_("Electrical equipment"),
    "24": N_("Tobacco"), "94": N_("Furniture"), "87": N_("Vehicles"), "88": N_("Aircraft"), "89": N_("Ships and boats"), "90": N_("Instruments, medical devices"), "97": N_("Works of art"), "04": N_("Dairy and eggs"), "18": N_("Cocoa and chocolate"), "19": N_("Bakery and cereal preparations"), "21": N_("Food preparations"), "32": N_("Dyes and paints"), "34": N_("Soaps and waxes"),
    "40": N_("Rubber"), "61": N_("Knitted clothing"), "62": N_("Clothing"), "64": N_("Footwear"), "68": N_("Stone and cement articles"), "69": N_("Ceramics"), "70": N_("Glass"), "82": N_("Tools and cutlery"),
    "83": N_("Articles of base metal"), "86": N_("Railway equipment"), "91": N_("Clocks and watches"), "93": N_("Arms and ammunition"), "95": N_("Toys and sports equipment"), "96": N_("Various articles"), "98": N_("Goods returned and other special entries"), "99": N_("Low-value and other special entries"),
}  # fmt: skip
"""Short names of the chapters of the Harmonized System that weigh most in the imports held here."""


def by_group(snapshot: Snapshot, params: TariffParams, elasticity: float | None = None) -> pd.DataFrame:
    """One row a group of goods from the origin: imports of the newest full year, rates of the day, and rate times imports.

    Canada by product group (groups overlap), others by HS chapter. A chapter is given the rate of the product it stands
    for; chapters with several (vehicles, wood ...) have none, nor have those that are no kind of goods (98, 99). Where CUSMA claims are known, the claimed part is charged the
    rate of qualifying goods. In a scenario `ledger_duty_usd_million` is what the ledger's own rates make; with an
    `elasticity` trade moves with its price at the border, which is the value and the duty: constant elasticity, from the
    ledger's rate to the scenario's.
    """
    trade = _trade(snapshot, params.origin)
    if trade.empty:
        return trade
    priced = trade[trade["product_id"] != ""]
    rates = _rates(snapshot, params, sorted(set(priced["product_id"])))
    table = trade.merge(rates, on="product_id", how="left")
    if params.whatif:
        own = _rates(snapshot, params.model_copy(update={"whatif": ()}), sorted(set(priced["product_id"])))
        ledger = trade.merge(own, on="product_id", how="left")
        table["ledger_duty_usd_million"] = _duty(ledger)
        table = _answered_by_demand(table, ledger, elasticity or 0.0)
    table["duty_usd_million"] = _duty(table)
    table["threatened_usd_million"] = table["imports_usd_million"] * table["threatened_pct"] / 100
    table["source_id"] = [
        ";".join(sorted({*row.trade_source.split(";"), *str(row.rate_source).split(";")} - {"", "nan"}))
        for row in table.itertuples()
    ]
    order = table["duty_usd_million"].fillna(-1)
    return (
        table.drop(columns=["trade_source", "rate_source"])
        .loc[order.sort_values(ascending=False, kind="stable").index]
        .reset_index(drop=True)
    )


def _duty(table: pd.DataFrame) -> pd.Series:
    """Rates times imports in million US dollars; the part that claimed CUSMA at the rate of qualifying goods."""
    claimed = table["claimed_usd_million"].fillna(0)
    rest = (table["imports_usd_million"] - claimed) * table["total_pct"]
    return (claimed * table["qualifying_pct"].fillna(table["total_pct"]) + rest) / 100


def _answered_by_demand(table: pd.DataFrame, ledger: pd.DataFrame, elasticity: float) -> pd.DataFrame:
    """The imports, claimed and not, after demand answered the scenario's rates; trade of which a rate is not known stays."""
    claimed = table["claimed_usd_million"]
    rest = table["imports_usd_million"] - claimed.fillna(0)
    before, after = (frame["qualifying_pct"].fillna(frame["total_pct"]) for frame in (ledger, table))
    claimed = with_demand(claimed, before, after, elasticity).fillna(claimed)
    rest = with_demand(rest, ledger["total_pct"], table["total_pct"], elasticity).fillna(rest)
    return table.assign(claimed_usd_million=claimed, imports_usd_million=rest + claimed.fillna(0))


def _trade(snapshot: Snapshot, origin: str) -> pd.DataFrame:
    """Imports and CUSMA claims of the newest full year by group, in million US dollars, with the product of each group."""
    spoken = "name_en" if current() == "en" else "name_fr"
    table = snapshot.sql(
        f"""
        WITH newest AS (
            SELECT grouping, max(period) AS period FROM trade_us_imports
            WHERE origin = $origin AND frequency <> 'month' AND measure = 'imports_consumption_usd'
              AND grouping = (SELECT min(CASE grouping WHEN 'product_group' THEN '1product_group' WHEN 'hs2' THEN '2hs2' END)[2:]
                              FROM trade_us_imports WHERE origin = $origin AND frequency <> 'month')
            GROUP BY grouping
        ), chapters AS (
            SELECT DISTINCT regexp_extract(code, '^ch(\\d\\d)_', 1) AS chapter, coalesce(product_id, '') AS product_id FROM trade_us_imports
            WHERE grouping = 'product_group' AND regexp_matches(code, '^ch\\d\\d_')
        )
        SELECT t.origin, t.period, t.grouping, t.code, any_value(t.basis) AS basis,
               any_value(CASE WHEN t.code IN {NO_KIND_OF_GOODS} THEN '' WHEN t.grouping = 'hs2' THEN coalesce(c.product_id, 'general-goods') ELSE coalesce(t.product_id, '') END) AS product_id,
               any_value(p.{spoken}) AS product_name,
               sum(value) FILTER (t.measure = 'imports_consumption_usd') / 1e6 AS imports_usd_million,
               sum(value) FILTER (t.measure = 'usmca_claimed_usd') / 1e6 AS claimed_usd_million,
               string_agg(DISTINCT t.source_id, ';') AS trade_source
        FROM trade_us_imports t JOIN newest n USING (grouping, period)
        LEFT JOIN chapters c ON t.grouping = 'hs2' AND c.chapter = t.code
        LEFT JOIN products p ON p.product_id = t.product_id
        WHERE t.origin = $origin AND t.frequency <> 'month' AND t.measure IN ('imports_consumption_usd', 'usmca_claimed_usd')
        GROUP BY ALL HAVING imports_usd_million > 0 ORDER BY t.code
        """,
        origin=origin,
    )
    table = table[(table["grouping"] == "hs2") | (table["product_id"] != "")]
    names = [
        row.product_name if row.grouping == "product_group" else chapter_name(row.code) for row in table.itertuples()
    ]
    return table.assign(label=names).drop(columns="product_name").reset_index(drop=True)


def chapter_name(code: str) -> str:
    """ "Machinery (HS 84)"; the bare number where the chapter has no short name here."""
    chapter = _("HS {code}").format(code=code)
    return f"{_(CHAPTERS[code])} ({chapter})" if code in CHAPTERS else chapter


def _rates(snapshot: Snapshot, params: TariffParams, products: list[str]) -> pd.DataFrame:
    """Rates of the day of each product from the origin, % of customs value.

    Where goods can qualify under CUSMA `qualifying_pct` is what they pay then, charged on the whole value, and `us_made_pct`
    what they would pay if all of their content were of the United States.
    """
    queries = pd.DataFrame(
        {"product_id": products, "origin": params.origin, "on": pd.Timestamp(params.on), "importer": IMPORTER}
    )
    known = pd.Timestamp(params.known)
    layers, sums = layers_and_totals(tables_of(snapshot, params), queries, known)
    sources = (
        layers[layers["included"] | (layers["status"] == "threatened")]
        .groupby("query")["source_id"]
        .agg(lambda ids: ";".join(sorted(set(ids) - {""})))
    )
    rates = queries[["product_id"]].join(
        sums.set_index("query")[["total_pct", "status", "banned", "threatened_pct", "lowest_trust"]]
    )
    silent = rates.index.isin(layers.loc[layers["reason"] == "not_stated", "query"]) & (rates["total_pct"] == 0)
    # a rate that turns on a fact about each good (a maker's plan, a generic) is no rate of a whole group either
    silent |= rates.index.isin(layers.loc[layers["reason"] == "condition_open", "query"])
    rates["total_pct"] = rates["total_pct"].mask(silent)  # our sources do not say: that is not nothing
    rates = rates.rename(columns={"lowest_trust": "trust"}).assign(
        not_stated=silent,
        rate_source=rates.index.map(sources).fillna(""),
        qualifying_pct=float("nan"),
        us_made_pct=float("nan"),
    )
    if has_cusma_choice(snapshot, params.origin):
        qualifying = queries.assign(usmca="qualifying")
        for name, asked in (("qualifying_pct", qualifying), ("us_made_pct", qualifying.assign(us_content_pct=100.0))):
            other = totals(tables_of(snapshot, params), asked, known)["total_pct"]
            rates[name] = other.mask(silent).to_numpy()
    return rates


def by_month(snapshot: Snapshot, params: TariffParams) -> pd.DataFrame:
    """One row a month: imports of the product's group from the origin, and the part claimed under CUSMA, million US dollars."""
    table = snapshot.sql(
        """
        SELECT origin, period, code, any_value(product_id) AS product_id, any_value(product_fit) AS product_fit, any_value(basis) AS basis,
               sum(value) FILTER (measure = 'imports_consumption_usd') / 1e6 AS imports_usd_million,
               sum(value) FILTER (measure = 'usmca_claimed_usd') / 1e6 AS claimed_usd_million,
               string_agg(DISTINCT source_id, ';') AS source_id
        FROM trade_us_imports
        WHERE origin = $origin AND frequency = 'month' AND grouping = 'product_group' AND product_id = $product
        GROUP BY origin, period, code ORDER BY period
        """,
        origin=params.origin,
        product=params.product,
    )
    return table.assign(label=table["product_id"].map(PRODUCTS.names(snapshot)))
