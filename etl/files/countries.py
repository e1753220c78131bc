"""Country names in English and French, as CLDR, NATO and SIPRI spell them -> ISO 3166-1 alpha-3."""

from functools import cache

from babel import Locale
from babel.core import get_global

from etl.files.vocabulary import normal

# Spellings that CLDR does not have, and the aggregates NATO publishes beside the countries.
SPELLINGS = {
    "BIH": ("Bosnia-Herzegovina", "Bosnia and Herzegovina"),
    "CIV": ("Cote d'Ivoire", "Ivory Coast"),
    "CYP": ("Republic of Cyprus", "Chypre"),
    "CZE": ("Czech Republic", "Czechia", "République tchèque", "Tchéquie"),
    "GBR": ("UK", "Great Britain", "Britain", "Grande-Bretagne", "R.-U.", "Royaume Uni"),
    "GRC": ("EL", "Hellas"),
    "KOR": ("South Korea", "Korea, South", "Republic of Korea", "Corée du Sud", "République de Corée"),
    "MEX": ("Mexique",),
    "MKD": ("North Macedonia", "Macedonia", "FYROM", "The Former Yugoslav Republic of Macedonia", "Macédoine du Nord"),
    "NLD": ("The Netherlands", "Holland", "Les Pays-Bas"),
    "RUS": ("Russian Federation", "Fédération de Russie"),
    "SVK": ("Slovak Republic", "Slovakia", "République slovaque"),
    "TUR": ("Turkey", "Turkiye", "Türkiye", "Turquie"),
    "USA": ("United States of America", "U.S.", "U.S.A.", "US", "America", "États-Unis d'Amérique", "É.-U.", "ÉU"),
    "NATO_TOTAL": ("NATO Total", "Total NATO", "NATO total (allies)", "Total OTAN", "OTAN total", "Total de l'OTAN"),
    "NATO_EUR_CAN": (
        "NATO Europe and Canada", "NATO Europe & Canada", "European Allies and Canada", "OTAN Europe et Canada",
        "Europe et Canada", "Alliés européens et Canada",
    ),
}  # fmt: skip


@cache
def spellings() -> dict[str, str]:
    """Normalised name or code -> alpha-3 (or the code of an aggregate)."""
    # CLDR lists alpha-3 codes as aliases of alpha-2 ones
    alpha3 = {
        two[0]: three for three, two in get_global("territory_aliases").items() if len(three) == 3 and three.isalpha()
    }
    found: dict[str, str] = {}
    for language in ("en", "en_CA", "fr", "fr_CA"):
        for two, name in Locale.parse(language).territories.items():
            if two in alpha3:
                found.setdefault(normal(name), alpha3[two])
    for two, three in alpha3.items():
        found[normal(two)] = found[normal(three)] = three
    for code, names in SPELLINGS.items():
        found.update({normal(name): code for name in (code, *names)})
    return found


def country_code(text: str) -> str | None:
    """The code a cell names (footnote stars do not matter), or None when it names no country we know."""
    return spellings().get(normal(text.rstrip("* \u00a0")))
