"""What a chart can hold of what was said: each kind of meaning becomes parameters of its link, or is left out."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from dashboard.ask.filling import HINT, SAID, SHOWN_ALREADY, WISH, Filling
from dashboard.ask.lexicon import EU, Meaning
from etl.ledger.snapshot import Snapshot

SHARE, SIPRI = "share_of_gdp_pct", "SIPRI"
PARTS = ("equipment_share_pct", "personnel_share_pct", "infrastructure_share_pct", "other_share_pct")
SHOWN = {
    **dict.fromkeys(
        ("spending-ranking", "spending-grid", "spending-heatmap", "spending-gap", "pressure-map"), (SHARE,)
    ),
    **dict.fromkeys(("publishers-compare", "pledge-path", "pledge-cost", "pledge-history", "claims-compare"), (SHARE,)),
    "equipment-quadrant": (SHARE, "equipment_share_pct"),
    "spending-breakdown": PARTS,
}
"""Measures that a chart shows without being told."""
OF_ALLIES = {
    "spending-ranking",
    "spending-grid",
    "spending-heatmap",
    "equipment-quadrant",
    "spending-gap",
    "pressure-map",
}
NEIGHBOURS = {"spending": "pledges", "pledges": "spending"}  # pages whose words do not speak against each other

DAY_ROLES = ("known", "until", "since")
"""What may be said of a day beside that it is looked at."""


@lru_cache(maxsize=64)
def _members(snapshot: Snapshot, group: str) -> tuple[str, ...]:
    found = snapshot.sql("SELECT iso3 FROM country_groups WHERE group_id = $group ORDER BY iso3", group=group)
    return tuple(found["iso3"])


def take(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    """Put one meaning into a chart; what it says for the chart, or None when the chart can't hold it."""
    return _TAKERS.get(meaning.kind, _stranger)(filling, place, meaning, role)


def _stranger(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    return None


def _chart(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    wish = WISH if meaning.kind == "chart" else SAID
    return wish if filling.chart.id == meaning.value else None


def _page(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    own = filling.chart.page
    if filling.chart.id == "pressure-map":
        return HINT
    if own == meaning.value:
        return SAID
    return 0.0 if NEIGHBOURS.get(own) == meaning.value else None


def _programme(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    if filling.chart.page != "tariffs" or (meaning.value == "counter" and "importer" not in filling.fields):
        return None
    if meaning.value == "counter":
        filling.places.append((place, "CAN", "counter"))
    return HINT


def _code_of(name: str, *, many: str = "") -> Callable[[Filling, int, Meaning, str], float | None]:
    """A meaning whose value is a code of a field (or of a list field)."""

    def taken(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
        own = many if many in filling.fields else name
        if own not in filling.fields or meaning.value not in filling.codes(own):
            return None
        return SAID if filling.add(own, meaning.value) else None

    return taken


def _product(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    if filling.chart.id == "softwood-companies":
        return HINT if meaning.value == "softwood-lumber" else None
    if "hs" in filling.query:
        return None
    return _code_of("product", many="products")(filling, place, meaning, role)


def _hs(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    if "hs" not in filling.fields or "product" in filling.query:
        return None
    return SAID if filling.add("hs", meaning.value) else None


def _company(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    return HINT if filling.chart.id == "softwood-companies" else _code_of("company")(filling, place, meaning, role)


def _measure(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    if "measure" in filling.fields:
        taken = _code_of("measure")(filling, place, meaning, role)
        return taken or (SAID if meaning.value == SHARE and "measure" in filling.query else None)
    return SHOWN_ALREADY if meaning.value in SHOWN.get(filling.chart.id, ()) else None


def _country(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    filling.places.append((place, meaning.value, role))
    return 0.0


def _group(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    if meaning.value == EU and "origins" in filling.fields:
        return SAID if all([filling.add("origins", code) for code in _members(filling.snapshot, EU)]) else None
    if meaning.value == EU and "group" in filling.fields:
        return SAID if filling.add("group", EU) else None
    return HINT if meaning.value == "ALLIES" and filling.chart.id in OF_ALLIES else None


def _publisher(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    if filling.chart.id == "publishers-compare":
        if meaning.value != SIPRI and meaning.value in filling.codes("beside"):
            filling.add("beside", meaning.value)
        return SAID
    if "publisher" in filling.fields and meaning.value in filling.codes("publisher"):
        weight = HINT if filling.chart.page == "pledges" else SAID  # there it is who judges
        return weight if filling.add("publisher", meaning.value) else None
    return 0.0 if meaning.value == "NATO" and filling.chart.page in ("spending", "pledges") else None


def _target(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    for name in ("against", "goals", "target"):
        if name in filling.fields and meaning.value in filling.codes(name):
            return SAID if filling.add(name, meaning.value) else None
    return None


def _compare(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    return {"spending-ranking": SAID}.get(filling.chart.id, HINT) if "against" in filling.fields else None


def _amount(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    return SAID if filling.add("spend", meaning.value) else None


def _option(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    name, _equal, value = meaning.value.partition("=")
    if name not in filling.fields or (name != "pace" and value not in filling.codes(name)):
        return None
    return SAID if filling.add(name, value) else None


def _usmca(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    return SAID if "usmca" in filling.fields and filling.add("usmca", meaning.value) else None


def _edition(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    if "edition" not in filling.fields or meaning.value not in filling.codes("edition"):
        return None
    if "edition" in filling.query and "before" in filling.fields:
        earlier, later = sorted({filling.query["edition"], meaning.value})
        filling.query |= {"before": earlier, "edition": later}
        return SAID
    return SAID if filling.add("edition", meaning.value) else None


def _article(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    return WISH if filling.add("article", meaning.value) else None


def _day(filling: Filling, place: int, meaning: Meaning, role: str) -> float | None:
    filling.days.append((place, meaning._replace(kind=role) if role in DAY_ROLES else meaning))
    return 0.0


_TAKERS: dict[str, Callable[[Filling, int, Meaning, str], float | None]] = {
    "chart": _chart, "view": _chart, "page": _page, "programme": _programme, "product": _product, "hs": _hs,
    "company": _company, "measure": _measure, "country": _country, "group": _group, "publisher": _publisher,
    "target": _target, "compare": _compare, "amount": _amount, "option": _option, "usmca": _usmca,
    "topic": _code_of("topic"), "edition": _edition, "article": _article,
    "on": _day, "first": _day, "last": _day, "year": _day, "known": _day, "until": _day, "since": _day,
}  # fmt: skip
