"""A number held against the ledger: which figures of which editions it may mean, and whether it agrees, by the rules of claims."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Any

import pandas as pd

from dashboard import labels, links
from dashboard.ask.claim import Claim, claim_of, family, without_figure
from dashboard.ask.parts import parts_of
from dashboard.ask.readings import readings_of
from dashboard.charts import all_charts
from dashboard.coverage import ends_on
from dashboard.language import _, current, day, labelled, signed, trimmed_percent
from dashboard.topics.claims import figures_known, in_words, pledges_known
from dashboard.topics.tariff_goods import answer_of, goods_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.claims import AGREES, CANNOT_BE_CHECKED, DIFFERS, beside_editions, compare, newest, rounding_of, same_number

WRONG_YEAR, WRONG_UNIT, WRONG_BASIS = "wrong_year", "wrong_unit", "wrong_basis"
MOST_FIGURES = 40
Where = tuple[str, tuple[str, ...], tuple[int, ...]]
"""Where figures are looked for: as what (as said, or another year, unit or basis), their measures and years."""
VERDICTS = {
    AGREES: N_("{said} agrees"),
    DIFFERS: N_("{said} differs"),
    WRONG_YEAR: N_("{said} is the figure of another year"),
    WRONG_UNIT: N_("{said} is the figure in another unit"),
    WRONG_BASIS: N_("{said} is the figure on another basis"),
    CANNOT_BE_CHECKED: N_("{said} cannot be checked"),
}


def check(snapshot: Snapshot, text: str, today: date) -> dict[str, Any]:
    """What a sentence with a figure is worth here: `verdict`, `reason`, `sentence`, and the `figures` it may mean; JSON-ready.

    The verdict is that of the newest edition of the year and measure that are said (`policy.claims`). Where no edition
    agrees, a figure of another year, unit or basis that does is looked for. A sentence about goods is held against what
    they pay on its day.
    """
    claim = claim_of(snapshot, text, today)
    found = _tariff(snapshot, text, claim, today) if claim.value is not None and claim.kind == "pct" else None
    found = found or _spending(snapshot, claim, today)
    return {"text": text, "said": claim.written or None, **found}


def _answer(
    verdict_: str, claim: Claim, figures: list[dict[str, Any]], more: str, reason: str | None = None
) -> dict[str, Any]:
    said = labelled(_(VERDICTS[verdict_]).format(said=claim.written or _("This")), more)
    return {"verdict": verdict_, "reason": reason, "sentence": f"{said}.", "figures": figures[:MOST_FIGURES]}


# --- spending ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _figures(snapshot: Snapshot, known: date) -> tuple[pd.DataFrame, pd.Series]:
    """The figures, and the decimals that their editions print."""
    figures = figures_known(snapshot, known)
    return figures, rounding_of(figures)


def _spending(snapshot: Snapshot, claim: Claim, today: date) -> dict[str, Any]:
    rows, ruled = _beside(snapshot, claim, ("as_said", claim.measures, claim.years), today)
    missing = _missing(claim)
    reason = missing or (None if rows else "no_figure")
    if not reason and any(row["verdict"] == AGREES for row in rows):
        return _answer(AGREES if AGREES in ruled else DIFFERS, claim, rows, _in_words(rows))
    for where in _elsewhere(snapshot, claim, today) if missing in (None, "no_year") else ():
        near = [row for row in _beside(snapshot, claim, where, today)[0] if row["verdict"] == AGREES]
        if near and not reason:
            return _answer(where[0], claim, near + rows, _in_words(near))
        if near and missing:
            said = f"{labels.of('reason', missing)}; {_in_words(near)}"
            return _answer(CANNOT_BE_CHECKED, claim, near, said, missing)
    if reason:
        return _answer(CANNOT_BE_CHECKED, claim, rows, labels.of("reason", reason), reason)
    row = _row(claim, claim.measures[0], claim.places[0], claim.years[0], today)
    pledges = pledges_known(snapshot, today)
    pledged = in_words(same_number(row, pledges), pledges)
    more = _("; the number is that of a pledge ({pledges})").format(pledges=pledged) if pledged else ""
    return _answer(DIFFERS, claim, rows, _in_words(rows) + more)


def _missing(claim: Claim) -> str | None:
    """Why nothing can be compared: the reasons of the rules."""
    told = (("no_value", claim.value is not None), ("no_country", claim.places), ("no_year", claim.years))
    return next((reason for reason, held in told if not held), None)


def _row(claim: Claim, measure: str, place: str, year: int, today: date) -> dict[str, Any]:
    """The claim as a row of `claims`, about one figure."""
    return {
        "topic": "spending",
        "measure": measure,
        "subject_iso3": place,
        "claim_year": year,
        "value": claim.value,
        "decimals": claim.decimals,
        "comparator": claim.comparator,
        "made_on": pd.Timestamp(today),
        "made_precision": "day",
    }


def _beside(snapshot: Snapshot, claim: Claim, where: Where, today: date) -> tuple[list[dict[str, Any]], set[str]]:
    """Each edition's figure beside the claim, the newest first; and the verdicts by the newest edition of each."""
    (kind, measures, years), (figures, rounding) = where, _figures(snapshot, today)
    own = figures[figures["iso3"].isin(claim.places) & figures["measure"].isin(measures)]
    if claim.editions:
        own = own[own["edition"].isin(claim.editions)]
    rows: list[dict[str, Any]] = []
    ruled = set()
    for measure, place, year in product(measures, claim.places, years) if claim.value is not None else ():
        beside = beside_editions(_row(claim, measure, place, year, today), own, rounding)
        rows += [_figure(row, measure, place, year, kind) for row in beside.itertuples()]
        ruled |= {newest(beside)[0]} if len(beside) else set()
    return sorted(rows, key=lambda row: (row["edition"], row["publisher"] == "NATO"), reverse=True), ruled


