"""The Overview's answers for a home country: four figures, each with what it is measured against and where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile
from typing import Annotated

import pandas as pd
import streamlit as st
from pydantic import Field

from dashboard import labels, links, style
from dashboard.articles import from_the, the
from dashboard.charts import all_charts
from dashboard.drawing import Drawing, draw
from dashboard.language import _, money, ngettext, percent, trimmed_percent
from dashboard.menu import PAGES_FOLDER
from dashboard.once import once
from dashboard.page import escaped
from dashboard.params import ALLIES, PROPOSED_FOR, ChartParams, newest_edition
from dashboard.topics.deadlines import due, due_and_left, left
from dashboard.topics.tariff_reach import reach
from dashboard.topics.tariffs import measure_titles, product_name, within_a_sentence
from etl.ledger.ledger import Ledger
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from etl.settings import days


class HomeParams(ChartParams):
    home: Annotated[str, ALLIES] = Field("CAN", title=N_("Country"))


def product_of(snapshot: Snapshot, home: str) -> str:
    """The goods whose tariffs the Overview draws: lumber for Canada, whose case it is, goods in general for all others, and
    where others than the United States charge (they charge chosen goods only) those that pay the most."""
    if home == "CAN":
        return "softwood-lumber"
    answer = reach(snapshot, home, days.today())
    return answer.product or "general-goods" if answer.importer != "USA" else "general-goods"


def first_chart(home: str) -> tuple[str, dict[str, str]]:
    """The chart the Overview begins with, and what it is drawn for: the home country beside Europe and the United States,
    against the targets of the alliance and those proposed for it."""
    query = links.homely(all_charts()["spending-trend"].Params, {"home": home})
    return "spending-trend", query | {"countries": ",".join(dict.fromkeys((home, "NATO_EUR_CAN", "USA")))}


@dataclass(frozen=True)
class Tile:
    """One answer: what it is, the figure, what it means, and the page that says more, with what it is to show."""

    label: str
    figure: str
    meaning: tuple[str, ...]
    page: str
    query: Mapping[str, str] = field(default_factory=dict)


@once
def tiles(ledger: Ledger, release: int, home: str) -> list[Tile]:
    snapshot, today = ledger.at(release), days.today()
    candidates = [
        _share(snapshot, home, today),
        _need(ledger, snapshot, home),
        _deadline(ledger, snapshot, home),
        _tariffs(snapshot, home),
    ]
    return [tile for tile in candidates if tile]


def show_tiles(shown: list[Tile]) -> None:
    """The answers side by side; below one another on a phone."""
    for column, tile in zip(st.columns(len(shown)), shown, strict=True):
        with column.container(border=True, height="stretch", gap="xsmall", key=f"tile_{tile.page}_{tile.label}"):
            st.header(escaped(tile.label), anchor=False)
            st.markdown(f"**{escaped(tile.figure)}**")
            for text in tile.meaning:
                st.caption(escaped(text))
            st.page_link(
                PAGES_FOLDER / f"{tile.page}.py",
                label=_("More"),
                icon=":material/arrow_forward:",
                query_params=dict(tile.query) or None,
            )


def _share(snapshot: Snapshot, home: str, today: date) -> Tile:
    """The newest share of GDP and its distance to each target."""
    edition = newest_edition(snapshot, "NATO", today)
    shares = snapshot.sql(
        """
        SELECT year, value, is_estimate FROM spending
        WHERE publisher = 'NATO' AND edition = $edition AND iso3 = $home AND measure = 'share_of_gdp_pct' ORDER BY year DESC LIMIT 1
        """,
        edition=edition,
        home=home,
    )
    if shares.empty:
        nothing = _("NATO edition {edition} has no share of GDP for {country}.").format(
            edition=edition, country=labels.place(home)
        )
        return Tile(_("Share of GDP"), _("none"), (nothing,), "spending")
    last = shares.iloc[0]
    targets = snapshot.sql(
        "SELECT target_id, value_pct FROM targets WHERE measure = 'share_of_gdp_pct' ORDER BY value_pct"
    )
    targets = targets[[PROPOSED_FOR.get(target, home) == home for target in targets["target_id"]]]
    label = _("Share of GDP, {year}{estimate}").format(
        year=last["year"], estimate=style.estimate_mark(bool(last["is_estimate"]))
    )
    gaps = tuple(labels.gap_in_words(last["value"], target) for target in targets["value_pct"])
    return Tile(label, percent(last["value"]), (*gaps, _("NATO edition {edition}").format(edition=edition)), "spending")


def _need(ledger: Ledger, snapshot: Snapshot, home: str) -> Tile:
    """What the next goal that is not met yet still needs, at the GDP of the last figure."""
    drawing = draw(ledger, "pledge-path", all_charts()["pledge-path"].Params(country=home), snapshot.release)
    goals = drawing.rows[(drawing.rows["kind"] == "goal") & (drawing.rows["gap_points"] > 0)]
    label = _("Still needed for the next goal")
    if goals.empty:
        known = (drawing.rows["kind"] == "figure").any()
        return Tile(label, _("nothing") if known else _("not known"), (drawing.title,), "pledges")
    goal = goals.sort_values(["due_assumed", "year", "share_of_gdp_pct"]).iloc[0]  # a goal with a year of its own first
    aim = _("for {share} by {year}").format(share=trimmed_percent(goal["share_of_gdp_pct"]), year=goal["year"])
    if pd.isna(goal["gap_usd_million"]):
        return Tile(label, _("{points} points").format(points=labels.number(goal["gap_points"])), (aim,), "pledges")
    own = money(goal["gap_ncu_million"], goal["currency"])
    start = drawing.params.start or _last_year(drawing)
    basis = _("a year, at the GDP of {year}").format(year=start)
    if goal["currency"] != "USD":
        basis = _("{amount} {basis}").format(amount=money(goal["gap_usd_million"]), basis=basis)
    then = _("{amount} a year in {year}, as the economy grows").format(
        amount=money(goal["above_flat_ncu_million"], goal["currency"]), year=goal["year"]
    )
    return Tile(
        label, own, (aim, basis, then, _("NATO edition {edition}").format(edition=drawing.params.edition)), "pledges"
    )


def _last_year(drawing: Drawing) -> int:
    return int(drawing.rows.loc[drawing.rows["kind"] == "figure", "year"].max())


def _deadline(ledger: Ledger, snapshot: Snapshot, home: str) -> Tile | None:
    """The next pending deadline and how many days are left; below it the next one that is the home country's to keep."""
    drawing = draw(ledger, "deadlines-timeline", all_charts()["deadlines-timeline"].Params(), snapshot.release)
    pending = drawing.rows[drawing.rows["deadline_status"] == "pending"]
    if pending.empty:
        return None
    first, count = pending.iloc[0], len(pending) - 1
    said = [f"{first['title']}, {due(first)}"]
    own = pending[pending["deadline_id"].isin(_deadlines_of(snapshot, home))]
    if len(own) and own.iloc[0]["deadline_id"] != first["deadline_id"]:
        its = own.iloc[0]
        words = _("{title}, {when} (the country’s own)")
        said.append(words.format(title=its["title"], when=due_and_left(its)))
    said.append(ngettext("{count} later deadline", "{count} later deadlines", count).format(count=count))
    return Tile(_("Next deadline"), left(first), tuple(said), "deadlines")


