"""What is settled once all of a question is known: its days, which depend on each other, and its countries, too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from dashboard.ask.days import earliest, first_of, last_of, latest
from dashboard.ask.filling import HINT, SAID, Filling
from dashboard.coverage import ends_on
from etl.ledger.snapshot import Snapshot

Named = tuple[int, str, str]
"""A country named: the part's place, its code, its role."""


def settle_days(filling: Filling) -> None:
    """Put the days in: the day asked about first, then what was known, which is no later unless its year is said."""
    order = {"until": 1, "since": 1, "known": 2}
    for place, meaning in sorted(filling.days, key=lambda one: order.get(one[1].kind, 0)):
        before = dict(filling.query)
        if _DAYS[meaning.kind](filling, meaning.value):
            filling.score += SAID
            changed = [pair for pair in filling.query.items() if pair not in before.items()]
            if changed:
                filling.settled[place] = changed[-1]
        else:
            filling.left_out.append(place)


def _settle_on(filling: Filling, value: str) -> bool:
    if "on" not in filling.fields:
        return False
    day = latest(
        last_of(value), ends_on(filling.snapshot) if filling.chart.page == "tariffs" else filling.today
    ).isoformat()
    if "on" in filling.query and "before_on" in filling.fields and "before_on" not in filling.query:
        earlier, later = sorted((filling.query["on"], day))
        filling.query |= {"before_on": earlier, "on": later}
        filling.score += HINT if "product" in filling.fields else 0  # two days of one question are what it is for
        return True
    return filling.add("on", day)


def _settle_known(filling: Filling, value: str) -> bool:
    until = min(date.fromisoformat(filling.query.get("on", filling.today.isoformat())), filling.today)
    return filling.add("known", latest(last_of(value), until).isoformat())


def _settle_year(filling: Filling, value: str) -> bool:
    if "due_until" in filling.fields:
        ends = earliest(last_of(value), filling.today)
        begins = first_of(value).replace("--", f"{ends.year}-")
        return filling.add("due_from", begins) and filling.add("due_until", ends.isoformat())
    for name in ("year", "spend_year"):
        if name in filling.fields:
            return (name == "spend_year" or int(value) in filling.codes(name)) and filling.add(name, value)
    return False


def _settle_until(filling: Filling, value: str) -> bool:
    if "due_until" in filling.fields:
        day = value if len(value) == 4 and value.isdigit() else last_of(value)
        if len(day) == 4:  # before 2027: nothing of 2027
            return filling.add("due_until", f"{int(day) - 1}-12-31")
        return filling.add("due_until", earliest(day, filling.today).isoformat())
    year = value[:4] if value[:4].isdigit() else ""
    if year and "due" in filling.fields:
        if due_years(filling.snapshot).get(filling.query.get("goals", "")) == year:
            return True
        return filling.add("spend_year" if "spend_year" in filling.fields and "spend" in filling.query else "due", year)
    return False


def _settle_since(filling: Filling, value: str) -> bool:
    if "due_from" in filling.fields:
        return filling.add("due_from", earliest(first_of(value), filling.today).isoformat())
    if "since" in filling.fields and value[:4].isdigit():
        return int(value[:4]) in filling.codes("since") and filling.add("since", value[:4])
    return False


_DAYS = {
    "on": _settle_on, "first": _settle_on, "last": _settle_on, "known": _settle_known, "year": _settle_year,
    "until": _settle_until, "since": _settle_since,
}  # fmt: skip


@lru_cache(maxsize=64)
def due_years(snapshot: Snapshot) -> dict[str, str]:
    """The due years of targets, by code; of those that have one."""
    found = snapshot.sql("SELECT target_id, due_year FROM targets WHERE due_year IS NOT NULL")
    return dict(zip(found["target_id"], found["due_year"].astype("str"), strict=True))


# --- countries ---------------------------------------------------------------------------------------------------------


def settle_places(filling: Filling) -> None:
    """Put the countries in: whose figures, or whose goods are charged by whom."""
    named = [one for one in filling.places if one[2] != "counter"]
    if "origin" in filling.fields or "origins" in filling.fields:
        _settle_origins(filling, named)
        return
    name = next((name for name in ("countries", "country") if name in filling.fields), "")
    for place, code, _role in named:
        if name and code in filling.codes(name) and filling.add(name, code):
            filling.score += SAID
        else:
            filling.left_out.append(place)


def _settle_origins(filling: Filling, named: Sequence[Named]) -> None:
    """The United States charge unless the goods are theirs; with counter-tariffs it is the other way round."""
    counter = len(named) != len(filling.places)
    origins: list[Named] = []
    importers: list[Named] = []
    for one in named:
        charged = one[2] == "importer" or (
            one[1] == ("CAN" if counter else "USA")
            and one[2] != "origin"
            and (len(named) > 1 or counter or one[2] == "charging")
        )
        (importers if charged else origins).append(one)
    if counter and not origins and "origin" in filling.fields:
        filling.add("origin", "USA")
    for place, code, _role in origins:
        name = "origins" if "origins" in filling.fields else "origin"
        _settled(filling, place, code in filling.codes(name) and filling.add(name, code))
    usual = "CAN" if filling.query.get("origin") == "USA" else "USA"
    for place, code, _role in importers:
        held = "importer" in filling.fields and code in filling.codes("importer")
        _settled(filling, place, code == usual or (held and filling.add("importer", code)))


def _settled(filling: Filling, place: int, held: bool) -> None:
    if held:
        filling.score += SAID
    else:
        filling.left_out.append(place)
