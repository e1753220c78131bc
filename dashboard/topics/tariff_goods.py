"""Which goods a question is about: a product, a tariff code, or the codes that what was typed could mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import pandas as pd

from dashboard import labels
from dashboard.articles import from_the
from dashboard.language import _, number
from dashboard.params import set_day
from dashboard.topics import tariffs
from dashboard.topics.hts import LINE, NEAREST, digits, dotted, named_below, nearest, schedule, suffix_held
from dashboard.topics.tariff_codes import (
    IMPORTER,
    SeveralCodes,
    UnknownCode,
    base_by_usmca,
    code_answer,
    listed_answer,
    with_code,
)
from dashboard.topics.tariff_product import product_answer
from dashboard.topics.tariff_words import called, folded, heading_words, lines_of, product_words, vocabulary
from etl.ledger.snapshot import Snapshot
from policy.tariffs import Tables, layers_and_totals
from policy.tariffs.columns import Columns
from policy.tariffs.expand import reached
from policy.tariffs.met import CONTENT

MOST_LINES = 200  # of the schedule listed for a word
NEAR_ENOUGH = 0.75  # alike to be offered, never to be answered for
DESCRIPTION_SHOWN = 60


@dataclass(frozen=True)
class Goods:
    """What was typed, read: a product, a code (digits), lines of the schedule; and what else is called so or nearly so."""

    product: str | None = None
    code: str | None = None
    lines: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def goods_of(snapshot: Snapshot, params: tariffs.TariffParams) -> Goods:
    """The goods of a question. A code is 4 to 10 digits; a word is of a product's name or of the official description.

    Codes are those of the US schedule: to what another country charges only words for a product lead.
    """
    text = (params.hs or "").strip()
    if not text:
        return Goods(product=params.product)
    found = _typed(snapshot, text)
    return found if params.importer in (None, IMPORTER) or found.product is not None else Goods()


def _typed(snapshot: Snapshot, text: str) -> Goods:
    if code := digits(text):
        own = schedule(snapshot).under(code)["hts8"]
        if len(own):
            return Goods(code=own.iloc[0] if len(own) == 1 and len(code) < LINE else code)
        return Goods(near=tuple(nearest(schedule(snapshot).goods["hts8"], code)))
    return Goods() if text.isdigit() else _by_word(snapshot, folded(text))


def _by_word(snapshot: Snapshot, words: str) -> Goods:
    names = _product_names(snapshot)
    if words in names:
        return Goods(product=names[words])
    alike = [product for product in called(words, product_words()) if product in names.values()]
    near = [_called(snapshot, product) for product in alike] + called(words, heading_words())
    matches = lines_of(snapshot, words)
    if len(matches) == 1 and not near:
        return Goods(code=matches[0])
    if matches:
        return Goods(lines=tuple(matches), near=tuple(near))
    products = {product for name, product in names.items() if set(words.split()) <= set(name.split())}
    if len(products) == 1 and not near:
        return Goods(product=products.pop())
    near += [_called(snapshot, product) for product in sorted(products - {*alike})]
    close = get_close_matches(words, [*names, *vocabulary(snapshot)], n=NEAREST, cutoff=NEAR_ENOUGH)
    return Goods(near=tuple(dict.fromkeys([*near, *close])))


@lru_cache(maxsize=8)
def _product_names(snapshot: Snapshot) -> dict[str, str]:
    """Products by their names in English and French, folded."""
    table = snapshot.sql("SELECT product_id, name_en, name_fr FROM products WHERE us_import ORDER BY product_id")
    names = {folded(name): row.product_id for row in table.itertuples() for name in (row.name_fr, row.name_en)}
    return {folded(row.product_id.replace("-", " ")): row.product_id for row in table.itertuples()} | names


def _called(snapshot: Snapshot, product: str) -> str:
    return tariffs.PRODUCTS.names(snapshot)[product]


# --- the question of one kind of goods -----------------------------------------------------------------------------


@dataclass(frozen=True)
class One:
    """One kind of goods as the rules are asked for it: its code, the tables that know it, the ordinary duty by CUSMA."""

    product: str
    tables: Tables
    base_pct: dict[str, float] | None = None


def one_of(snapshot: Snapshot, params: tariffs.TariffParams) -> One | None:
    """The goods of a question, when they are of one kind; None where the question has to be narrowed."""
    goods = goods_of(snapshot, params)
    if goods.product is not None:
        return One(goods.product, tariffs.tables_of(snapshot, params))
    if goods.code is None or len(goods.code) < LINE:
        return None
    return one_line(snapshot, goods.code, params)


def one_line(snapshot: Snapshot, code: str, params: tariffs.TariffParams) -> One:
    """The goods of a line of the schedule, or of a longer code. Raises UnknownCode, SeveralCodes."""
    own = schedule(snapshot).under(code)["hts8"]
    if own.empty:
        raise UnknownCode(nearest(schedule(snapshot).goods["hts8"], code))
    if len(code) < LINE:
        raise SeveralCodes(own.map(dotted).tolist())
    return One(code, with_code(snapshot, code, params), base_by_usmca(snapshot, code, params.origin))


def companies_of(snapshot: Snapshot, params: tariffs.TariffParams) -> list[str]:
    """Companies for which a measure sets a rate of its own on the goods of a question, from their origin, on any day."""
    return _named_in(_rates(snapshot, params), "company")


def measures_on(snapshot: Snapshot, params: tariffs.TariffParams) -> list[str]:
    """Measures that reach the goods of a question, from their origin, on any day; none where they have to be narrowed."""
    return _named_in(_rates(snapshot, params), "measure_id")


def _rates(snapshot: Snapshot, params: tariffs.TariffParams) -> Columns:
    """What measures charge on the goods of a question, from their origin, on any day."""
    one = one_of(snapshot, params)
    if one is None:
        return {}
    known, there = pd.Timestamp(set_day(params.known)), {params.origin}
    return reached(one.tables, known, importer=params.importer, origins=there, products={one.product})


def _named_in(rates: Columns, column: str) -> list[str]:
    return sorted({str(value) for value in rates.get(column, ()) if value})


def content_that_matters(snapshot: Snapshot, params: tariffs.TariffParams) -> set[str]:
    """Shares of the value (names of parameters) that a rate on the goods of a question is charged on, on its day."""
    one = one_of(snapshot, params)
    if one is None:
        return set()
    query = tariffs.question(params, one.product) | {"on": params.on}
    layers, _totals = layers_and_totals(one.tables, pd.DataFrame([query]), pd.Timestamp(set_day(params.known)))
    bases = layers.loc[layers["status"] == "in_force", "content_basis"]
    return {CONTENT[basis] for basis in bases if basis in CONTENT}


def answer_of(snapshot: Snapshot, params: tariffs.TariffParams) -> dict[str, Any]:
    """The answer to a question, whatever was typed: as `rate_answer` or `code_answer`; for several lines their totals.

    In a scenario, `ledger` is what the ledger itself answers in its place.
    """
    return beside_ledger(_answer, snapshot, params)


def beside_ledger(
    answer: Callable[[Snapshot, tariffs.TariffParams], dict[str, Any]], snapshot: Snapshot, params: tariffs.TariffParams
) -> dict[str, Any]:
    """The answer, in a scenario with its changes, whether they change anything here, and the ledger's own total beside it."""
    found = answer(snapshot, params)
    if not params.whatif:
        return found
    own = answer(snapshot, params.model_copy(update={"whatif": ()}))
    ledger = {name: own[name] for name in ("total_pct", "banned", "lowest_pct", "highest_pct")}
    changes = any(found.get(name) != own.get(name) for name in (*ledger, "layers", "narrower"))
    return found | {"scenario": list(params.whatif), "scenario_changes_answer": changes, "ledger": ledger}


