"""The parts of the Tariffs page that are more than a chart: the question asked once, and the layers of the answer as a table."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboard import labels
from dashboard.coverage import COVERAGE_ENDS_ON, after_coverage
from dashboard.drawing import Drawing
from dashboard.language import _, day, number
from dashboard.page import Page, escaped
from dashboard.topics.tariffs import TariffParams, companies_of, has_cusma_choice
from policy.tariffs.words import ENDED

TABLE_HEIGHT = 520  # pixels: as high as the sum beside it; the rest scrolls


def ask_question(page: Page) -> None:
    """Which goods, from where, on which day and as known on which day; company and CUSMA only where they matter."""
    page.controls.ask(
        TariffParams,
        upfront=("known",),
        hidden=("hs", "us_content_pct", "metal_content_pct"),
        matters={
            "company": lambda asked: bool(companies_of(page.snapshot, asked["product"])),
            "usmca": lambda asked: has_cusma_choice(page.snapshot, asked["origin"]),
        },
    )


def warn_of_the_unknown(drawing: Drawing) -> None:
    """Where the day asked for lies after the last one covered: from which day on nothing is known here."""
    on = drawing.params.on
    if after_coverage(on):
        text = _("Nothing is known here from {first} on: for {on} this is what was known on {last}.")
        first = COVERAGE_ENDS_ON + timedelta(days=1)
        st.warning(text.format(first=day(first), on=day(on), last=day(COVERAGE_ENDS_ON)), icon=":material/event_busy:")


def show_layers(drawing: Drawing) -> None:
    """Every layer, in or out, with its reason, instrument, source and trust; what is counted adds up to the last line."""
    rows = drawing.rows[drawing.rows["kind"] != "reading"]
    named = {source.source_id: source.title for source in drawing.sources}
    table = pd.DataFrame(
        {
            _("Layer"): rows["title"],
            labels.header("rate_pct"): [_figure(row) for row in rows.itertuples()],
            labels.header("counted_pct"): [
                number(row.counted_pct) if row.included and row.rate_kind != "ban" else "–" for row in rows.itertuples()
            ],
            _("Why; instrument; source (trust)"): [
                "; ".join(text for text in (_why(row), _whence(row, named)) if text) for row in rows.itertuples()
            ],
        }
    )
    with st.container(height=TABLE_HEIGHT, border=False, key="layers"):
        st.table(table.map(escaped).set_index(_("Layer")), border="horizontal")


def _figure(row) -> str:
    if row.rate_kind == "ban":
        return labels.of("rate_kind", "ban")
    return "–" if pd.isna(row.rate_pct) or row.status in ENDED else number(row.rate_pct)


def _why(row) -> str:
    """The reason, then what sources disagree about and what the note adds."""
    disputed = _("Sources disagree: {what}").format(what=row.conflict) if row.conflict else ""
    return " ".join(
        text for text in (labels.of("why", row.why).rstrip(".") + "." if row.why else "", disputed, row.note) if text
    ).rstrip(".")


def _whence(row, named: dict[str, str]) -> str:
    if row.kind != "layer" or not row.source_id:
        return ""
    source = f"{named.get(row.source_id, row.source_id)} ({labels.of('trust', row.trust)})"
    return f"{row.instrument}; {source}" if row.instrument not in ("", "none") else source
