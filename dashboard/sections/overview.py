"""The Overview's answers for a home country: four figures, each with what it is measured against and where it comes from."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated

import pandas as pd
import streamlit as st
from pydantic import Field

from dashboard import labels, style
from dashboard.charts import all_charts, claims_compare
from dashboard.drawing import Drawing, draw
from dashboard.language import _, day, localized, money, percent, trimmed_percent
from dashboard.ledger import ledger
from dashboard.page import Page, escaped
from dashboard.params import ALLIES, ChartParams, newest_edition
from dashboard.topics.tariffs import tariff_tables
from etl import days
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.tariffs import intervals


class HomeParams(ChartParams):
    home: Annotated[str, ALLIES] = Field("CAN", title=N_("Home country"))


def product_of(home: str) -> str:
    """Whose tariffs the Overview draws: lumber for Canada, whose case it is; goods in general for all others."""
    return "softwood-lumber" if home == "CAN" else "general-goods"


def first_chart(home: str) -> tuple[str, dict[str, str]]:
    """The chart the Overview begins with, and what it is drawn for: the home country beside Europe and the United States."""
    return "spending-trend", {"countries": ",".join(dict.fromkeys((home, "NATO_EUR_CAN", "USA")))}


@dataclass(frozen=True)
class Tile:
    """One answer: what it is, the figure, what it means, and the page that says more."""

    label: str
    figure: str
    meaning: tuple[str, ...]
    page: str


def tiles(page: Page, home: str) -> list[Tile]:
    today = days.today()
    found = [
        _share(page.snapshot, home, today),
        _need(page, home),
        _deadline(page),
        _tariffs(page.snapshot, home, today),
    ]
    return [tile for tile in found if tile]


def show_tiles(found: list[Tile]) -> None:
    """The answers side by side; below one another on a phone."""
    for column, tile in zip(st.columns(len(found)), found, strict=True):
        with column.container(border=True, height="stretch", gap="xsmall", key=f"tile_{tile.page}_{tile.label}"):
            st.caption(escaped(tile.label))
            st.subheader(escaped(tile.figure), anchor=False)
            for text in tile.meaning:
                st.caption(escaped(text))


def _share(snapshot: Snapshot, home: str, today: date) -> Tile:
    """The newest share of GDP and its distance to each target."""
    edition = newest_edition(snapshot, "NATO", today)
    found = snapshot.sql(
        """
        SELECT year, value, is_estimate FROM spending
        WHERE publisher = 'NATO' AND edition = $edition AND iso3 = $home AND measure = 'share_of_gdp_pct' ORDER BY year DESC LIMIT 1
        """,
        edition=edition,
        home=home,
    )
    if found.empty:
        nothing = _("NATO edition {edition} has no share of GDP for {country}.").format(
            edition=edition, country=labels.place(home)
        )
        return Tile(_("Share of GDP"), _("none"), (nothing,), "spending")
    last = found.iloc[0]
    targets = snapshot.sql("SELECT value_pct FROM targets WHERE measure = 'share_of_gdp_pct' ORDER BY value_pct")[
        "value_pct"
    ]
    label = _("Share of GDP, {year}{estimate}").format(
        year=last["year"], estimate=style.estimate_mark(bool(last["is_estimate"]))
    )
    gaps = tuple(labels.gap_in_words(last["value"], target) for target in targets)
    return Tile(label, percent(last["value"]), (*gaps, _("NATO edition {edition}").format(edition=edition)), "spending")


def _need(page: Page, home: str) -> Tile:
    """What the next goal that is not met yet still needs, at the GDP of the last figure."""
    drawing = draw(page.ledger, "pledge-path", all_charts()["pledge-path"].Params(country=home), page.snapshot.release)
    goals = drawing.rows[(drawing.rows["kind"] == "goal") & (drawing.rows["gap_points"] > 0)]
    label = _("Still needed for the next goal")
    if goals.empty:
        return Tile(label, _("nothing"), (drawing.title,), "pledges")
    goal = goals.sort_values(["due_assumed", "year", "share_of_gdp_pct"]).iloc[0]  # a goal with a year of its own first
    aim = _("for {share} by {year}").format(share=trimmed_percent(goal["share_of_gdp_pct"]), year=goal["year"])
    if pd.isna(goal["gap_usd_million"]):
        return Tile(label, _("{points} points").format(points=labels.number(goal["gap_points"])), (aim,), "pledges")
    own = money(goal["gap_ncu_million"], goal["currency"])
    basis = _("{amount} a year, at the GDP of {year}").format(
        amount=own, year=drawing.params.start or _last_year(drawing)
    )
    return Tile(
        label,
        money(goal["gap_usd_million"]),
        (aim, basis, _("NATO edition {edition}").format(edition=drawing.params.edition)),
        "pledges",
    )


def _last_year(drawing: Drawing) -> int:
    return int(drawing.rows.loc[drawing.rows["kind"] == "figure", "year"].max())


def _deadline(page: Page) -> Tile | None:
    """The next pending deadline and how many days are left."""
    drawing = draw(
        page.ledger, "deadlines-timeline", all_charts()["deadlines-timeline"].Params(), page.snapshot.release
    )
    pending = drawing.rows[drawing.rows["deadline_status"] == "pending"].sort_values(["due_on", "deadline_id"])
    if pending.empty:
        return None
    first = pending.iloc[0]
    later = _("{count} more are pending").format(count=len(pending) - 1)
    return Tile(
        _("Next deadline"),
        _("in {days} days").format(days=first["days_left"]),
        (f"{first['title']}, {day(first['due_on'])}", later),
        "deadlines",
    )


def _tariffs(snapshot: Snapshot, home: str, today: date) -> Tile:
    """How many measures on goods of the home country are in force, and how many are only threatened."""
    standing = _measures(snapshot, home, today)
    in_force, threatened = (standing[standing["status"] == status] for status in ("in_force", "threatened"))
    figure = _("{count} in force").format(count=len(in_force))
    said = [
        _("{count} threatened").format(count=len(threatened))
        + (f": {'; '.join(threatened['title'])}" if len(threatened) else "")
    ]
    rates = in_force.dropna(subset=["rate_pct"]).sort_values("rate_pct", ascending=False).head(2)
    if len(rates):
        listed = "; ".join(f"{row.title} {trimmed_percent(row.rate_pct)}" for row in rates.itertuples())
        said.insert(0, _("highest: {list}").format(list=listed))
    return Tile(_("Tariffs on goods of {country}").format(country=labels.place(home)), figure, tuple(said), "tariffs")


@lru_cache(maxsize=256)
def _measures_of(release: int, home: str, today: date) -> pd.DataFrame:
    """Measures that bear on goods of a country on a day: measure_id, status, rate_pct (the highest)."""
    now = pd.Timestamp(today)
    found = intervals(tariff_tables(ledger().at(release)), now, origins=[home])
    found = found[(found["starts_on"] <= now) & ~(found["ends_on"] <= now)]
    counted = (found["status"] == "threatened") | (
        (found["status"] == "in_force") & ((found["rate_pct"] > 0) | (found["rate_kind"] == "ban"))
    )
    best = found[counted].groupby(["measure_id", "status"], as_index=False)["rate_pct"].max()
    in_force = set(best.loc[best["status"] == "in_force", "measure_id"])
    return best[(best["status"] == "in_force") | ~best["measure_id"].isin(in_force)]


def _measures(snapshot: Snapshot, home: str, today: date) -> pd.DataFrame:
    titles = snapshot.sql(f"SELECT measure_id, {localized('title')} AS title FROM tariff_measures")
    return _measures_of(snapshot.release, home, today).merge(titles, on="measure_id")


def show_claims(page: Page) -> None:
    """Each claim beside what NATO's editions said then and say now; the Pledges page has the sources."""
    drawing = draw(page.ledger, "claims-compare", all_charts()["claims-compare"].Params(), page.snapshot.release)
    st.dataframe(claims_compare.short_table(drawing.rows), hide_index=True, key="claims", alt=drawing.summary)


def show_last_change(page: Page) -> None:
    """What the release shown changed against the one before it."""
    release = page.ledger.release(page.snapshot.release)
    st.caption(
        escaped(
            _("Release {number}, {day}, by {author}: {message}").format(
                number=release.number,
                day=day(release.published_at.date()),
                author=release.author,
                message=release.message,
            )
        )
    )
    if release.number == 1:
        st.caption(_("It is the first one: there is nothing to compare it with."))
        return
    changed = [
        {
            _("Dataset"): name,
            _("Rows that differ"): len(frame.drop_duplicates(list(frame.columns[: frame.columns.get_loc("change")]))),
        }
        for name, frame in page.ledger.diff(release.number - 1, release.number).items()
    ]
    st.dataframe(pd.DataFrame(changed), hide_index=True, width="content")
