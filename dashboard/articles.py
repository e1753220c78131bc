"""Names of countries and publishers with their article, within a sentence."""

from dashboard.language import current, decomposed

NO_ARTICLE = ("Chypre", "Malte", "Cuba", "Haïti", "Israël", "Singapour", "Taïwan", "Eurostat")
MASCULINE = ("Mexique", "Cambodge", "Mozambique", "Zimbabwe", "Suriname", "Belize")  # though they end in e
PLURAL = ("États-Unis", "Pays-Bas", "Philippines", "Émirats")
UNIONS = ("Union", "OTAN")  # of states, which keep their article where goods come from
THE = ("United", "Netherlands", "European", "Philippines")  # English names begin so that have an article


def the(name: str) -> str:
    """A country or publisher with its article, within a sentence: the United States, le Canada, l’OTAN, la Norvège."""
    first = name.split(" ", maxsplit=1)[0]
    if current() == "en":
        return f"the {name}" if first in THE else name
    if first in NO_ARTICLE:
        return name
    if first in PLURAL:
        return f"les {name}"
    if decomposed(first)[0] in "AEIOUY":
        return f"l’{name}"
    return f"la {name}" if first.endswith("e") and first not in MASCULINE else f"le {name}"


def of_the(name: str) -> str:
    """The same after "of" or "de": of Canada, du Canada, des États-Unis, de l’Allemagne."""
    named = the(name)
    if current() == "en":
        return f"of {named}"
    if named == name and decomposed(name)[0] in "AEIOUY":
        return f"d’{name}"
    article, _space, rest = named.partition(" ")
    return f"du {rest}" if article == "le" else f"des {rest}" if article == "les" else f"de {named}"


def from_the(name: str) -> str:
    """The same of where goods come from: from Canada, du Canada, des États-Unis, but d’Allemagne and de Norvège."""
    named = the(name)
    if current() == "en":
        return f"from {named}"
    if named.startswith("la "):
        return f"de {name}"
    return f"d’{name}" if named.startswith("l’") and not name.startswith(UNIONS) else of_the(name)
