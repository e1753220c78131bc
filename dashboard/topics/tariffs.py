"""What the tariff charts, the calculator and the API share: the tables of the rules, the questions a link can ask, words."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import AfterValidator, Field

from dashboard import coverage, labels
from dashboard.articles import the
from dashboard.coverage import after_coverage, before_coverage
from dashboard.language import _, current, day, localized, trimmed_percent
from dashboard.params import ChartParams, Choices
from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.tariffs import LOW_TRUST, PROGRAMMES, REASONS, REASONS_WITH_PROGRAMME, TABLES, Stack, Tables, stack
from policy.tariffs.met import CONTENT
from policy.tariffs.scenario import PATTERN, Change, changes, in_scenario

PRODUCTS = Choices(
    "product",
    "SELECT product_id, name_en AS label, name_fr AS label_fr FROM products ORDER BY us_import DESC, product_id",
)
ORIGINS = Choices("country", "SELECT DISTINCT iso3 FROM country_groups WHERE group_id = 'WLD' ORDER BY iso3")
COMPANIES = Choices(
    "company", "SELECT company_id, name_en AS label, name_fr AS label_fr FROM tariff_companies ORDER BY company_id"
)
IMPORTERS = Choices(
    "country", "SELECT DISTINCT imposing_country FROM tariff_measures ORDER BY imposing_country = 'USA' DESC, 1"
)

QUALIFYING = {"yes": "qualifying", "no": "non_qualifying", "any": "non_qualifying"}
"""How the rules name what a link says: where nothing is said, goods are taken not to qualify and the other answer is a reading."""
LONGEST_TYPED = 80  # characters of a tariff code or of words of a description
IF_QUALIFYING = N_("If the goods qualify under CUSMA.")
QUALIFYING_RANGE = {
    "lowest_pct": N_("If the goods qualify under CUSMA, in its lowest reading."),
    "highest_pct": N_("If the goods qualify under CUSMA, in its highest reading."),
}


CHARGING = frozenset({"USA"})  # whose tariffs the ledger follows: its own goods are not the first to be asked about
MOST_CHANGES = 20  # of a scenario


def _consistent(texts: tuple[str, ...]) -> tuple[str, ...]:
    changes(texts)
    return texts


EXAMPLES = [f"US-232-METALS-2026:{said}" for said in ("off", "rate=25", "from=2026-12-01", "usmca=exempt")]
WhatIf = Annotated[tuple[Annotated[str, Field(pattern=PATTERN, examples=EXAMPLES)], ...], AfterValidator(_consistent)]
"""Changes of a scenario as a link says them (`policy.tariffs.scenario`); empty: the ledger itself."""


class TariffParams(ChartParams):
    """A question about tariffs: whose goods, on which day, as known on which day."""

    NOT_STARTED_FROM = CHARGING
    hs: str | None = Field(None, title=N_("Code or word"), max_length=LONGEST_TYPED)
    product: Annotated[str, PRODUCTS] = Field("softwood-lumber", title=N_("Product"))
    origin: Annotated[str, ORIGINS] = Field("CAN", title=N_("From"))
    company: Annotated[str | None, COMPANIES] = Field(None, title=N_("Company"))
    usmca: Literal["any", "yes", "no"] = Field("any", title=N_("Qualifies under CUSMA"))
    importer: Annotated[str | None, IMPORTERS] = Field(None, title=N_("Charged by"))
    on: date | None = Field(None, title=N_("On"))
    known: date | None = Field(None, title=N_("As known on"))
    us_content_pct: float | None = Field(None, title=N_("US content, %"), ge=0, le=100)
    metal_content_pct: float | None = Field(None, title=N_("Metal content, %"), ge=0, le=100)
    whatif: WhatIf = Field((), title=N_("What if"), max_length=MOST_CHANGES)

    def explicit(self, snapshot: Snapshot) -> Self:
        return super().explicit(snapshot).filled(importer=importer_of(self.origin))

    @property
    def content(self) -> dict[str, float]:
        """Shares of the value that are known, as a query of the rules says them."""
        return {name: value for name in CONTENT.values() if (value := getattr(self, name)) is not None}


def charged_in_words(params: TariffParams) -> str:
    """Who charges the duties that a question is about: a subtitle says it where a title names goods and their origin only."""
    return _("charged by {country}").format(country=the(labels.place(params.importer or importer_of(params.origin))))


def importer_of(origin: str) -> str:
    """Who charges goods of an origin unless it is said: the United States, or Canada where they come from there."""
    return "CAN" if origin == "USA" else "USA"


@lru_cache(maxsize=8)
def tariff_tables(snapshot: Snapshot) -> Tables:
    """The tables the tariff rules work on, of a release."""
    return Tables.from_frames({name: snapshot.table(all_datasets()[name]) for name in TABLES})


def tables_of(snapshot: Snapshot, params: Any) -> Tables:
    """The tables that a question is about: the release's own, or those of its scenario."""
    return _in_scenario(snapshot, changes(params.whatif)) if params.whatif else tariff_tables(snapshot)


@lru_cache(maxsize=64)
def _in_scenario(snapshot: Snapshot, scenario: tuple[Change, ...]) -> Tables:
    return in_scenario(tariff_tables(snapshot), scenario)


@lru_cache(maxsize=64)
def _named(snapshot: Snapshot, table: str, key: str, column: str) -> dict[str, str]:
    found = snapshot.sql(f"SELECT {key}, {column} FROM {table}")
    return dict(zip(found.iloc[:, 0], found.iloc[:, 1], strict=True))


