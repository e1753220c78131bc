"""The parts of the Tariffs page that are more than a chart: the question asked once, and the layers of the answer as a list."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import labels, links, widgets
from dashboard.articles import the
from dashboard.coverage import ends_on
from dashboard.drawing import Drawing
from dashboard.language import _, labelled, number, trimmed_percent
from dashboard.once import once
from dashboard.page import Page, escaped
from dashboard.topics.tariff_codes import PER_UNIT
from dashboard.topics.tariff_goods import companies_of, content_that_matters, measures_on
from dashboard.topics.tariff_standing import left_out
from dashboard.topics.tariffs import (
    CHARGING,
    MOST_CHANGES,
    TariffParams,
    has_cusma_choice,
    measure_titles,
    rate_in_words,
    reason_in_words,
)
from etl.ledger.ledger import Ledger
from policy.tariffs.judge import ALL_IN
from policy.tariffs.scenario import change
from policy.tariffs.words import ENDED

CODES_HEIGHT = 520  # pixels: as high as the sum beside it; the rest scrolls


def ask_question(page: Page) -> None:
    """Which goods, from where, on which day and as known on which day; what matters only for some goods only for them."""

    def asked_of(asked: Mapping[str, Any]) -> TariffParams:
        return TariffParams.model_validate(dict(asked)).explicit(page.snapshot)

    def content(params: TariffParams) -> set[str]:
        return _content_that_matters(page.ledger, page.snapshot.release, params)

    scenario = st.container()
    asked = page.controls.ask(
        TariffParams,
        hidden=("whatif",),
        upfront=("known",),
        matters={
            "product": lambda asked: not asked["hs"],
            "company": lambda asked: _companies(page.ledger, page.snapshot.release, asked_of(asked)),
            "usmca": lambda asked: has_cusma_choice(page.snapshot, asked["origin"]),
            "us_content_pct": lambda asked: "us_content_pct" in content(asked_of(asked)),
            "metal_content_pct": lambda asked: "metal_content_pct" in content(asked_of(asked)),
        },
    )
    with scenario:
        ask_scenario(page, asked.explicit(page.snapshot))
    if page.controls.query.get("home") in TariffParams.NOT_STARTED_FROM and asked.origin not in CHARGING:
        words = _("Tariffs charged by {country}; origin shown: {origin}. Choose another at “From”.")
        charging = the(labels.place(page.controls.query["home"]))
        st.caption(words.format(country=charging, origin=labels.place(asked.origin)))


@once
def _companies(ledger: Ledger, release: int, params: TariffParams) -> list[str]:
    return companies_of(ledger.at(release), params)


@once
def _content_that_matters(ledger: Ledger, release: int, params: TariffParams) -> set[str]:
    return content_that_matters(ledger.at(release), params)


@once
def _measures_on(ledger: Ledger, release: int, params: TariffParams) -> list[str]:
    return measures_on(ledger.at(release), params)


def ask_scenario(page: Page, asked: TariffParams) -> None:
    """What if: changes to measures, one after the other; the text of all of them stands in the link."""
    behind = st.popover(_("What if"), icon=":material/science:", width="content", key="scenario", on_change="rerun")
    with behind:
        if behind.open:
            _add_a_change(page, _measures_on(page.ledger, page.snapshot.release, asked))
        page.controls.typed("whatif", _("Scenario"), lambda text: _read_scenario(page, text), shown=bool(behind.open))


def _read_scenario(page: Page, text: str) -> tuple[tuple[str, ...], list[str]]:
    """The changes in a text, and the pieces that are none, or about a measure that is not there."""
    measures, said, refused = measure_titles(page.snapshot), dict[tuple[str, str], str](), []
    for piece in filter(None, (part.strip() for part in text.split(","))):
        try:
            one = change(piece)
        except ValueError:
            refused.append(piece)
            continue
        if one.measure_id not in measures or (one.measure_id, one.kind) in said or len(said) == MOST_CHANGES:
            refused.append(piece)
        else:
            said[one.measure_id, one.kind] = piece
    return tuple(said.values()), refused


def _add_a_change(page: Page, on_these: list[str]) -> None:
    """One measure and what is changed of it, added to the text below; first come those on the goods asked about."""
    titles = measure_titles(page.snapshot)
    key = f"{page.name}.whatif"
    kinds = {
        "off": _("switched off"),
        "rate": _("another rate"),
        "from": _("in force from"),
        "usmca=exempt": _("qualifying goods exempt"),
        "usmca=charged": _("qualifying goods charged"),
    }
    others = {code: _("not on these goods") for code in titles if code not in (*on_these, "MFN")}
    names = {code: f"{titles[code]} ({code})" for code in (*on_these, *others)}
    names |= {code: f"{names[code]} – {why}" for code, why in others.items()}
    measure = st.selectbox(_("Measure"), list(names), format_func=names.__getitem__, key="scenario.measure")
    kind = st.selectbox(_("Change"), list(kinds), format_func=kinds.__getitem__, key="scenario.kind")
    value = ""
    if kind == "rate":
        value = f"={links.text_of(widgets.decimal(_('Rate, %'), 'scenario.rate', start=25.0) or '')}"
    elif kind == "from":
        value = f"={st.date_input(_('Day'), ends_on(page.snapshot), format='YYYY-MM-DD', key='scenario.day')}"

    def add() -> None:
        kept = [piece for piece in st.session_state.get(key, "").split(",") if piece]
        kept = [piece for piece in kept if not piece.startswith(f"{measure}:{kind.partition('=')[0]}")]
        st.session_state[key] = ",".join([*kept, f"{measure}:{kind}{value}"])

    st.button(_("Add to the scenario"), on_click=add, key="scenario.add")


def show_answer(page: Page, drawing: Drawing) -> None:
    """The layers of the one answer; or the codes to choose from, where there is none yet."""
    if (drawing.rows["kind"] == "total").any():
        show_layers(drawing)
        return
    codes = drawing.rows[drawing.rows["kind"] == "code"]
    near = drawing.rows[(drawing.rows["kind"] == "near") & (drawing.rows["hs"] != "")]
    names = dict(zip(codes["hs"], codes["hs"] + " " + codes["title"], strict=True))
    names |= {row.hs: labelled(row.hs, row.title) if row.title else row.hs for row in near.itertuples()}
    if names:
        choose_code(page, _("Narrower code") if len(codes) else _("Near it"), names)
    if len(codes):
        show_codes(codes)


def choose_code(page: Page, label: str, names: dict[str, str]) -> None:
    """One of the codes or words, to be taken into the question."""

    def take() -> None:
        if st.session_state["tariffs.narrower"]:
            st.session_state[f"{page.name}.hs"] = st.session_state["tariffs.narrower"]

    st.selectbox(
        label,
        list(names),
        index=None,
        format_func=lambda code: names[code],
        key="tariffs.narrower",
        placeholder=_("Choose one"),
        on_change=take,
    )


def show_codes(codes: pd.DataFrame) -> None:
    """All codes there are to choose from, with their totals."""
    table = pd.DataFrame(
        {
            _("Code"): codes["hs"],
            labels.header("rate_pct"): [_figure(row) for row in codes.itertuples()],
            _("Description; ordinary duty"): codes["title"] + "; " + codes["note"],
        }
    )
    with st.container(height=CODES_HEIGHT, border=False, key="codes"):
        st.table(table.map(escaped).set_index(_("Code")), border="horizontal")


def show_layers(drawing: Drawing) -> None:
    """Every layer, in or out, in a line that opens on its reason, instrument, source and trust; then what they add up to."""
    named = {source.source_id: source.title for source in drawing.sources}
    rows = drawing.rows[~drawing.rows["kind"].isin(["reading", "ledger"])]
    rows = rows[
        ~(rows["status"].isin(ENDED) & rows.duplicated(["title", "status"]))
    ]  # lines of one measure, each ended
    for row in rows.itertuples():
        if row.kind == "total":
            st.markdown(f"**{labelled(escaped(row.title), rate_in_words(row.rate_pct, row.rate_kind))}**")
            continue
        with st.expander(labelled(escaped(row.title), _standing(row))):
            for text in (_why(row), _whence(row, named)):
                if text:
                    st.markdown(escaped(text))


def _standing(row) -> str:
    """What a layer adds; or what it would be, and in a word why it is not counted."""
    if row.rate_kind == "ban" and row.included:
        return f"**{labels.of('rate_kind', 'ban')}**"
    if row.why == PER_UNIT:
        return f"**+ {escaped(row.note)}**"
    if row.included:
        added = f"**+ {trimmed_percent(row.counted_pct)}**"
        if row.rate_kind not in ALL_IN:
            return added
        in_all = _("{rate} in all").format(rate=trimmed_percent(row.rate_pct))
        return f"**{in_all}**" if row.counted_pct == row.rate_pct else f"{added} · {in_all}"
    if row.programme == "base":
        return _("not counted")
    ended = (pd.isna(row.rate_pct) and row.rate_kind != "ban") or row.status in ENDED
    return " · ".join(([] if ended else [rate_in_words(row.rate_pct, row.rate_kind)]) + [left_out(row)])


def _figure(row) -> str:
    if row.rate_kind == "ban":
        return labels.of("rate_kind", "ban")
    return "–" if pd.isna(row.rate_pct) or row.status in ENDED else number(row.rate_pct)


def _why(row) -> str:
    """The reason, then what sources disagree about and what the note adds."""
    disputed = _("Sources disagree: {what}").format(what=row.conflict) if row.conflict else ""
    return " ".join(
        text for text in (reason_in_words(row.why, row.excluded_by) if row.why else "", disputed, row.note) if text
    ).rstrip(".")


def _whence(row, named: dict[str, str]) -> str:
    if row.kind != "layer" or not row.source_id:
        return ""
    source = f"{named.get(row.source_id, row.source_id)} ({labels.of('trust', row.trust)})"
    return f"{row.instrument}; {source}" if row.instrument not in ("", "none") else source
