"""Links: one query string means the same view on a page, a share page, an image and a file. Pure, but for the operator's public address.

Codes, never labels; lists are joined by commas; a value that is not set is left out. `release` pins the release, `lang`
sets the language; both belong to the link, not to a chart.
"""

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Literal, Union, get_args, get_origin
from urllib.parse import parse_qsl, urlencode

from annotated_types import MaxLen
from pydantic import ValidationError

from dashboard import labels
from dashboard.charts import Chart
from dashboard.comparison.moments import known_to_both
from dashboard.drawing import Drawing
from dashboard.params import PROPOSED_FOR, AnyParams, ChartParams, choices_of
from etl.ledger.snapshot import Snapshot
from etl.message import N_, Message
from etl.settings import settings

LINK_FIELDS = ("release", "lang", "theme")
MAX_VALUE_LENGTH = 2000
EARLIEST, LATEST = (
    date(1949, 1, 1),
    date(2100, 12, 31),
)  # days a link may name: NATO's first, and the last one that can be drawn


@dataclass(frozen=True)
class ParsedQuery(Generic[AnyParams]):
    """What a query string asked for: parameters that can be drawn, and a note for everything that had to fall back.

    `refused` names the parameters that fell back, for callers that would rather refuse than fall back.
    """

    params: AnyParams
    notes: tuple[Message, ...] = ()
    refused: tuple[str, ...] = field(default=())


def query_of(params: ChartParams) -> dict[str, str]:
    """The parameters as a query, in the order of the fields; what is None is left out."""
    return {name: text_of(value) for name, value in params if value is not None}


