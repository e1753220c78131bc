"""What every question of the data side shares: its release, its language, its parameters by name, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dashboard import links
from dashboard.charts import ChartParams
from dashboard.language import LANGUAGES, _
from dashboard.ledger import ledger
from dashboard.web.endpoint import Asked
from dashboard.web.problem_details import Fault, Refused
from etl.ledger.release import NoSuchRelease
from etl.ledger.snapshot import View

ALWAYS = ("release", "lang")
MOST_DIGITS = 9


@dataclass(frozen=True)
class Question:
    """A release to ask, whether it was named, and the other parameters as text; repeated ones are joined by commas."""

    view: View
    pinned: bool
    query: dict[str, str]


def read(asked: Asked, known: Iterable[str], *, also: Iterable[str] = ()) -> Question:
    """The question, when all its parameters are among `known` (or `also`: taken, but of no effect) and said well.

    Raises Refused, for everything that is wrong at once.
    """
    known = list(known)
    query = _texts(asked, {*known, *ALWAYS}, set(also))
    number = _release(query.get("release"))
    taken = {name: value for name, value in query.items() if name in known and name not in ALWAYS}
    return Question(ledger().at(number), "release" in query, taken)


def read_without_release(asked: Asked) -> None:
    """For what is about all releases: only the language may be said. Raises Refused."""
    _texts(asked, {"lang"}, set())


def _texts(asked: Asked, known: set[str], also: set[str]) -> dict[str, str]:
    query: dict[str, str] = {}
    faults = []
    for name, value in asked.said.items():
        if name in known | also:
            query[name] = value
        else:
            faults.append(
                Fault(
                    name[:60],
                    value,
                    _("“{name}” is not a parameter here.").format(name=name[:60]),
                    sorted(known),
                )
            )
    if query.get("lang", "en") not in LANGUAGES:
        faults.append(wrong("lang", query["lang"], list(LANGUAGES)))
    if faults:
        raise Refused.faults(faults)
    return query


def wrong(name: str, value: str, allowed: object) -> Fault:
    """A value that the parameter does not have."""
    return Fault(
        name, value, _("“{value}” is not a value of “{name}”.").format(value=value[:60], name=name), allowed
    )


def _release(text: str | None) -> int:
    newest = ledger().newest()
    if text is None:
        if not newest:
            raise Refused.no_release(0)
        return newest
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise Refused.faults([wrong("release", text, f"1..{newest}")])
    return release(int(text))


def release(number: int) -> int:
    """The number, when there is such a release. Raises Refused."""
    try:
        return ledger().release(number).number
    except NoSuchRelease:
        raise Refused.no_release(ledger().newest()) from None


def day(question: Question, name: str) -> date:
    """A day among the parameters; today when it is not said. Raises Refused."""
    text = question.query.get(name)
    if text is None:
        return date.today()
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or len(text) != 10 or not links.EARLIEST <= found <= links.LATEST:
        raise Refused.faults([wrong(name, text, f"{links.EARLIEST}..{links.LATEST}")])
    return found


def codes(question: Question, name: str, allowed: Iterable[str]) -> list[str] | None:
    """The codes a list parameter asks for, None when it is not there. Raises Refused."""
    if name not in question.query:
        return None
    asked, allowed = question.query[name].split(","), list(allowed)
    if strangers := [code for code in asked if code not in allowed]:
        raise Refused.faults([wrong(name, ",".join(strangers), allowed)])
    return asked


def params(question: Question, model: type[ChartParams]) -> ChartParams:
    """The parameters of a model. Raises Refused, naming what each wrong one may be."""
    asked = links.params_of(model, question.query, question.view)
    if asked.refused:
        allowed = links.allowed(model, question.view)
        raise Refused.faults(
            [
                wrong(name, question.query.get(name, ""), allowed[name])
                for name in dict.fromkeys(asked.refused)
            ]
        )
    return asked.params


def explicit(question: Question, filled: ChartParams) -> bool:
    """Whether the question itself said everything that its filled-in parameters hold: then the answer never changes."""
    return question.pinned and all(name in question.query for name in links.query_of(filled))
