"""The parts of the Deadlines page that are more than a chart: what is next, how dates moved, what is on the table."""

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import labels, language, tables
from dashboard.drawing import Drawing
from dashboard.language import _, day, localized
from dashboard.once import once
from dashboard.page import Page, escaped, origin
from dashboard.sections.overview import Tile
from dashboard.topics.deadlines import day_of, left
from etl.ledger.ledger import Ledger
from etl.message import N_
from etl.vocabulary import AGENDA_KINDS, AGENDA_STATES, DEADLINE_OUTCOMES
from policy.deadlines import moves

CARDS = 5
MOVES = {"first_set": N_("first set"), "moved": N_("moved")} | DEADLINE_OUTCOMES


def next_pending(drawing: Drawing) -> list[Tile]:
    """The next deadlines, the nearest first, with the days that are left."""
    pending = drawing.rows[drawing.rows["deadline_status"] == "pending"].head(CARDS)
    return [Tile(day_of(row), left(row), (row.title,), "deadlines") for row in pending.itertuples()]


def show_next(drawing: Drawing) -> None:
    """The next deadlines as cards."""
    cards = next_pending(drawing)
    if not cards:
        st.info(_("No deadline is pending on {day}").format(day=day(drawing.params.on)))
        return
    for column, card in zip(st.columns(len(cards)), cards, strict=True):
        with column.container(border=True, height="stretch", gap="xsmall"):
            st.caption(escaped(card.label))
            st.markdown(f"**{card.figure}**")
            for text in card.meaning:
                st.caption(escaped(text))


def show_subscription(topic: str | None) -> None:
    """The address a calendar program follows."""
    chosen = f"&topic={topic}" if topic else ""
    address = f"{origin()}/deadlines.ics?lang={language.current()}{chosen}"
    with st.popover(_("Subscribe"), icon=":material/event:"):
        st.caption(_("Add this address to a calendar program; it follows every date that moves."))
        st.code(address, language=None)
        st.link_button(_("Download as a calendar file"), address)


def show_moves(page: Page, on: date) -> None:
    """How each deadline moved: first set, set again, and what became of it."""
    tables.show(_moved(page.ledger, page.snapshot.release, on), key="moves", alt=_("How each deadline moved"))


@once
def _moved(ledger: Ledger, release: int, on: date) -> pd.DataFrame:
    deadlines = ledger.at(release).sql(
        f"""
        SELECT deadline_id, series_id, {localized("title")} AS title, due_on, due_precision, set_on, outcome, outcome_verified, outcome_on
        FROM deadlines
        """
    )
    moved = moves(deadlines, pd.Timestamp(on)).merge(deadlines[["deadline_id", "title"]], on="deadline_id")
    return pd.DataFrame(
        {
            _("Deadline"): moved["title"],
            _("On"): moved["moved_on"].dt.date,
            _("What happened"): [_(MOVES[move]) for move in moved["move"]],
            _("Date"): _as_exact(moved["due_on"], moved["due_precision"]),
            _("Before"): _as_exact(moved["before_on"], moved["before_precision"]),
            _("Days later"): moved["days_moved"],
        }
    )


def _as_exact(days: pd.Series, precision: pd.Series) -> list[str | None]:
    """Days as 2027-01-01, those known by their month or year as 2027-01 or 2027: they sort by time, as dates do."""
    letters = {"day": 10, "month": 7, "year": 4}
    return [
        None if pd.isna(one) else f"{one:%Y-%m-%d}"[: letters[known]]
        for one, known in zip(days, precision, strict=True)
    ]


def show_table_of_talks(page: Page) -> None:
    """What the parties ask of one another, as the articles report it, and the claims made on the same day."""
    items = page.snapshot.sql(
        f"""
        SELECT i.{localized("title")} AS title, i.kind, i.raised_by, i.raised_as, i.towards, i.state_in_article, i.quote, a.title AS article
        FROM agenda i JOIN articles a USING (article_id) ORDER BY i.kind, i.item_id
        """
    )
    proposed = [_(" (proposed for it by the author)") if how == "author_proposal" else "" for how in items["raised_as"]]
    table = pd.DataFrame(
        {
            _("What is asked"): items["title"],
            _("Field"): [_(AGENDA_KINDS[kind]) for kind in items["kind"]],
            _("By"): [_places(codes) + note for codes, note in zip(items["raised_by"], proposed, strict=True)],
            _("Of"): [_places(codes) for codes in items["towards"]],
            _("Where it stands"): [_(AGENDA_STATES[state]) for state in items["state_in_article"]],
            _("In its words"): items["quote"],
            _("Article"): items["article"],
        }
    )
    tables.show(table, key="talks", alt=_("What is on the table between the parties"))


def _places(codes: str) -> str:
    return ", ".join(labels.place(code) for code in codes.split(";"))
