"""What every question of the data side shares: its release, its language, its parameters by name, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dashboard import links
from dashboard.language import LANGUAGES, _
from dashboard.ledger import ledger, release_number
from dashboard.params import AnyParams, ChartParams
from dashboard.web.problem_details import ApiProblem, Fault
from dashboard.web.request_response import DataRequest
from etl.export import SPREADSHEETS
from etl.ledger.provenance import marked
from etl.ledger.release import NoSuchRelease
from etl.ledger.snapshot import Snapshot
from etl.settings.days import today

ALWAYS = ("release", "lang")
SPREADSHEET = "spreadsheet"  # of a CSV


@dataclass(frozen=True)
class Query:
    """A release to ask (with the marks of who set its figures), whether it was named, and the other parameters as text; repeated ones are joined by commas."""

    snapshot: Snapshot
    pinned: bool
    query: dict[str, str]


def read(request: DataRequest, known: Iterable[str], *, also: Iterable[str] = ()) -> Query:
    """The question, when all its parameters are among `known` (or `also`: taken, but of no effect) and said well.

    Raises ApiProblem, for everything that is wrong at once.
    """
    known = list(known)
    query = _texts(request, {*known, *ALWAYS}, set(also))
    number = _release(query.get("release"))
    taken = {name: value for name, value in query.items() if name in known and name not in ALWAYS}
    return Query(marked(ledger(), number), "release" in query, taken)


def read_without_release(request: DataRequest) -> None:
    """For what is about all releases: only the language may be said. Raises ApiProblem."""
    _texts(request, {"lang"}, set())


def _texts(request: DataRequest, known: set[str], also: set[str]) -> dict[str, str]:
    query: dict[str, str] = {}
    faults = []
    for name, value in request.parameters.items():
        if name in known | also:
            query[name] = value
        else:
            faults.append(
                Fault(name[:60], value, _("“{name}” is not a parameter here.").format(name=name[:60]), sorted(known))
            )
    if query.get("lang", "en") not in LANGUAGES:
        faults.append(wrong("lang", query["lang"], list(LANGUAGES)))
    if faults:
        raise ApiProblem.faults(faults)
    return query


def wrong(name: str, value: str, allowed: Sequence[Any] | str) -> Fault:
    """A value that the parameter does not have."""
    return Fault(name, value, _("“{value}” is not a value of “{name}”.").format(value=value[:60], name=name), allowed)


def _release(text: str | None) -> int:
    newest = ledger().newest()
    if text is None:
        if not newest:
            raise ApiProblem.no_release(0)
        return newest
    number = release_number(text)
    if number is None:
        raise ApiProblem.faults([wrong("release", text, f"1..{newest}")])
    return release(number)


def release(number: int) -> int:
    """The number, when there is such a release. Raises ApiProblem."""
    try:
        return ledger().release(number).number
    except NoSuchRelease:
        raise ApiProblem.no_release(ledger().newest()) from None


def day(question: Query, name: str) -> date:
    """A day among the parameters; today when it is not said. Raises ApiProblem."""
    text = question.query.get(name)
    if text is None:
        return today()
    try:
        value = date.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or len(text) != 10 or not links.EARLIEST <= value <= links.LATEST:
        raise ApiProblem.faults([wrong(name, text, f"{links.EARLIEST}..{links.LATEST}")])
    return value


def spreadsheet(question: Query) -> tuple[Query, str | None]:
    """For which spreadsheet program a CSV is asked (en, fr or none), and the question without that. Raises ApiProblem."""
    rest = dict(question.query)
    asked = rest.pop(SPREADSHEET, None)
    if asked is not None and asked not in SPREADSHEETS:
        raise ApiProblem.faults([wrong(SPREADSHEET, asked, list(SPREADSHEETS))])
    return replace(question, query=rest), asked


def codes(question: Query, name: str, allowed: Iterable[str]) -> list[str] | None:
    """The codes a list parameter asks for, None when it is not there. Raises ApiProblem."""
    if name not in question.query:
        return None
    wanted, allowed = question.query[name].split(","), list(allowed)
    if strangers := [code for code in wanted if code not in allowed]:
        raise ApiProblem.faults([wrong(name, ",".join(strangers), allowed)])
    return wanted


def params(question: Query, model: type[AnyParams]) -> AnyParams:
    """The parameters of a model. Raises ApiProblem, naming what each wrong one may be."""
    parsed = links.params_of(model, question.query, question.snapshot, ledger().at)
    if parsed.refused:
        allowed = links.allowed(model, question.snapshot)
        raise ApiProblem.faults(
            [wrong(name, question.query.get(name, ""), allowed[name]) for name in dict.fromkeys(parsed.refused)]
        )
    return parsed.params


def explicit(question: Query, filled: ChartParams) -> bool:
    """Whether the question itself said everything that its filled-in parameters hold: then the answer never changes."""
    return question.pinned and all(name in question.query for name in links.query_of(filled))
