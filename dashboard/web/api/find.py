"""Questions in words by address: what was understood and the views it leads to; and a number held against the ledger."""

from __future__ import annotations

from dashboard.ask import answer
from dashboard.ask import check as checking
from dashboard.language import _, current
from dashboard.web.api import formats, query
from dashboard.web.problem_details import ApiProblem, Fault
from dashboard.web.request_response import DataRequest, DataResponse
from etl.settings.days import today


def find(request: DataRequest) -> DataResponse:
    """What a question in words means here: its parts, what else each may be, and links to the views."""
    question = query.read(request, ("q",))
    text = asked(question, "q")
    content = {"release": question.snapshot.release, "language": current()}
    content |= answer.answer(question.snapshot, text, today())
    return formats.answer(content, question.snapshot.release)


def check(request: DataRequest) -> DataResponse:
    """Which figures of which editions a sentence with a number may mean, and whether it agrees with them."""
    question = query.read(request, ("text",))
    content = {"release": question.snapshot.release, "language": current()}
    content |= checking.check(question.snapshot, asked(question, "text"), today())
    return formats.answer(content, question.snapshot.release)


def asked(question: query.Query, name: str) -> str:
    """The text of a question. Raises ApiProblem when there is none, or too much of it."""
    text = question.query.get(name, "").strip()
    if text and len(text) <= answer.LONGEST:
        return text
    form = _("A question in words: 1 to {most} characters.").format(most=answer.LONGEST)
    example = {"q": _("who is below 2 % in 2025"), "text": _("Canada spent 1.76 % of GDP on defence in 2025")}
    raise ApiProblem.faults([Fault(name, text, form, example[name])])
