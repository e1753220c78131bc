"""What phrases mean: the ledger's labels, codes and names in both languages, and the words people use beside them."""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from dashboard import labels
from dashboard.ask.words import form, phrase
from dashboard.charts import all_charts
from dashboard.language import LANGUAGES, _, spoken
from dashboard.params import ALLIES, MEASURES, NATO_EDITIONS, REPORTERS
from dashboard.topics.tariff_words import product_words, vocabulary
from dashboard.topics.tariffs import COMPANIES, ORIGINS, PRODUCTS
from etl.files.countries import written_names
from etl.ledger.snapshot import Snapshot
from etl.vocabulary import DEADLINE_TOPICS

HERE = Path(__file__).parent
EU = "EU27"


class Meaning(NamedTuple):
    """What a phrase may mean: a kind (`country`, `product`, `chart` ...) and its code."""

    kind: str
    value: str


@dataclass(frozen=True)
class Lexicon:
    """Meanings by phrase, the longest phrase in words, codes of places and editions, every word that a typing error may be held against, words of official descriptions."""

    phrases: Mapping[tuple[str, ...], tuple[Meaning, ...]]
    longest: int
    places: frozenset[str]
    editions: frozenset[str]
    spellings: tuple[str, ...]
    known: frozenset[str]
    goods: frozenset[str]


@lru_cache(maxsize=8)
def lexicon(snapshot: Snapshot) -> Lexicon:
    """The vocabulary of a release."""
    found: dict[tuple[str, ...], dict[Meaning, None]] = defaultdict(dict)
    for words, meaning in (*_own(), *_labelled(snapshot), *_places(snapshot)):
        if key := phrase(words):
            found[key][meaning] = None
    phrases = {key: tuple(meanings) for key, meanings in found.items()}
    spellings = {word for key in phrases for word in key if len(word) > 2 and word.isalpha()}
    return Lexicon(
        phrases,
        max(map(len, phrases)),
        frozenset(REPORTERS.codes(snapshot)) | frozenset(ORIGINS.codes(snapshot)),
        frozenset(NATO_EDITIONS.codes(snapshot)),
        tuple(sorted(spellings | ignored())),
        frozenset(spellings | ignored()),
        frozenset(form(word) for word in vocabulary(snapshot)),
    )


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    own: dict[str, dict[str, list[str]]] = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))
    return own | {"product": product_words()}


@cache
def ignored() -> frozenset[str]:
    """Words that say nothing by themselves."""
    return frozenset(word for text in _words()["ignored"]["words"] for word in phrase(text))


def _own() -> Iterable[tuple[str, Meaning]]:
    """The words of `words.toml`."""
    yield from ((words, Meaning("ignored", "")) for words in _words()["ignored"]["phrases"])
    for kind, table in _words().items():
        if kind != "ignored":
            yield from ((words, Meaning(kind, code)) for code, phrases in table.items() for words in phrases)


def _labelled(snapshot: Snapshot) -> Iterable[tuple[str, Meaning]]:
    """Labels in both languages: what a reader sees is what can be asked."""
    for language in LANGUAGES:
        with spoken(language):
            for chart in all_charts().values():
                yield _(chart.title), Meaning("chart", chart.id)
                if chart.view:
                    yield _(chart.view.label), Meaning("view", chart.id)
            for kind, choices in (("product", PRODUCTS), ("company", COMPANIES), ("measure", MEASURES)):
                yield from ((name, Meaning(kind, code)) for code, name in choices.names(snapshot).items())
            yield from ((_(label), Meaning("topic", code)) for code, label in DEADLINE_TOPICS.items())
            targets = snapshot.sql("SELECT target_id, label, label_fr FROM targets")
            own = "label" if language == "en" else "label_fr"
            yield from ((row[own], Meaning("target", row["target_id"])) for row in targets.to_dict("records"))


def _places(snapshot: Snapshot) -> Iterable[tuple[str, Meaning]]:
    """Countries and aggregates by name and by how their people are called; those without a figure here are known as such."""
    held = {*REPORTERS.codes(snapshot), *ORIGINS.codes(snapshot), *ALLIES.codes(snapshot), EU}
    for name, code in written_names():
        if len(name) > 3:
            yield name, _place(code) if code in held else Meaning("elsewhere", code)
    for code in sorted(held):
        for language in LANGUAGES:
            with spoken(language):
                yield labels.place(code), _place(code)
    with (HERE / "demonyms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["iso3"] in held:
                yield from ((word, Meaning("country", row["iso3"])) for word in row["words"].split())


def _place(code: str) -> Meaning:
    return Meaning("group", code) if code == EU else Meaning("country", code)