def text_of(value: Any) -> str:
    """One value as it stands in a link."""
    if isinstance(value, (tuple, list)):
        return ",".join(text_of(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A query's parameters by name. One that comes more than once is a list: its values, each once, joined by commas."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in found:
            found[name] = value
        elif value not in found[name].split(","):
            found[name] = f"{found[name]},{value}"
    return found


def url(path: str, query: Mapping[str, str]) -> str:
    """A path with its query; commas stay readable."""
    return f"{path}?{urlencode(query, safe=',')}" if query else path


def query_in(address: str) -> dict[str, str]:
    """The query of an address."""
    return dict(parse_qsl(address.partition("?")[2], keep_blank_values=True))


def pinned_query(drawing: Drawing) -> dict[str, str]:
    """Every parameter, the release and the language of a drawing."""
    return {**query_of(drawing.params), "release": str(drawing.release), "lang": drawing.language}


def interactive_query(chart: Chart, query: Mapping[str, str]) -> dict[str, str]:
    """The same view on the chart's page, the button pressed that it stands behind."""
    return {**query, **({"view": chart.view.code} if chart.view else {})}


def public_base(asked: str) -> str:
    """Scheme and host to write into pages: the operator's public address, else where the server was asked."""
    return next(iter(settings().public_url), asked.rstrip("/"))


def params_of(
    model: type[AnyParams], query: Mapping[str, str], snapshot: Snapshot, at: Callable[[int], Snapshot] | None = None
) -> ParsedQuery[AnyParams]:
    """Read the parameters a model knows from a query. A bad value falls back to the default and says so; other names are not looked at.

    at: the release of a number, by which what is said of another moment is read (`dashboard.comparison.moments`).
    """
    # an empty list is an answer ("no targets"), an empty text is none
    given = {
        name: _split(model, name, query[name])
        for name in model.model_fields
        if query.get(name) or (name in query and is_list(model, name))
    }
    refused: list[str] = []
    cut = {name: most for name, most in longest(model).items() if len(given.get(name, ())) > most}
    for name, most in cut.items():
        refused.append(name)
        given[name] = given[name][:most]
    try:
        params = model.model_validate(given)
    except ValidationError as error:
        for name in dict.fromkeys(str(problem["loc"][0]) for problem in error.errors() if problem["loc"]):
            refused.append(name)
            given.pop(name, None)
        params = _valid(model, given, refused)
    for name, value in params:
        if isinstance(value, date) and not EARLIEST <= value <= LATEST:
            refused.append(name)
            params = params.model_copy(update={name: model.model_fields[name].get_default(call_default_factory=True)})
    params, unknown = known_to_both(params, snapshot, at)
    refused += unknown
    notes = [
        Message(N_("“{name}” takes at most {most}; the first {most} are shown."), {"name": name, "most": cut[name]})
        if name in cut
        else _fallen_back(name, query.get(name, ""), params)
        for name in refused
    ]
    return ParsedQuery(params, tuple(notes), tuple(refused))


def _fallen_back(name: str, asked: str, params: ChartParams) -> Message:
    """What is said of a value that is none here; a country that a chart holds nothing on is said by its name."""
    choices, shown = choices_of(type(params)).get(name), text_of(getattr(params, name)).split(",")
    missing = [code for code in asked.split(",") if code not in shown]
    if choices and choices.kind == "country" and missing and all(labels.place(code) != code for code in missing):
        named = {"country": ", ".join(map(labels.place, missing)), "shown": ", ".join(map(labels.place, shown))}
        return Message(N_("{country}: nothing is held on it here; shown instead: {shown}."), named)
    return Message(
        N_("“{value}” is not a value of “{name}” here; showing the default instead."),
        {"value": asked[:60], "name": name},
    )


def homely(model: type[ChartParams], query: Mapping[str, str]) -> dict[str, str]:
    """Where a link says nothing, a chart starts from the home country the reader chose."""
    if not (home := query.get("home")):
        return {}
    defaults = model.model_construct()
    places = () if home in model.NOT_STARTED_FROM else ("country", "origin")
    start = {name: home for name in places if hasattr(defaults, name)}
    for name, kept in (("countries", 1), ("origins", 0)) if places else ():
        if hasattr(defaults, name):
            start[name] = ",".join([home, *(code for code in getattr(defaults, name)[kept:] if code != home)])
    if isinstance(targets := getattr(defaults, "target", None), tuple):
        start["target"] = ",".join(one for one in targets if PROPOSED_FOR.get(one, home) == home)
    return start


def longest(model: type[ChartParams]) -> dict[str, int]:
    """How many each list of a model may hold."""
    return {
        name: item.max_length
        for name, info in model.model_fields.items()
        for item in info.metadata
        if is_list(model, name) and isinstance(item, MaxLen)
    }


def is_list(model: type[ChartParams], name: str) -> bool:
    return get_origin(model.model_fields[name].annotation) is tuple


def allowed(model: type[ChartParams], snapshot: Snapshot) -> dict[str, list[Any] | str]:
    """What each parameter of a model may be in a release: its codes, examples, or a form in words of JSON Schema."""
    forms: dict[str, list[Any] | str] = {}
    for name, schema in model.model_json_schema()["properties"].items():
        kind = _kind(model, name)
        if kind is bool:
            forms[name] = ["yes", "no"]
        elif kind is date:
            forms[name] = f"{EARLIEST}..{LATEST}"
        elif get_origin(kind) is Literal:
            forms[name] = list(get_args(kind))
        else:
            inner = next(part for part in schema.get("anyOf", [schema]) if part.get("type") != "null")
            forms[name] = inner.get("items", {}).get("examples") or ", ".join(
                f"{key} {value}" for key, value in inner.items() if key not in ("title", "default", "items")
            )
    return forms | {name: choices.codes(snapshot) for name, choices in choices_of(model).items()}


def _kind(model: type[ChartParams], name: str) -> Any:
    """The type of a field without its None."""
    annotation = model.model_fields[name].annotation
    if get_origin(annotation) in (Union, types.UnionType):
        return next(kind for kind in get_args(annotation) if kind is not type(None))
    return annotation


def _split(model: type[ChartParams], name: str, text: str) -> Any:
    text = text[:MAX_VALUE_LENGTH]
    return [part for part in text.split(",") if part] if is_list(model, name) else text


def _valid(model: type[AnyParams], given: Mapping[str, Any], refused: list[str]) -> AnyParams:
    """The model with what is left; when parts only clash with each other, the defaults."""
    try:
        return model.model_validate(given)
    except ValidationError:
        refused.extend(name for name in given if name not in refused)
        return model()


# --- links of earlier versions -------------------------------------------------------------------------------------

Migration = Callable[[str, dict[str, str]], tuple[str, dict[str, str]]]


def _whole_day(chart_id: str, query: dict[str, str]) -> tuple[str, dict[str, str]]:
    """A day written as `today` is an open day: it is left out."""
    return chart_id, {
        name: value for name, value in query.items() if not (name in ("on", "known") and value == "today")
    }


def _rules_words(chart_id: str, query: dict[str, str]) -> tuple[str, dict[str, str]]:
    """`usmca` in the words of the tariff tables."""
    words = {"qualifying": "yes", "non_qualifying": "no"}
    return chart_id, {name: words.get(value, value) if name == "usmca" else value for name, value in query.items()}


MIGRATIONS: tuple[Migration, ...] = (_whole_day, _rules_words)
"""In the order in which the vocabulary changed; each takes a chart's id and query of its time to those of the next."""


def migrated(chart_id: str, query: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """A link of any version, as this version says it. Pure; what is up to date stays as it is."""
    current = dict(query)
    for migration in MIGRATIONS:
        chart_id, current = migration(chart_id, current)
    return chart_id, current
