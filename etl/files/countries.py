"""Country names and codes as people write them, in English and French -> the ledger's own codes.

Names are compared without case, accents and punctuation; codes and abbreviations only letter by letter, because
"ÉU" (États-Unis) and "EU" (European Union) differ in nothing else. Obsolete codes are never a result.
"""

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from babel import Locale
from babel.core import get_global

from etl.files.vocabulary import normal

LANGUAGES = ("en", "en_CA", "fr", "fr_CA")
# Alpha-3 codes that ISO 3166 has withdrawn although CLDR still leads from them to one country.
OBSOLETE = frozenset({"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"})
LEAST_LETTERS = 4  # a shorter spelling is a code or an abbreviation
NEAR = 0.75

# Spellings that CLDR does not have, and those of aggregates and groups.
NAMES = {
    "BIH": ("Bosnia-Herzegovina", "Bosnia and Herzegovina"),
    "CIV": ("Cote d'Ivoire", "Ivory Coast"),
    "CYP": ("Republic of Cyprus", "Chypre"),
    "CZE": ("Czech Republic", "Czechia", "République tchèque", "Tchéquie"),
    "GBR": ("Great Britain", "Britain", "Grande-Bretagne", "Royaume Uni"),
    "GRC": ("Hellas",),
    "KOR": ("South Korea", "Korea, South", "Korea, Rep.", "Republic of Korea", "Corée du Sud", "République de Corée"),
    "MEX": ("Mexique",),
    "MKD": ("North Macedonia", "Macedonia", "FYROM", "The Former Yugoslav Republic of Macedonia", "FYR Macedonia",
            "Republic of North Macedonia", "Macédoine du Nord"),
    "NLD": ("The Netherlands", "Holland", "Les Pays-Bas", "Pays Bas"),
    "RUS": ("Russian Federation", "Fédération de Russie"),
    "SVK": ("Slovak Republic", "Slovakia", "République slovaque"),
    "TUR": ("Turkey", "Turkiye", "Türkiye", "Turquie"),
    "USA": ("United States of America", "America", "États-Unis d'Amérique"),
    "NATO_TOTAL": ("NATO Total", "Total NATO", "NATO total (allies)", "Total OTAN", "OTAN total", "Total de l'OTAN"),
    "NATO_EUR_CAN": (
        "NATO Europe and Canada", "NATO Europe & Canada", "European Allies and Canada", "OTAN Europe et Canada",
        "Europe et Canada", "Alliés européens et Canada", "OTAN - Europe et Canada",
    ),
    "EU27": ("European Union", "Union européenne", "European Union (27)"),
}  # fmt: skip
ABBREVIATIONS = {
    "EU27": ("EU", "E.U.", "UE", "U.E.", "EU-27", "UE-27", "UE27"),
    "GBR": ("UK", "U.K.", "R.-U.", "R.U."),
    "GRC": ("EL",),
    "USA": ("U.S.", "U.S.A.", "É.-U.", "É.-U.A.", "É.U.", "ÉU"),
}


def exact(text: str) -> str:
    """The form in which two codes are compared: only case and blanks around them do not matter."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


@cache
def alpha3_of() -> dict[str, str]:
    """Alpha-3 by alpha-2 of every country there is today."""
    pairs = (
        (three, two[0])
        for three, two in get_global("territory_aliases").items()
        if len(three) == 3 and three.isalpha() and len(two) == 1 and three not in OBSOLETE
    )
    # Q and X begin the codes that users may give out themselves; Qatar is the one country among them.
    return {two: three for three, two in pairs if three == "QAT" or three[0] not in "QX"}


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for two, name in Locale.parse(language).territories.items():
            if two in alpha3_of() and len(normal(name)) >= LEAST_LETTERS:
                found.setdefault(normal(name), alpha3_of()[two])
    for code, names in NAMES.items():
        found.update({normal(name): code for name in names})
    return found


@cache
def written_names() -> tuple[tuple[str, str], ...]:
    """(name as it is written, code) of every country and aggregate in both languages, for publishers' own tables."""
    found = {
        name: alpha3_of()[two]
        for language in reversed(LANGUAGES)
        for two, name in Locale.parse(language).territories.items()
        if two in alpha3_of()
    }
    spelt = {name: code for table in (NAMES, ABBREVIATIONS) for code, names in table.items() for name in names}
    return (*(found | spelt).items(), *((code, code) for code in found.values()))


@cache
def _codes() -> dict[str, str]:
    found = {exact(code): three for two, three in alpha3_of().items() for code in (two, three)}
    for code, spellings in ABBREVIATIONS.items():
        found.update({exact(spelling): code for spelling in spellings})
    return found | {exact(code): code for code in NAMES}


@cache
def everywhere() -> "Places":
    """Every country there is and the aggregates publishers use, for a table that belongs to no ledger."""
    return Places(frozenset(_codes().values()))


def country_code(text: str, own: Mapping[str, str] | None = None) -> str | None:
    """The code a cell names (footnote stars do not matter), or None. `own`: the ledger's names, by `normal` form."""
    bare = text.strip().rstrip("*\u00a0 ")
    folded = normal(bare)
    name = ((own or {}).get(folded) or _names().get(folded)) if len(folded) >= LEAST_LETTERS else None
    return _codes().get(exact(bare)) or name


@dataclass(frozen=True)
class Places:
    """The countries and groups that a column may name: their codes, and the ledger's own names for them."""

    codes: frozenset[str]
    own: Mapping[str, str] = field(default_factory=dict)  # `normal` name -> code

    @classmethod
    def of(cls, codes: Iterable[str], names: Mapping[str, str]) -> "Places":
        """`names`: code -> name."""
        codes = frozenset(codes)
        return cls(codes, {normal(name): code for code, name in names.items() if code in codes})

    def code(self, text: str) -> str | None:
        """The one code of the ledger that `text` names, or None: never another country's."""
        bare = text.strip()
        if bare in self.codes:
            return bare
        found = country_code(text, self.own) or next((c for c in self.codes if exact(c) == exact(bare)), None)
        return found if found in self.codes else None

    def nearest(self, text: str) -> str | None:
        """A code whose name, or which itself, is written nearly like `text`."""
        meant = country_code(text, self.own)
        if meant is not None:
            return None  # a place we know, which is none of these
        names = {name: code for name, code in {**_names(), **self.own}.items() if code in self.codes}
        near = difflib.get_close_matches(normal(text), names, n=1, cutoff=NEAR)
        return names[near[0]] if near else None
