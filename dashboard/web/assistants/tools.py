"""What an assistant can ask: the API's own questions, each answered as by address, with an address that answers the same again.

Docstrings are what assistants read. Nothing is written, and nothing is computed here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, ConfigDict

from dashboard import links
from dashboard.language import LANGUAGES, spoken
from dashboard.web.api import as_of, charts, datasets, find, rates, releases
from dashboard.web.problem_details import ApiProblem
from dashboard.web.request_response import DataRequest, DataResponse
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.release import NoSuchRelease

API = "/api/v1"
Language = Literal["en", "fr"]
asked_at: ContextVar[str] = ContextVar("asked_at", default="")
"""Scheme and host that the server was asked at; empty over stdio."""


def find_view(q: str, lang: Language = "en") -> dict[str, Any]:
    """What a question in words (English or French) means in this ledger: its parts, each with what else it may be, and the views
    it leads to (`chart` and `params` for `view`). When `certain` is false, show the choice to the person who asked: do not pick.
    Examples: "lumber from Canada on 1 Dec 2025 as known in October", "qui est sous 2 % en 2025", "4407.11 CAN"."""
    return _asked(find.find, f"{API}/find", {"q": q}, lang=lang)


def check(text: str, lang: Language = "en") -> dict[str, Any]:
    """Hold a sentence with a figure against the ledger: which figures of which editions it may mean, and whether it agrees within
    rounding, differs and by how much, or is the figure of another year, unit or basis, or cannot be checked."""
    return _asked(find.check, f"{API}/check", {"text": text}, lang=lang)


def rate(
    *,
    product: str | None = None,
    hs: str | None = None,
    origin: str = "CAN",
    on: str | None = None,
    known: str | None = None,
    company: str | None = None,
    usmca: Literal["any", "yes", "no"] = "any",
    release: int | None = None,
    lang: Language = "en",
) -> dict[str, Any]:
    """What goods pay on a day, in per cent of the value, and why: every layer with its instrument and source, and other readings.
    Name a `product` (a code such as softwood-lumber, steel) or a US tariff code (`hs`, 4 to 10 digits), the `origin` (ISO 3166-1
    alpha-3), the day it applies (`on`, YYYY-MM-DD) and the day whose knowledge is used (`known`)."""
    said = {
        "product": product,
        "hs": hs,
        "origin": origin,
        "on": on,
        "known": known,
        "company": company,
        "usmca": usmca,
    }
    return _asked(rates.rate, f"{API}/tariffs/rate", said, release, lang, pins=("on", "known"))


def rate_history(
    *,
    product: str | None = None,
    hs: str | None = None,
    origin: str = "CAN",
    known: str | None = None,
    company: str | None = None,
    usmca: Literal["any", "yes", "no"] = "any",
    release: int | None = None,
    lang: Language = "en",
) -> dict[str, Any]:
    """Each day on which what goods pay changed, and the events that did it. Parameters as of `rate`."""
    said = {"product": product, "hs": hs, "origin": origin, "known": known, "company": company, "usmca": usmca}
    return _asked(rates.history, f"{API}/tariffs/history", said, release, lang, pins=("known",))


def value_history(
    country: str, year: int, measure: str = "share_of_gdp_pct", release: int | None = None, lang: Language = "en"
) -> dict[str, Any]:
    """What every edition of every publisher said of one value: a country (ISO 3166-1 alpha-3, NATO_TOTAL or NATO_EUR_CAN), a year and
    a measure (share_of_gdp_pct, expenditure_usd_current_million, equipment_share_pct, military_personnel_thousand ...)."""
    said = {"iso3": country, "year": str(year), "measure": measure}
    names = {"name": "spending"}
    return _asked(datasets.rows_in("json"), f"{API}/datasets/spending.json", said, release, lang, names=names)


def view(
    chart: str, params: dict[str, str] | None = None, release: int | None = None, lang: Language = "en"
) -> dict[str, Any]:
    """A chart's title (its finding), summary, rows with units, editions and sources. `chart` and `params` are as `find` gives them, or as
    `charts` lists them; lists are joined by commas. `address` is the same view as a page, pinned: it never changes."""
    answer = _asked(charts.as_json, f"/c/{chart}.json", params or {}, release, lang, names={"chart": chart})
    pinned = answer["links"]["json"].replace(".json", "", 1)
    return answer | {"address": _base() + pinned}


def every_chart(lang: Language = "en") -> dict[str, Any]:
    """Every chart with its title and what each of its parameters may be."""
    return _asked(charts.listing, f"{API}/charts", {}, lang=lang)


def deadlines(
    *,
    on: str | None = None,
    known: str | None = None,
    topic: str | None = None,
    status: str | None = None,
    release: int | None = None,
    lang: Language = "en",
) -> dict[str, Any]:
    """Deadlines as they stand on a day (`on`), as known on a day (`known`), each with how it was moved. Topics: tariffs, cusma,
    canada-us-deal, counter-tariffs, eu-us-deal, defence-spending, arctic. Statuses: pending, met, missed, superseded, unknown."""
    said = {"on": on, "known": known, "topic": topic, "status": status}
    return _asked(as_of.deadlines, f"{API}/deadlines", said, release, lang, pins=("on", "known"))


def every_release(lang: Language = "en") -> dict[str, Any]:
    """Every release of this ledger, the newest first: number, time, author, message."""
    return _asked(releases.listing, f"{API}/releases", {}, lang=lang)


class Moment(BaseModel):
    """A moment of a view: the day looked at, the day whose knowledge is used (YYYY-MM-DD), the edition, the release."""

    model_config = ConfigDict(extra="forbid")

    on: str | None = None
    known: str | None = None
    edition: str | None = None
    release: int | None = None


def compare(
    before: int | Moment,
    after: int | Moment,
    chart: str | None = None,
    params: dict[str, str] | None = None,
    lang: Language = "en",
) -> dict[str, Any]:
    """What differs between two moments (A: `before`, B: `after`) of a view: what is in A alone, in B alone, or changed, by how much,
    and the event, edition or release that did it. `chart` and `params` as of `view`; a moment is a release, or any of `on`,
    `known`, `edition` and `release` that the chart knows. Without a `chart`, `before` and `after` are releases, and what differs
    between them is told of every dataset, row by row and cell by cell."""
    a, b = (Moment(release=moment) if isinstance(moment, int) else moment for moment in (before, after))
    other, own = ({name: str(value) for name, value in one.model_dump(exclude_none=True).items()} for one in (a, b))
    if chart is None:
        if set(other) != {"release"} or set(own) != {"release"}:
            told = "Name the `chart` whose moments are compared; without one, `before` and `after` are releases."
            raise ToolError(told)
        names = {"before": other["release"], "after": own["release"]}
        path = f"{API}/releases/{names['before']}/diff/{names['after']}"
        return _asked(releases.diff, path, {}, lang=lang, names=names)
    own.pop("release", None)
    return view(chart, (params or {}) | own | {f"with_{name}": value for name, value in other.items()}, b.release, lang)


TOOLS: dict[str, Callable[..., dict[str, Any]]] = {
    "find": find_view,
    "check": check,
    "rate": rate,
    "rate_history": rate_history,
    "value_history": value_history,
    "view": view,
    "charts": every_chart,
    "deadlines": deadlines,
    "releases": every_release,
    "compare": compare,
}
"""By the names that assistants call them by: public, as addresses are."""


# --- by the API --------------------------------------------------------------------------------------------------------


def _base() -> str:
    return links.public_base(asked_at.get())


def _asked(
    handler: Callable[[DataRequest], DataResponse],
    path: str,
    said: Mapping[str, str | None],
    release: int | None = None,
    lang: str = "en",
    *,
    names: Mapping[str, str] | None = None,
    pins: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The API's answer, with the address that gives it again: of this release and these days. Raises ToolError."""
    query = {name: value for name, value in said.items() if value is not None}
    named = query | ({"release": str(release)} if release else {}) | {"lang": lang if lang in LANGUAGES else "en"}
    request = DataRequest(path, names or {}, tuple(named.items()), _base())
    with spoken(named["lang"]):
        try:
            answer: dict[str, Any] = json.loads(handler(request).body)
        except ApiProblem as problem:
            raise ToolError(problem.document(path).decode()) from None
        except (NoSuchRelease, LedgerUnavailable) as trouble:
            raise ToolError(str(trouble)) from None
    days = {name: answer[name] for name in pins if name in answer}
    held = {"release": str(answer["release"])} if "release" in answer else {}
    return answer | {"address": _base() + links.url(path, {**named, **days, **held})}