def _answer(snapshot: Snapshot, params: tariffs.TariffParams) -> dict[str, Any]:
    goods = goods_of(snapshot, params)
    if goods.product is not None:
        return product_answer(snapshot, params.model_copy(update={"product": goods.product}))
    if goods.code is not None:
        return code_answer(snapshot, goods.code, params)
    return listed_answer(snapshot, goods.lines[:MOST_LINES], params) | {"near": list(goods.near)}


# --- words ---------------------------------------------------------------------------------------------------------


def goods_in_words(snapshot: Snapshot, params: tariffs.TariffParams, *, rest_of_line: bool = False) -> str:
    """ "Steel from Canada", "7308.90.30 (columns ...) from Canada", "“lumber” from Canada"; and whose they are, where it matters:
    "Softwood lumber from Canada (Canfor)", "... (all other producers)".

    With `rest_of_line`, longer codes that lists name on their own are said not to be among the goods.
    """
    words = _("{product} {from_country}")
    origin = from_the(labels.place(params.origin))
    said = words.format(product=_what(snapshot, params, rest_of_line), from_country=origin)
    producers = tariffs.company_name(snapshot, params.company) or _others(snapshot, params)
    return _("{goods} ({producers})").format(goods=said, producers=producers) if producers else said


def _others(snapshot: Snapshot, params: tariffs.TariffParams) -> str:
    """Where trade remedies are set by company, those without a rate of their own are meant."""
    rates = _rates(snapshot, params)
    by_company = zip(rates.get("programme", ()), rates.get("company", ()), strict=True)
    return _("all other producers") if any(programme == "adcvd" and name for programme, name in by_company) else ""


def _what(snapshot: Snapshot, params: tariffs.TariffParams, rest_of_line: bool) -> str:
    goods = goods_of(snapshot, params)
    if goods.product is not None:
        return tariffs.product_name(snapshot, goods.product)
    said = _("“{text}”").format(text=params.hs)
    if len(goods.lines) > MOST_LINES:
        words = _("{goods} (the first {shown} of {count} codes)")
        said = words.format(goods=said, shown=MOST_LINES, count=number(len(goods.lines)))
    if goods.code is not None:
        said = dotted(goods.code)
        text = _description(snapshot, goods.code)
        said = f"{said} ({text})" if text else said
        if not suffix_held(snapshot, goods.code):
            said = _("{code}, last digits not checked").format(code=said)
        split = named_below(snapshot, goods.code) if rest_of_line else []
        if split:
            said = _("{goods} without {codes}").format(goods=said, codes=", ".join(map(dotted, split)))
    return said


def _description(snapshot: Snapshot, code: str) -> str:
    text = schedule(snapshot).under(code)["description"].iloc[0] if len(code) >= LINE else ""
    said = text if isinstance(text, str) else ""
    return said if len(said) <= DESCRIPTION_SHOWN else said[: DESCRIPTION_SHOWN - 1].rsplit(" ", 1)[0] + "…"
