"""Words people use, in English and French, for our columns and codes.

Compared after `normal`: case, accents, punctuation and underscores do not matter. A column's own name, its code and
country names need no entry here.
"""

import re
import unicodedata

CHANGED = "changed"  # a column of files from here: who changed the row by hand, in which release
_MARKS = re.compile(r"[^0-9a-z%]+")


def normal(text: str) -> str:
    """`Année (fin)` -> `annee fin`: the form in which two spellings are compared."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return _MARKS.sub(" ", letters).strip()


COLUMNS: dict[str, tuple[str, ...]] = {
    "iso3": ("country", "country code", "country name", "ally", "nation", "state", "iso", "iso code", "code", "member", "geo", "ref area",
             "pays", "code pays", "code du pays", "nom du pays", "allié", "état", "code iso"),
    "iso2": ("iso 2", "alpha 2", "two letter code", "code à deux lettres"),
    "year": ("calendar year", "fiscal year", "time", "time period", "période", "period", "an", "année", "exercice"),
    "fiscal_year": ("year", "exercice", "année", "année financière", "exercice financier"),
    "value": ("amount", "figure", "data", "obs value", "number", "valeur", "montant", "chiffre", "donnée"),
    "value_pct": ("value", "percent", "percentage", "per cent", "% of gdp", "share of gdp", "valeur", "pourcentage",
                  "pour cent", "% du pib", "part du pib"),
    "rate_pct": ("rate", "tariff", "duty", "tariff rate", "taux", "droit", "droit de douane", "taux du droit"),
    "measure": ("indicator", "variable", "series", "mesure", "indicateur", "série"),
    "unit": ("units", "unit of measure", "unité", "unités", "unité de mesure"),
    "is_estimate": ("estimate", "estimated", "e", "obs flag", "estimation", "estimé", "est une estimation"),
    "publisher": ("organisation", "organization", "published by", "éditeur", "diffuseur", "publié par", "organisme"),
    "edition": ("release", "vintage", "édition", "parution"),
    "source_id": ("source", "sources", "source code", "code de source", "référence"),
    "title": ("name", "titre", "nom", "intitulé"),
    "label": ("name", "libellé", "nom", "étiquette"),
    "name_en": ("name", "country", "english name", "nom", "nom anglais", "pays", "produit", "product"),
    "description": ("text", "texte"),
    "url": ("link", "address", "web address", "lien", "adresse", "adresse web"),
    "note": ("notes", "remark", "remarks", "comment", "comments", "remarque", "remarques", "commentaire"),
    "notes": ("note", "remark", "remarks", "comment", "comments", "remarque", "remarques", "commentaire"),
    "quote": ("quotation", "citation", "wording", "extrait"),
    "currency": ("currency code", "devise", "monnaie", "code de la devise"),
    "licence": ("license", "terms", "permis"),
    "published_on": ("published", "date", "publication date", "date published", "date de publication", "publié le"),
    "agreed_on": ("agreed", "date", "date agreed", "convenu le", "date de l'entente"),
    "made_on": ("made", "date", "pledged on", "date pledged", "pris le", "date de l'engagement"),
    "made_by": ("author", "who", "speaker", "auteur", "qui", "pris par"),
    "due_on": ("due", "due date", "deadline", "date due", "échéance", "date d'échéance", "date limite"),
    "due_year": ("due", "target year", "by", "échéance", "année cible", "année d'échéance"),
    "set_on": ("set", "date set", "fixé le"),
    "outcome": ("result", "issue", "résultat", "dénouement"),
    "outcome_on": ("date of outcome", "outcome date", "date de l'issue"),
    "event_on": ("date", "event date", "date of event", "date de l'événement"),
    "known_on": ("known", "announced on", "connu le", "annoncé le"),
    "effective_on": ("effective", "effective date", "in force from", "en vigueur le", "date d'entrée en vigueur"),
    "event": ("action", "événement", "type of event"),
    "product_id": ("product", "good", "goods", "produit", "marchandise"),
    "origin": ("country of origin", "exporter", "country", "pays d'origine", "origine", "pays"),
    "imposing_country": ("imposed by", "importer", "pays importateur", "imposé par"),
    "company": ("firm", "exporter", "producer", "entreprise", "société"),
    "measure_id": ("measure", "mesure"),
    "status": ("state", "statut", "état"),
    "topic": ("subject", "thème", "sujet"),
    "actor": ("who", "responsible", "acteur", "responsable"),
    "joined_nato_on": ("joined nato", "nato member since", "membre de l'otan depuis", "adhésion à l'otan"),
    "is_eu_member": ("eu member", "in the eu", "membre de l'ue"),
    "group_id": ("group", "groupe"),
    "trust": ("reliability", "confiance", "fiabilité"),
}  # fmt: skip

CODES: dict[str, dict[str, tuple[str, ...]]] = {
    "publisher": {"NATO": ("OTAN",), "SIPRI": ("Stockholm International Peace Research Institute",)},
    "measure": {
        "share_of_gdp_pct": ("share of gdp", "% of gdp", "percent of gdp", "per cent of gdp", "share of real gdp",
                             "share of gdp %", "defence expenditure as a share of gdp", "part du pib", "% du pib",
                             "pourcentage du pib", "part du pib %", "dépenses de défense en part du pib"),
        "expenditure_usd_current_million": ("defence expenditure current us dollars", "expenditure usd current",
                                            "dépenses en dollars américains courants"),
        "expenditure_usd_constant_million": ("defence expenditure constant us dollars", "expenditure usd constant",
                                             "dépenses en dollars américains constants"),
        "expenditure_ncu_current_million": ("defence expenditure national currency", "dépenses en monnaie nationale"),
        "gdp_usd_current_million": ("gdp", "gdp current", "pib", "pib courant"),
        "gdp_usd_constant_million": ("real gdp", "gdp constant", "pib réel", "pib constant"),
        "real_change_pct": ("real change", "annual real change", "annual real change %", "variation réelle",
                            "variation annuelle réelle"),
        "equipment_share_pct": ("equipment", "equipment share", "équipement", "part de l'équipement"),
        "personnel_share_pct": ("personnel", "personnel share", "part du personnel"),
        "infrastructure_share_pct": ("infrastructure", "infrastructure share", "part de l'infrastructure"),
        "other_share_pct": ("other", "other share", "autres", "autre"),
        "military_personnel_thousand": ("military personnel", "effectifs militaires"),
        "expenditure_per_capita_usd_constant": ("expenditure per capita", "dépenses par habitant"),
        "gdp_per_capita_usd_constant_thousand": ("gdp per capita", "pib par habitant"),
    },
}  # fmt: skip

TRUE = frozenset({"true", "yes", "y", "vrai", "oui", "o", "1", "x"})
FALSE = frozenset({"false", "no", "n", "faux", "non", "0"})

MONTHS = {
    normal(name): number
    for number, names in enumerate(
        (
            "january jan janvier janv",
            "february feb février févr fév",
            "march mar mars",
            "april apr avril avr",
            "may mai",
            "june jun juin",
            "july jul juillet juill juil",
            "august aug août",
            "september sep sept septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec décembre déc",
        ),
        1,
    )
    for name in names.split()
}
