"""Whose goods a sentence is about: codes of countries and groups."""

import re
from functools import cache

from etl.files.countries import written_names

WORLD, UNION = "WLD", "EU27"
_MORE = {
    "the People's Republic of China": "CHN", "the PRC": "CHN", "PRC": "CHN", "the Republic of Korea": "KOR",
    "the Russian Federation": "RUS", "Hong Kong": "HKG", "the United Kingdom of Great Britain and Northern Ireland": "GBR",
    "a member state of the European Union": UNION, "a member nation of the European Union": UNION, "member states of the European Union": UNION, "Burma": "MMR",
    "the Bahamas": "BHS", "Trinidad and Tobago": "TTO", "Bosnia and Herzegovina": "BIH", "Viet Nam": "VNM",
}  # fmt: skip
_GOES_ON = re.compile(r",? (?:and|or),? (?:the |an? )?(?:member \w+ of )?[A-Z]|, [A-Z]")
_EVERYWHERE = re.compile(
    r"products? of any country|(?:from|of) all (?:other )?countries|(?:all|any) articles imported into the United States"
    r"|[Aa]ll (?:articles|goods|products|imports) (?:that are )?imported into"
)
_OF = r"(?:(?:products?|articles?|goods?|originating|imports?|imported|originate|country of origin is)[^.;,]{0,80}?\b(?:of|from|in))"


@cache
def _names() -> tuple[dict[str, str], re.Pattern[str], re.Pattern[str]]:
    """The code of each name, the pattern of one name, and of a list of names after "products of"."""
    codes = {name: code for name, code in written_names() if len(name) > 3 and name[0].isupper() and code != "USA"}
    codes |= {f"the {name}": code for name, code in codes.items()} | _MORE
    one = "|".join(re.escape(name) for name in sorted(codes, key=len, reverse=True))
    listed = rf"(?:{one})(?:(?:,? and|,? or|,)? (?:{one}))*"
    several = rf"(?:{_OF} (?P<names>{listed})(?!\w)|\bfor (?P<adjectives>{listed}) (?:products|articles|goods)\b)"
    return codes, re.compile(rf"(?:{one})(?!\w)"), re.compile(several)


def names_a_country(sentence: str) -> bool:
    """Whether any country but the United States is named, in whatever role."""
    return _names()[1].search(sentence) is not None


def origins_in(sentence: str) -> list[tuple[str, int, int]]:
    """Each origin that a sentence is about, with its place: countries after "products of" or "imports from", the EU, the world."""
    codes, one, several = _names()
    found = [
        (codes[name.group()], name.start(), name.end())
        for part in several.finditer(sentence)
        if not _GOES_ON.match(sentence, part.end())
        for name in one.finditer(sentence, *part.span("names" if part["names"] else "adjectives"))
    ]
    if not found:
        found = [(WORLD, part.start(), part.end()) for part in _EVERYWHERE.finditer(sentence)][:1]
    return list({code: (code, start, end) for code, start, end in reversed(found)}.values())[::-1]
