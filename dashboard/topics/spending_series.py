"""Spending through the years as a table, and its values in words."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import Field

from dashboard import labels
from dashboard.language import _, labelled, localized, number, signed
from dashboard.language import percent as per_cent
from dashboard.params import (
    MEASURES,
    NATO_EDITIONS,
    PROPOSED_FOR,
    REPORTERS,
    TARGETS,
    Choices,
    KnownParams,
    newest_edition,
    set_day,
)
from dashboard.topics.pledges import PROPOSAL
from etl.ledger.licences import MAY_BE_HANDED_ON
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from etl.publishers import all_readers

SHARE = "share_of_gdp_pct"
NAMED = 3  # countries in a title
BILLIONS = {
    "million US dollars": N_("billion US dollars"),
    "million, national currency": N_("billion, national currency"),
}
"""How the unit of money is called that is drawn in billions."""
SINCE = Choices("plain", "SELECT DISTINCT year FROM spending WHERE publisher = 'NATO' ORDER BY year")
PUBLISHERS = Choices(
    "publisher", "SELECT DISTINCT publisher FROM spending WHERE publisher <> 'NATO_REPORT' ORDER BY publisher"
)


class SeriesParams(KnownParams):
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )
    measure: Annotated[str, MEASURES] = Field(SHARE, title=N_("Measure"))
    target: Annotated[tuple[str, ...], TARGETS] = Field(("nato-2", "path-2.5"), title=N_("Targets"))
    publisher: Annotated[tuple[str, ...], PUBLISHERS] = Field(("NATO",), title=N_("Publishers"), min_length=1)
    transform: Literal["value", "index", "change"] = Field("value", title=N_("Shown as"))
    edition: Annotated[str | None, NATO_EDITIONS] = Field(None, title=N_("Edition"))
    since: Annotated[int, SINCE] = Field(2014, title=N_("Since"))

    def explicit(self, snapshot: Snapshot) -> Self:
        filled = super().explicit(snapshot)
        return filled.filled(edition=newest_edition(snapshot, "NATO", set_day(filled.known), filled.measure))


def spending_series(snapshot: Snapshot, params: SeriesParams) -> pd.DataFrame:
    """One row a value: `kind` is figure, target or pledge; targets have no country, pledges their due year.

    `value` is as published. For an index or a change, `transformed` is what is drawn: first year = 100, or the
    difference from the first year. Figures carry the currency of national amounts and the price base of their edition.
    """
    table = snapshot.sql(
        f"""
        WITH newest AS (
            SELECT publisher, arg_max(edition, published_on) AS edition FROM editions
            WHERE published_on <= $known AND (publisher, edition) IN (SELECT (publisher, edition) FROM spending WHERE measure = $measure)
            GROUP BY publisher
        )
        SELECT 'figure' AS kind, iso3, year, value, unit, is_estimate, publisher, edition, c.currency, e.constant_price_base_year AS price_base_year,
               NULL AS label, NULL AS status, s.source_id
        FROM spending s JOIN editions e USING (publisher, edition) LEFT JOIN currencies c USING (publisher, edition, iso3)
        WHERE measure = $measure AND list_contains($countries, iso3) AND year >= $since AND (
            publisher = 'NATO' AND edition = $edition AND list_contains($publishers, 'NATO')
            OR publisher <> 'NATO' AND (publisher, edition) IN (SELECT (publisher, edition) FROM newest) AND list_contains($publishers, publisher) AND iso3 = $home
            AND {MAY_BE_HANDED_ON["spending"]}
        )
        UNION ALL
        SELECT 'target', NULL, due_year, value_pct, '% of GDP', NULL, NULL, NULL, NULL, NULL, {localized("label")}, CASE WHEN list_contains($proposed, target_id) THEN '{PROPOSAL}' END, source_id
        FROM targets WHERE measure = $measure AND ($measure <> 'share_of_gdp_pct' OR list_contains($targets, target_id)) AND agreed_on <= $known
        UNION ALL
        SELECT 'pledge', iso3, due_year, value_pct, '% of GDP', NULL, NULL, NULL, NULL, NULL, concat({localized("made_by")}, ', ', due_label), status, source_id
        FROM pledges WHERE measure = $measure AND list_contains($countries, iso3) AND due_year IS NOT NULL AND made_on <= $known
        ORDER BY kind, publisher, iso3, year, label, value, source_id
        """,
        edition=params.edition,
        measure=params.measure,
        countries=list(params.countries),
        since=params.since,
        targets=list(params.target),
        proposed=list(PROPOSED_FOR),
        known=params.known,
        publishers=list(params.publisher),
        home=params.countries[0],
    )
    if params.transform == "value":
        return table
    figures = table[table["kind"] == "figure"].reset_index(drop=True)
    start = figures[figures["year"] == params.since].set_index(["publisher", "iso3"])["value"]
    base = pd.Series(pd.MultiIndex.from_frame(figures[["publisher", "iso3"]]).map(start), dtype="float64")
    figures["transformed"] = figures["value"] / base * 100 if params.transform == "index" else figures["value"] - base
    return figures[figures["transformed"].notna()].reset_index(drop=True)


def is_percent(params: SeriesParams) -> bool:
    return labels.UNITS[params.measure].startswith("%")


def newest_figures(rows: pd.DataFrame) -> pd.DataFrame:
    """The figures of a series, the newest first; a currency only where amounts are told apart by it."""
    figures = rows[rows["kind"] == "figure"].sort_values("year", ascending=False, kind="stable")
    return figures.assign(currency=figures["currency"].where(figures["unit"].str.contains("national currency")))


def is_money(params: SeriesParams) -> bool:
    return params.measure.endswith("_million") and ("_usd_" in params.measure or "_ncu_" in params.measure)


def currency_of(figures: pd.DataFrame, params: SeriesParams) -> str | None:
    """The one currency of all that is drawn; None where countries have several."""
    codes = ["USD"] if "_usd_" in params.measure else figures["currency"].dropna().unique()
    return str(codes[0]) if len(codes) == 1 else None


def value_in_words(row, params: SeriesParams) -> str:
    return labels.measured(row["value"], params.measure, row["currency"])


def change_in_words(row, params: SeriesParams) -> str:
    """What an index or a change says, as prose."""
    if params.transform == "index":
        return number(row["transformed"], 0)
    if is_percent(params):
        return _("{points} points").format(points=signed(row["transformed"]))
    return ("+" if row["transformed"] > 0 else "") + labels.measured(
        row["transformed"], params.measure, row["currency"]
    )


def hover_of(row, params: SeriesParams) -> str:
    row = row._asdict()
    if params.transform == "value":
        return value_in_words(row, params)
    return f"{change_in_words(row, params)} ({value_in_words(row, params)})"


def on_who_has_figures(rows: pd.DataFrame, params: SeriesParams, finding: Callable[[pd.DataFrame, Any], str]) -> str:
    """The finding on the first country; where it has no figures, that on the first that has some, and that it has none."""
    first, *others = params.countries
    known = [code for code in params.countries if newest_figure(rows, code) is not None]
    if not known or known[0] == first:
        return finding(rows, params)
    found = finding(rows, params.model_copy(update={"countries": (known[0], *others)}))
    return _("{finding}; {country}: no figures").format(finding=found, country=labels.place(first))


def newest_figure(rows: pd.DataFrame, code: str, publisher: str | None = None) -> pd.Series | None:
    """The last figure of a country: NATO's where there is one."""
    line = rows[(rows["kind"] == "figure") & (rows["iso3"] == code)].sort_values("year")
    wanted = line[line["publisher"] == (publisher or "NATO")]
    line = wanted if len(wanted) or publisher else line
    return None if line.empty else line.iloc[-1]


