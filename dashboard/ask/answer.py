"""What was understood of a question, as plain data: its parts, each with what else it may be, and the views it leads to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from dashboard import labels, language, links
from dashboard.ask.lexicon import Meaning, lexicon
from dashboard.ask.parts import Part, parts_of
from dashboard.ask.readings import Reading, certain, offered, readings_of
from dashboard.ask.words import phrase
from dashboard.charts import Chart, all_charts
from dashboard.language import _
from dashboard.menu import MENU
from dashboard.params import TARGETS
from dashboard.topics.pledges import GOALS
from dashboard.topics.tariffs import company_name, product_name
from etl import vocabulary
from etl.files.countries import alpha3_of
from etl.ledger.snapshot import Snapshot
from etl.message import N_

LONGEST = 300  # characters of a question
KINDS = {
    "country": N_("Country"), "group": N_("Countries"), "product": N_("Product"), "hs": N_("Code or word"), "company": N_("Company"),
    "measure": N_("Measure"), "target": N_("Target"), "publisher": N_("Publisher"), "topic": N_("Topic"), "usmca": N_("Qualifies under CUSMA"),
    "chart": N_("View"), "view": N_("View"), "page": N_("Page"), "programme": N_("Programme"), "compare": N_("Comparison"), "amount": N_("Amount"),
    "option": N_("Choice"), "edition": N_("Edition"), "article": N_("Article"), "elsewhere": N_("Country"), "pct": N_("Per cent figure"),
    "on": N_("On"), "first": N_("On"), "last": N_("On"), "known": N_("As known on"), "until": N_("Until"), "since": N_("Since"), "year": N_("Year"), "period": N_("Month"),
}  # fmt: skip
COMPARED = {"lt": N_("below"), "ge": N_("at or above")}
DAYS = {"on", "known", "due_from", "due_until", "before_on"}


def answer(snapshot: Snapshot, text: str, today: date) -> dict[str, Any]:
    """A question in words, understood: `q`, `certain`, `parts` and `views`, all JSON-ready and in the current language.

    `certain`: one view holds all that was said, and no other does. Else the views are to choose from, and parts without
    a `kind` were not understood. An alternative has the whole question with it in place (`q`).
    """
    parts = parts_of(snapshot, text, today)
    readings = readings_of(snapshot, parts, today)
    sure = certain(parts, readings)
    shown = readings[:1] if sure else offered(readings) if readings else []
    return {
        "q": text,
        "certain": sure,
        "parts": _parts(snapshot, text, parts, shown),
        "views": [_view(snapshot, reading) for reading in shown],
    }


def _view(snapshot: Snapshot, reading: Reading) -> dict[str, Any]:
    chart, query = reading.chart, reading.query
    spoken = {**query, "lang": language.current()}
    return {
        "chart": chart.id,
        "title": _(chart.title),
        "page": chart.page,
        "params": query,
        "said": [
            {"parameter": name, "title": _(_title(chart, name)), "text": _value_text(snapshot, chart, name, value)}
            for name, value in query.items()
        ],
        "links": {
            "page": links.url(f"/{chart.page}", links.interactive_query(chart, spoken)),
            "share": links.url(f"/c/{chart.id}", spoken),
            "json": links.url(f"/c/{chart.id}.json", spoken),
        },
    }


def _title(chart: Chart, name: str) -> str:
    """What a parameter is called (English)."""
    return chart.Params.model_fields[name].title or name


def _value_text(snapshot: Snapshot, chart: Chart, name: str, value: str) -> str:
    """A parameter's value as people say it."""
    if name in DAYS:
        return language.day(date.fromisoformat(value))
    choices = links.choices_of(chart.Params).get(name)
    names = choices.names(snapshot) if choices else {}
    return ", ".join(names.get(code, labels.of(name, code)) for code in value.split(","))


# --- parts -------------------------------------------------------------------------------------------------------------


def _parts(snapshot: Snapshot, text: str, parts: Iterable[Part], shown: list[Reading]) -> list[dict[str, Any]]:
    told, place = [], 0
    for part in parts:
        if part.meanings:
            told.append(_told(snapshot, text, part, place, shown))
            place += 1
        else:
            near = [{"text": one, "q": _with(text, part, one)} for one in part.near]
            told.append(
                _where(part) | {"kind": None, "kind_text": _("not understood"), "used": False, "alternatives": near}
            )
    return told


