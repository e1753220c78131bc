"""Which goods a question is about: a product, a tariff code, or the codes that what was typed could mean."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import pandas as pd

from dashboard import labels
from dashboard.language import _
from dashboard.params import set_day
from dashboard.topics import tariffs
from dashboard.topics.tariff_codes import (
    LINE,
    base_by_usmca,
    code_answer,
    digits,
    dotted,
    listed_answer,
    nearest,
    schedule,
    with_code,
)
from dashboard.topics.tariff_rate import rate_answer
from etl.ledger.snapshot import Snapshot
from policy.tariffs import Tables, layers_and_totals
from policy.tariffs.expand import reached
from policy.tariffs.met import CONTENT
from policy.tariffs.tables import OPEN

MOST_LINES = 60  # of the schedule listed for a word
SHORTEST_WORD = 3
DESCRIPTION_SHOWN = 60


@dataclass(frozen=True)
class Goods:
    """What was typed, read: a product, a code (digits), or lines of the schedule; `exact` is false where they are only near."""

    product: str | None = None
    code: str | None = None
    lines: tuple[str, ...] = ()
    exact: bool = True
    found: int = 0


def goods_of(snapshot: Snapshot, params: tariffs.TariffParams) -> Goods:
    """The goods of a question. A code is 4 to 10 digits; a word is of a product's name or of the official description."""
    text = (params.hs or "").strip()
    if not text:
        return Goods(product=params.product)
    code, lines = digits(text), schedule(snapshot).goods["hts8"]
    if code is not None:
        if lines.str.startswith(code[:LINE]).any():
            return Goods(code=code)
        return Goods(lines=tuple(near.replace(".", "") for near in nearest(lines, code)), exact=False)
    return _by_word(snapshot, _folded(text))


def _by_word(snapshot: Snapshot, words: str) -> Goods:
    names = _product_names(snapshot)
    if words in names:
        return Goods(product=names[words])
    texts, parts = _descriptions(snapshot), words.split()
    matches = [code for code, text in texts.items() if all(f" {part}" in text for part in parts)]
    if matches and len(words) >= SHORTEST_WORD:
        return Goods(lines=tuple(matches[:MOST_LINES]), found=len(matches))
    products = {product for name, product in names.items() if all(part in name for part in parts)}
    if len(products) == 1:
        return Goods(product=products.pop())
    near = get_close_matches(words, [*names, *_vocabulary(snapshot)], n=3, cutoff=0.75)
    if near and near[0] != words:
        found = _by_word(snapshot, near[0])
        return Goods(found.product, found.code, found.lines, exact=False, found=found.found)
    return Goods(exact=False)


@lru_cache(maxsize=8)
def _product_names(snapshot: Snapshot) -> dict[str, str]:
    """Products by their names in English and French, folded."""
    table = snapshot.sql("SELECT product_id, name_en, name_fr FROM products WHERE us_import ORDER BY product_id")
    names = {_folded(name): row.product_id for row in table.itertuples() for name in (row.name_fr, row.name_en)}
    return {_folded(row.product_id.replace("-", " ")): row.product_id for row in table.itertuples()} | names


@lru_cache(maxsize=8)
def _descriptions(snapshot: Snapshot) -> dict[str, str]:
    """Official descriptions of the lines by code, folded, with a space before each word."""
    goods = schedule(snapshot).goods
    texts = goods["description"].fillna("")
    return {code: f" {_folded(text)}" for code, text in zip(goods["hts8"], texts, strict=True)}


@lru_cache(maxsize=8)
def _vocabulary(snapshot: Snapshot) -> list[str]:
    return sorted(
        {word for text in _descriptions(snapshot).values() for word in text.split() if len(word) > SHORTEST_WORD}
    )