def measure_titles(snapshot: Snapshot) -> dict[str, str]:
    """Titles of measures by code, in the reader's language; the ordinary duty is one, too."""
    return _named(snapshot, "tariff_measures", "measure_id", localized("title")) | {"MFN": _(PROGRAMMES["base"])}


def conflicts(snapshot: Snapshot) -> dict[str, str]:
    """Where sources disagree about an event, by event code, in the reader's language."""
    found = _named(snapshot, "tariff_events", "event_id", localized("conflict"))
    return {event: text for event, text in found.items() if isinstance(text, str) and text}


def product_name(snapshot: Snapshot, code: str) -> str:
    return PRODUCTS.names(snapshot).get(code, code)


def company_name(snapshot: Snapshot, code: str | None) -> str:
    return COMPANIES.names(snapshot).get(code, code) if code else ""


def ask(
    snapshot: Snapshot, params: Any, tables: Tables | None = None, base_pct: Mapping[str, float] | None = None
) -> Stack:
    """The stack for the question of explicit parameters (`TariffParams` or alike).

    tables: those of the release, unless others are given; base_pct: the ordinary duty to count, by `QUALIFYING`.
    """
    query = question(params, params.product, base_pct) | {"on": pd.Timestamp(params.on)}
    return stack(tables or tables_of(snapshot, params), pd.DataFrame([query]), pd.Timestamp(params.known))


def question(params: Any, product: str, base_pct: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Explicit parameters as a query of the rules without its day, for a product or the digits of a tariff code."""
    usmca = QUALIFYING[params.usmca]
    query = {
        "product_id": product,
        "origin": params.origin,
        "company": params.company or "",
        "usmca": usmca,
        "importer": params.importer,
        **params.content,
    }
    return query | ({"base_pct": base_pct[usmca]} if base_pct else {})


@lru_cache(maxsize=8)
def _cusma_parties(snapshot: Snapshot) -> frozenset[str]:
    return frozenset(snapshot.sql("SELECT iso3 FROM country_groups WHERE group_id = 'USMCA_PARTIES'")["iso3"])


def has_cusma_choice(snapshot: Snapshot, origin: str) -> bool:
    """Whether goods of an origin can qualify under CUSMA."""
    return origin in _cusma_parties(snapshot)


def low_trust(trust: str) -> bool:
    return trust in LOW_TRUST


def note_of(layer: Any) -> str:
    """The notes of a line and of its step, in the reader's language."""
    own = "note" if current() == "en" else f"note_{current()}"
    texts = [getattr(layer, own), getattr(layer, f"step_{own}")]
    return " ".join(text for text in texts if isinstance(text, str) and text)


def notes_in_words(counted: pd.DataFrame, company: str | None) -> list[str]:
    """Sentences on the layers that are counted: their notes, whose the rates of trade remedies are, what a rate is on."""
    said = [f"{text.rstrip('.')}." for text in counted.loc[counted["programme"] != "base", "note"] if text]
    if company is None and (counted["programme"] == "adcvd").any():
        said.append(_("Antidumping and countervailing rates are those of producers without a rate of their own."))
    if (counted["why"] == "content_only").any():
        said.append(_("The rate is on a part of the value only; that part is not known and counted whole."))
    return said


def reason_in_words(code: str, excluded_by: str = "") -> str:
    """Why a layer is counted or not; where it gives way to a programme, to which."""
    if not excluded_by or code not in REASONS_WITH_PROGRAMME:
        return _(REASONS[code])
    return _(REASONS_WITH_PROGRAMME[code]).format(programme=programme_in_words(excluded_by))


def programme_in_words(code: str) -> str:
    """The name of a programme within a sentence; empty where there is none."""
    return within_a_sentence(_(PROGRAMMES[code])) if code else ""


# --- words ---------------------------------------------------------------------------------------------------------


def highest_so_far(said: str, rates_pct: pd.Series) -> str:
    """Words on the highest of these rates, which say so where there was another."""
    return _("{said}, the highest so far").format(said=said) if rates_pct[rates_pct > 0].nunique() > 1 else said


def within_a_sentence(goods: str) -> str:
    """The name of goods within a sentence: "patented pharmaceuticals", but "Section 232" and "HS 81"."""
    keeps = goods.startswith("Section") or not goods[1:2].islower()
    return goods if keeps else goods[:1].lower() + goods[1:]


def known_in_words(params: Any) -> str:
    """Which day, and whose knowledge: after the last day covered a status is only what was known then."""
    said = _("on {on}").format(on=day(params.on))
    if _known_on_another_day(params):
        said = _("on {on}, as known on {known}").format(on=day(params.on), known=day(coverage.seen(params.known)))
    return _perhaps_older(said, params)


def on_in_words(params: Any) -> str:
    """Which day, where whose knowledge is said elsewhere (`knowledge_in_words`)."""
    return _perhaps_older(_("on {on}").format(on=day(params.on)), params)


def knowledge_in_words(params: Any) -> str:
    """Whose knowledge, where it is not that of the day looked at."""
    return _("as known on {day}").format(day=day(coverage.seen(params.known))) if _known_on_another_day(params) else ""


def _known_on_another_day(params: Any) -> bool:
    return after_coverage(params.on) or after_coverage(params.known) or params.known != params.on


def _perhaps_older(said: str, params: Any) -> str:
    return _("{when} (older duties may be missing)").format(when=said) if before_coverage(params.on) else said


def rate_in_words(rate_pct: float | None, kind: str = "additional") -> str:
    if kind == "ban":
        return _("import ban")
    return _("rate not known") if rate_pct is None or pd.isna(rate_pct) else trimmed_percent(rate_pct)