def _told(snapshot: Snapshot, text: str, part: Part, place: int, shown: list[Reading]) -> dict[str, Any]:
    """A part as the first view has it; the other meanings it may have stand beside it."""
    taken = shown[0].meanings[place] if shown else None
    meaning = taken or part.meanings[0]
    settled = shown[0].settled.get(place) if shown else None
    value = settled[1] if settled else meaning.value
    others = dict.fromkeys(one.meanings[place] for one in shown)
    others |= dict.fromkeys(one for one in part.meanings if one.kind != "pct")
    told = _where(part) | {
        "kind": meaning.kind,
        "kind_text": _(_title(shown[0].chart, settled[0]) if settled else KINDS.get(meaning.kind, meaning.kind)),
        "value": value,
        "text": _day_text(value) if settled else text_of(snapshot, meaning),
        "used": taken is not None,
        "alternatives": [
            {"text": text_of(snapshot, one), "q": _with(text, part, written(snapshot, one))}
            for one in others
            if one and one != meaning and (one.kind, one.value[:1]) != ("on", "-")
        ]
        + _other_years(text, part, meaning, settled),
    }
    return told | ({"read_as": part.read_as} if part.read_as else {})


def _where(part: Part) -> dict[str, Any]:
    """The words of a part, and from where to where they stand in the question."""
    return {"words": part.words, "start": part.start, "end": part.end}


def _day_text(value: str) -> str:
    return language.day(date.fromisoformat(value)) if len(value) == 10 else value


def _other_years(text: str, part: Part, meaning: Meaning, settled: tuple[str, str] | None) -> list[dict[str, str]]:
    """The same day of the year before and after, where no year was said."""
    if not settled or not meaning.value.startswith("--"):
        return []
    day = date.fromisoformat(settled[1])
    kind = part.role if part.role in ("known", "until", "since") else "on"
    days = [day.replace(year=day.year + step, day=min(day.day, 28) if day.month == 2 else day.day) for step in (-1, 1)]
    return [{"text": language.day(one), "q": _with(text, part, f"{kind}:{one}")} for one in days]


def _with(text: str, part: Part, words: str) -> str:
    """The question with other words for a part."""
    return text[: part.start] + words + text[part.end :]


def written(snapshot: Snapshot, meaning: Meaning) -> str:
    """Words that are read as this meaning and no other: its name, else its kind and code."""
    name = text_of(snapshot, meaning)
    if lexicon(snapshot).phrases.get(phrase(name)) == (meaning,):
        return name
    if meaning.kind == "hs":
        return meaning.value
    kind = {"view": "chart", "first": "on", "last": "on"}.get(meaning.kind, meaning.kind)
    return f"{kind}:{meaning.value}"


def text_of(snapshot: Snapshot, meaning: Meaning) -> str:
    """A meaning as people say it, in the current language."""
    kind, value = meaning
    if kind in ("country", "group", "elsewhere"):
        return _place(value, elsewhere=kind == "elsewhere")
    if kind in ("chart", "view"):
        return _(all_charts()[value].title) if value in all_charts() else value
    if kind in ("first", "last", "on", "known", "until", "since"):
        return _day_text(value) if not value.startswith("--") else value
    say = {
        "product": lambda: product_name(snapshot, value),
        "company": lambda: company_name(snapshot, value),
        "target": lambda: (TARGETS.names(snapshot) | GOALS.names(snapshot)).get(value, value),
        "page": lambda: _(MENU[value].title) if value in MENU else value,
        "programme": lambda: _(vocabulary.TARIFF_PROGRAMMES.get(value, value)),
        "compare": lambda: _(COMPARED.get(value, value)),
        "amount": lambda: _("{number} billion").format(number=value),
        "option": lambda: labels.of(*value.split("=", 1)) if "=" in value else value,
    }
    return say[kind]() if kind in say else labels.of(kind, value)


def _place(code: str, *, elsewhere: bool = False) -> str:
    if elsewhere:
        two = next((two for two, three in alpha3_of().items() if three == code), code)
        return _("{country}: no figures here").format(country=language.country(two, code))
    if code in labels.GROUPS:
        return _(labels.GROUPS[code])
    return _("NATO allies") if code == "ALLIES" else labels.place(code)