def _folded(text: str) -> str:
    """Lower case, without accents, marks as spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").casefold())
    kept = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return " ".join(kept.split())


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
        return One(goods.product, tariffs.tables_of(snapshot, params)) if goods.exact else None
    if goods.code is None or len(goods.code) < LINE:
        return None
    return One(goods.code, with_code(snapshot, goods.code, params), base_by_usmca(snapshot, goods.code, params.origin))


def companies_of(snapshot: Snapshot, params: tariffs.TariffParams) -> list[str]:
    """Companies for which a measure sets a rate of its own on the goods of a question, from their origin, on any day."""
    one = one_of(snapshot, params)
    if one is None:
        return []
    known, there = pd.Timestamp(set_day(params.known)), {params.origin}
    rates = reached(one.tables, known, importer=params.importer, origins=there, products={one.product})
    return sorted({str(company) for company in rates["company"] if company})


def content_that_matters(snapshot: Snapshot, params: tariffs.TariffParams) -> set[str]:
    """Shares of the value (names of parameters) that a rate on the goods of a question is charged on, on its day."""
    one = one_of(snapshot, params)
    if one is None:
        return set()
    query = {"product_id": one.product, "origin": params.origin, "on": params.on, "importer": params.importer}
    query |= {"usmca": tariffs.QUALIFYING[params.usmca], "company": params.company or ""}
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
    """The answer, in a scenario with its changes and the ledger's own total beside it."""
    found = answer(snapshot, params)
    if not params.whatif:
        return found
    own = answer(snapshot, params.model_copy(update={"whatif": ()}))
    ledger = {name: own[name] for name in ("total_pct", "banned", "lowest_pct", "highest_pct")}
    return found | {"scenario": list(params.whatif), "ledger": ledger}


def _answer(snapshot: Snapshot, params: tariffs.TariffParams) -> dict[str, Any]:
    goods = goods_of(snapshot, params)
    if goods.product is not None:
        return product_answer(snapshot, params.model_copy(update={"product": goods.product}))
    if goods.code is not None:
        return code_answer(snapshot, goods.code, params)
    return listed_answer(snapshot, goods.lines, params)


def product_answer(snapshot: Snapshot, params: tariffs.TariffParams) -> dict[str, Any]:
    """`rate_answer` for a product, with the range of the ordinary duty beside it."""
    return rate_answer(snapshot, params) | _mfn_range(snapshot, params.product, params)


def _mfn_range(snapshot: Snapshot, product: str, params: tariffs.TariffParams) -> dict[str, float | None]:
    """Lowest and highest ordinary duty, in per cent, of the lines that the list of a product names; None: no list of it.

    It is not counted in the total of a product, which holds many codes.
    """
    on, known = pd.Timestamp(set_day(params.on)), pd.Timestamp(set_day(params.known))
    lists = schedule(snapshot).lists.frame
    held = lists[(lists["list_id"] == product) & (lists["coverage"] != "exempt") & ~(lists["known_on"] > known)]
    held = held[(held["from_on"] <= on) & (on < held["to_on"].fillna(OPEN))]
    base = _base_of_prefixes(snapshot, held["hts_prefix"])
    if params.importer != "USA" or base.empty:
        return {"base_lowest_pct": None, "base_highest_pct": None}
    return {"base_lowest_pct": float(base.min()), "base_highest_pct": float(base.max())}


def _base_of_prefixes(snapshot: Snapshot, prefixes: Iterable[str]) -> pd.Series:
    goods = schedule(snapshot).goods
    starts = tuple(prefix[:LINE] for prefix in prefixes)
    if not starts:
        return pd.Series(dtype="float64")
    codes = goods["hts8"].to_numpy(dtype="object")
    return goods.loc[[code.startswith(starts) for code in codes], "mfn_pct"].dropna()


# --- words ---------------------------------------------------------------------------------------------------------


def goods_in_words(snapshot: Snapshot, params: tariffs.TariffParams) -> str:
    """ "Softwood lumber from Canada", "7308.90.30 (columns ...) from Canada", "“lumber” from Canada"."""
    goods = goods_of(snapshot, params)
    if goods.product is not None:
        return tariffs.goods(snapshot, params.model_copy(update={"product": goods.product}))
    said = _("“{text}”").format(text=params.hs)
    if goods.code is not None:
        said = dotted(goods.code)
        text = _description(snapshot, goods.code)
        said = f"{said} ({text})" if text else said
    return _("{product} from {country}").format(product=said, country=labels.place(params.origin))


def _description(snapshot: Snapshot, code: str) -> str:
    lines = schedule(snapshot).goods
    text = lines.loc[lines["hts8"] == code[:LINE], "description"]
    said = text.iloc[0] if len(text) and isinstance(text.iloc[0], str) else ""
    return said if len(said) <= DESCRIPTION_SHOWN else said[: DESCRIPTION_SHOWN - 1].rsplit(" ", 1)[0] + "…"