def _deadlines_of(snapshot: Snapshot, home: str) -> list[str]:
    """Those that a country is a party to, by itself or as a member of the European Union."""
    found = snapshot.sql(
        """
        SELECT deadline_id FROM deadlines WHERE list_has_any(string_split(parties, ';'),
            [$home] || (SELECT coalesce(list('EU'), []) FROM countries WHERE iso3 = $home AND is_eu_member))
        """,
        home=home,
    )
    return found["deadline_id"].tolist()


def _tariffs(snapshot: Snapshot, home: str) -> Tile:
    """Bans first, then the highest total the calculator counts, how many measures, and what is only threatened."""
    answer, names = reach(snapshot, home, days.today()), measure_titles(snapshot)
    label, parts = _("Tariffs on goods {from_country}").format(from_country=from_the(labels.place(home))), []
    if answer.banned:
        count = len(answer.banned)
        parts.append(ngettext("{count} import ban", "{count} import bans", count).format(count=count))
    if answer.highest_pct is not None:
        parts.append(_("up to {rate}").format(rate=trimmed_percent(answer.highest_pct)))
    details = (
        []
        if answer.importer == "USA"
        else [_("charged by {country}").format(country=the(labels.place(answer.importer)))]
    )
    if answer.banned:
        details.append(_("Import ban: {names}").format(names=_listed([names[code] for code in answer.banned])))
    if answer.product:
        details.append(
            _("Highest: {rate} on {goods}").format(
                rate=trimmed_percent(answer.highest_pct or 0),
                goods=within_a_sentence(product_name(snapshot, answer.product)),
            )
        )
    count = len(answer.counted)
    words = ngettext("{count} measure in force, below", "{count} measures in force, listed below", count)
    details.append((words if count else _("No measure is in force.")).format(count=count))
    if answer.threatened:
        details.append(_("Threatened: {names}").format(names="; ".join(names[code] for code in answer.threatened)))
    shown = {"origin": home} | ({"product": answer.product} if answer.product else {})
    return Tile(label, ", ".join(parts) or _("no additional tariff"), tuple(details), "tariffs", shown)


def _listed(titles: list[str]) -> str:
    """Titles in a row; how they all begin is said once."""
    words = [title.split(" ") for title in titles]
    shared = sum(1 for _same in takewhile(lambda column: len(set(column)) == 1, zip(*words, strict=False)))
    return "; ".join([titles[0], *(" ".join(title[shared:]) for title in words[1:])])