def _figure(row: Any, measure: str, place: str, year: int, kind: str) -> dict[str, Any]:
    query = {"countries": place, "measure": measure, "publisher": row.publisher, "lang": current()}
    if row.publisher == "NATO":
        query["edition"] = row.edition
    return {
        "publisher": row.publisher,
        "edition": row.edition,
        "country": place,
        "year": year,
        "measure": measure,
        "measure_text": labels.of("measure", measure),
        "value": float(row.value),
        "unit": labels.of("unit", measure),
        "is_estimate": bool(row.is_estimate),
        "difference": None if pd.isna(row.difference) else round(float(row.difference), 6),
        "verdict": row.verdict,
        "as": kind,
        "link": links.url("/c/spending-trend", query) if row.publisher != "NATO_REPORT" else None,
    }


def _elsewhere(snapshot: Snapshot, claim: Claim, today: date) -> Iterable[Where]:
    """Where else the number may come from: another year, the same money in other prices, another currency or measure."""
    if claim.comparator:
        return
    held = _figures(snapshot, today)[0]["year"].unique()
    yield WRONG_YEAR, claim.measures, tuple(sorted({int(year) for year in held} - set(claim.years), reverse=True))
    currency = {measure.split("_")[1] for measure in claim.measures}
    others = [measure for measure in family(claim.kind) if measure not in claim.measures]
    basis = [one for one in others if one.startswith("expenditure") and one.split("_")[1] in currency]
    yield WRONG_BASIS, tuple(basis), claim.years
    yield WRONG_UNIT, tuple(one for one in others if one not in basis), claim.years


def _in_words(rows: list[dict[str, Any]]) -> str:
    """The newest figures as people say them: what each edition says, and by how much the claim is off."""
    said, mixed = [], len({row["verdict"] for row in rows}) > 1
    for row in rows[:4]:
        value = labels.measured(row["value"], row["measure"])
        text = (
            f"{labels.of('publisher', row['publisher'])} {row['edition']}, {labels.place(row['country'])} {row['year']}"
        )
        if row["as"] in (WRONG_BASIS, WRONG_UNIT):
            text += f", {row['measure_text']}"
        off = ""
        if row["verdict"] == DIFFERS and row["difference"] is not None:
            off = f" ({signed(row['difference'], 0 if abs(row['difference']) >= 100 else 2)})"
        elif row["verdict"] == AGREES and mixed:
            off = f" ({labels.of('verdict', AGREES)})"
        said.append(labelled(text, value + off))
    return "; ".join(said)


# --- tariffs -----------------------------------------------------------------------------------------------------------


def _tariff(snapshot: Snapshot, text: str, claim: Claim, today: date) -> dict[str, Any] | None:
    """The claim beside what the goods it names pay; None where it names none."""
    about = without_figure(parts_of(snapshot, text, today))
    kinds = {meaning.kind for part in about for meaning in part.meanings}
    readings = [one for one in readings_of(snapshot, about, today) if one.chart.id == "tariff-rate"]
    if not kinds & {"product", "hs", "company"} or not readings or readings[0].left_out:
        return None
    model = all_charts()["tariff-rate"].Params
    params = links.params_of(model, readings[0].query, snapshot).params.explicit(snapshot)
    answer = answer_of(snapshot, params)
    rates = [("total", goods_in_words(snapshot, params), answer["total_pct"])]
    rates += [("reading", one["text"], one["total_pct"]) for one in answer["readings"]]
    rates += [("layer", one["title"], one["rate_pct"]) for one in answer["layers"]]
    query = {**links.query_of(params), "lang": current()}
    figures = [
        _rate(claim, kind, name, value, links.url("/c/tariff-rate", query))
        for kind, name, value in rates
        if value is not None
    ]
    found = {row["as"]: AGREES for row in figures if row["verdict"] == AGREES}
    result = AGREES if {"total", "reading"} & set(found) else WRONG_BASIS if found else DIFFERS
    shown = [row for row in figures if row["verdict"] == AGREES] or figures
    when = _("on {on}, as known on {known}").format(on=day(params.on), known=day(min(params.known, ends_on(snapshot))))
    named = "; ".join(labelled(row["title"], trimmed_percent(row["value"])) for row in shown[:3])
    if not figures:
        return _answer(CANNOT_BE_CHECKED, claim, [], labels.of("reason", "no_figure"), "no_figure")
    return _answer(result, claim, figures, f"{named} ({when})")


def _rate(claim: Claim, kind: str, title: str, value: float, link: str) -> dict[str, Any]:
    claimed = float(claim.value or 0)
    ruled = compare(claimed, claim.comparator, value, claimed_decimals=claim.decimals)
    difference = None if claim.comparator else round(value - claimed, 6)
    return {
        "title": title,
        "value": value,
        "unit": "%",
        "difference": difference,
        "verdict": ruled,
        "as": kind,
        "link": link,
    }