def definitions_in_words(publishers: Iterable[str]) -> str:
    """What the figures of each publisher are, a sentence each; of one that no file is read of nothing is said."""
    readers = [(one, all_readers()[one]) for one in publishers if one in all_readers()]
    sentences = [labelled(labels.of("publisher", one), _(reader.COMPARABLE)) for one, reader in readers]
    return " ".join(f"{sentence}." for sentence in sentences)


def bare_value(row: pd.Series, params: SeriesParams) -> str:
    """A value without the words of its unit: they stand in the line below."""
    return per_cent(row["value"]) if is_percent(params) else value_in_words(row, params)


def ranked_in_words(rows: pd.DataFrame, params: SeriesParams) -> str:
    """What is measured, who leads, and the guideline: "Major equipment: France 34.09 %, Germany 32.11 %, 2026 (estimates)"."""
    last = [row for code in params.countries if (row := newest_figure(rows, code)) is not None]
    year = max(row["year"] for row in last)
    now = sorted((row for row in last if row["year"] == year), key=lambda row: -row["value"])[:NAMED]
    parts = [f"{labels.place(row['iso3'])} {bare_value(row, params)}" for row in now]
    estimated = any(row["is_estimate"] for row in now)
    estimates = "" if not estimated else f" ({_('estimate') if len(now) == 1 else _('estimates')})"
    measure = labels.of("measure", params.measure)
    figures = labelled(measure, f"{', '.join(parts)}, {year}{estimates}")
    targets = rows.loc[rows["kind"] == "target", "label"]
    return f"{figures}; {targets.iloc[0]}" if len(targets) else figures


def subtitle_of(figures: pd.DataFrame, params: SeriesParams) -> str:
    """Measure, unit, price base, editions; what the marks of pledges mean."""
    unit, base = labels.UNITS[params.measure], figures["price_base_year"].max()
    unit = _(BILLIONS.get(unit, unit))
    parts = [labels.of("measure", params.measure)]
    if params.measure == SHARE and not pd.isna(base):
        unit = _("% of real GDP in prices of {year}").format(year=int(base))
        parts = [_("Defence expenditure")]
    if params.transform == "index":
        parts.append(_("index, {year} = 100").format(year=params.since))
    elif params.transform == "change":
        parts.append(
            _("change since {year}, {unit}").format(
                year=params.since, unit=_("percentage points") if is_percent(params) else unit
            )
        )
    else:
        parts.append(unit)
    if not pd.isna(base) and ("constant" in params.measure or params.measure == "real_change_pct"):
        parts.append(_("prices of {year}").format(year=int(base)))
    for pair in figures[["publisher", "edition"]].drop_duplicates().itertuples():
        parts.append(
            _("{publisher} edition {edition}").format(
                publisher=labels.of("publisher", pair.publisher), edition=pair.edition
            )
        )
    return ", ".join(parts)
