"""Which goods the words of law speak of: codes of products, as far as the words name them."""

import re
from collections.abc import Iterable

Goods = frozenset[frozenset[str]]
"""The goods that words name, each as the codes it may be held under: an alcohol list is one of a duty or one of a ban."""

_NAMED = {
    r"softwood (?:timber|lumber)": "softwood-lumber",
    r"upholstered (?:wooden|wood)?": "upholstered-furniture",
    r"(?:kitchen )?cabinets|vanities": "kitchen-cabinets",
    r"wood products|timber, lumber, and their derivative": "softwood-lumber|upholstered-furniture|kitchen-cabinets",
    r"(?:medium- and )?heavy-duty vehicle parts|truck parts|MHDV parts|MHDVPs?": "truck-parts",
    r"(?:medium- and )?heavy-duty vehicles(?! parts)|MHDVs?(?! parts)": "heavy-trucks",
    r"automobile parts|parts of automobiles": "car-parts",
    r"(?:passenger vehicles|automobiles?|light trucks)(?! parts)": "cars",
    r"buses": "buses",
    r"steel": "steel", r"alumin(?:i)?um": "aluminium", r"copper": "copper",
    r"energy (?:or|and) energy resources|energy resources": "energy",
    r"potash": "potash",
    r"alcoholic beverages": "s338-alcohol|banned-alcohol",
    r"dairy": "s338-dairy|banned-dairy",
    r"(?:unmanned aircraft systems?|UAS) components": "drone-components",
    r"(?:unmanned aircraft(?: systems?)?|UAS)(?! components)": "drones|drones-small",
    r"semiconductors?|advanced computing chips": "advanced-chips",
    r"pharmaceuticals?|pharmaceutical (?:products|articles)": "pharmaceuticals",
}  # fmt: skip
_PATTERN = re.compile(
    "|".join(rf"(?P<g{place}>\b(?:{words})\b(?! content))" for place, words in enumerate(_NAMED)), re.IGNORECASE
)
_CODES = [frozenset(codes.split("|")) for codes in _NAMED.values()]
_ALL = re.compile(
    r"^(?:all|any) (?:other )?(?:articles|goods|products|imports)\b|\ball articles imported into the United States"
    r"|^(?:for )?(?:a )?goods? of (?:the|any)\b|^articles the product of",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^Except (?:as|for)\b[^;]*?headings? [\d.–\-, andor]+, ", re.IGNORECASE)
_EXCEPTED = re.compile(r"\b(?:except for|excluding|other than) (?P<goods>.*)", re.IGNORECASE)
_APART = re.compile(
    r"(?:,? and)? ?,?(?: the \w+)? ?\b(?:except|excluding|other than|unless|subject to|as defined|as otherwise|content of which)\b.*",
    re.IGNORECASE,
)


def named_in(words: str) -> Goods:
    """The goods that words name, but those that they except; none where they name none."""
    words = _FIRST.sub("", words)
    excepted = _EXCEPTED.search(words)
    return _codes(_APART.sub("", words)) - (_codes(excepted["goods"]) if excepted else frozenset())


def _codes(words: str) -> Goods:
    return frozenset(_CODES[int(one.lastgroup[1:])] for one in _PATTERN.finditer(words) if one.lastgroup)


def are_all(words: str) -> bool:
    """Whether words speak of all goods, of an origin or of the world."""
    return _ALL.search(_FIRST.sub("", words.strip())) is not None and not named_in(words)


def are_among(goods: Goods, codes: Iterable[str]) -> bool:
    """Whether each of the goods is held under one of these codes."""
    held = set(codes)
    return bool(goods) and all(one & held for one in goods)
