"""Terms of the field that a newcomer asks about, each with a sentence, told wherever a text uses one of them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from dashboard import language
from dashboard.language import _
from etl.message import N_


class Term(NamedTuple):
    """A term, how texts of a language write it (a pattern, as the French one is a translation of it), and what it means."""

    name: str
    written: str
    meaning: str


TERMS = (
    Term(N_("defence expenditure"), N_("defence (?:spending|expenditure)|share of GDP"), N_("What a government spends on its armed forces and on the common funding of allies, by NATO's definition.")),
    Term(N_("core defence expenditure"), N_("core defence|3\\.5 %"), N_("The part that counts towards 3.5 % of GDP under the plan agreed in The Hague in 2025; 1.5 % more are related to defence and security.")),
    Term(N_("constant prices"), N_("constant prices|constant \\d|constant US dollars"), N_("Amounts of all years in the prices and exchange rates of one year, so that inflation is left out.")),
    Term(N_("estimate"), N_("estimates?\\b"), N_("A figure that its publisher marks as not final.")),
    Term(N_("percentage point"), N_("percentage points?|points of GDP"), N_("The difference between two percentages: from 2 % to 2.5 % is half a point.")),
    Term(N_("edition"), N_("\\beditions?\\b"), N_("What a publisher said in one publication; editions never overwrite each other.")),
    Term(N_("release"), N_("\\breleases?\\b"), N_("A numbered state of all figures here; it never changes.")),
    Term(N_("as known on"), N_("as known (?:on|to)"), N_("What was published by that day; what was announced or corrected later is left out.")),
    Term(N_("MFN duty"), N_("\\bMFN\\b|ordinary duty"), N_("Most favoured nation: the ordinary duty of the schedule, which goods of most countries pay before any additional tariff.")),
    Term(N_("HTS code"), N_("\\bHTS\\b|tariff codes?|\\bcodes\\b|schedule"), N_("Harmonized Tariff Schedule: the numbers by which US customs tells goods apart, from 4 to 10 digits.")),
    Term(N_("HS chapter"), N_("\\bHS (?:chapter|\\d)"), N_("Harmonized System: the first two digits of a tariff code, the same in all countries.")),
    Term(N_("additional tariff"), N_("additional tariffs?"), N_("What is charged on top of the ordinary duty.")),
    Term(N_("all-in rate"), N_("all-in rate|in all\\b"), N_("A rate that holds the ordinary duty in it, as agreed with the EU or Japan: the schedule's own is not added.")),
    Term(N_("customs value"), N_("customs value"), N_("What the goods are worth at the border, on which duties are reckoned: usually the price paid, without transport.")),
    Term("CUSMA", N_("\\bCUSMA\\b"), N_("The agreement of Canada, the United States and Mexico; goods that meet its rules of origin are often free.")),
    Term(N_("Section 232"), N_("Section 232"), N_("Trade Expansion Act of 1962: tariffs on goods for national security (steel, cars, lumber).")),
    Term(N_("Section 301"), N_("Section 301"), N_("Trade Act of 1974: an answer to unfair practices of a country.")),
    Term(N_("Section 338"), N_("Section 338"), N_("Tariff Act of 1930: up to 50 % against a country that discriminates.")),
    Term(N_("Section 122"), N_("Section 122"), N_("Trade Act of 1974: up to 15 % for up to 150 days for the balance of payments.")),
    Term("IEEPA", "\\bIEEPA\\b", N_("International Emergency Economic Powers Act of 1977: the law that the border and reciprocal tariffs of 2025 were based on, until the Supreme Court's decision.")),
    Term(N_("antidumping and countervailing duties"), N_("[Aa]ntidumping|[Cc]ountervailing|\\bAD/CVD\\b"), N_("Company by company: against prices below value, and against subsidies.")),
    Term("AR6, AR7", "\\bAR[67]\\b", N_("The sixth and seventh yearly administrative reviews of the softwood lumber duties, which set their rates.")),
    Term(N_("counter-tariff"), N_("[Cc]ounter-tariffs?"), N_("A tariff in answer to another's.")),
    Term(N_("quota"), N_("\\bquotas?\\b"), N_("An amount of goods at a lower rate; beyond it another applies.")),
    Term(N_("threatened"), N_("threatened|threats?\\b"), N_("Said, without a legal instrument: never counted and never drawn as in force.")),
)  # fmt: skip


def terms_in(*texts: str) -> list[Term]:
    """The terms that texts in the current language use, in the order of the glossary; names and meanings in that language."""
    together = "\n".join(texts)
    return [term for pattern, term in _spoken(language.current()) if pattern.search(together)]


def all_terms() -> list[Term]:
    """The whole glossary in the current language, in its alphabetical order."""
    return sorted((term for _pattern, term in _spoken(language.current())), key=lambda term: term.name.casefold())


@lru_cache(maxsize=4)
def _spoken(spoken: str) -> tuple[tuple[re.Pattern[str], Term], ...]:
    told = [Term(_(term.name), _(term.written), _(term.meaning)) for term in TERMS]
    return tuple((re.compile(term.written, re.IGNORECASE), term) for term in told)
