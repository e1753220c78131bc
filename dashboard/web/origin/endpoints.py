"""The page, the data and the file of an origin."""

from __future__ import annotations

from typing import Any

from dashboard import language
from dashboard.language import LANGUAGES, _
from dashboard.ledger import ledger
from dashboard.links import url
from dashboard.web.api import formats
from dashboard.web.origin.asked import asked
from dashboard.web.origin.told import NOT_WHOLE, told
from dashboard.web.problem_details import ApiProblem
from dashboard.web.request_response import DataRequest, DataResponse
from dashboard.web.share.page import NAMES, rendered
from etl.ledger.provenance import OWN
from etl.message import N_

HTML, BYTES = "text/html; charset=utf-8", "application/octet-stream"
WORDS = {
    "title": N_("Origin of {value}"),
    "back": N_("Back to the view"),
    "this": N_("this value"),
    "in_file": N_("In the original file"),
    "file": N_("File"),
    "place": N_("Place"),
    "received": N_("Kept since"),
    "with_release": N_("came with release {number}"),
    "download": N_("Download the original"),
    "not_whole": N_("The publisher's terms do not let the whole file be handed on: take it from the publisher."),
    "how": N_("How the value comes from it"),
    "around": N_("The cells around it: {place}. Numbers stand as the file stores them."),
    "row": N_("Row"),
    "value": N_("Value"),
    "left_out": N_("Rows are left out here."),
    "in_ledger": N_("In the ledger"),
    "dataset": N_("Dataset"),
    "brought_by": N_("Brought by"),
    "by": N_("release {number} of {day}, by {author}:"),
    "by_hand": N_("Changed by hand: {author}, in release {number} of {day}."),
    "was": N_("The publisher's figure before: {value}."),
    "was_none": N_("The publisher has no such figure."),
    "its_origin": N_("Its origin"),
    "source": N_("Source"),
    "words": N_("What the source says"),
    "derived": N_("Derived, not copied"),
    "rule": N_("Rule"),
    "no_rule": N_("It was worked out from these figures."),
    "inputs": N_("Made from"),
    "inputs_why": N_("The figures of the ledger that its row was made from; each leads to its own origin."),
    "inputs_cut": N_("{shown} of {all} are shown."),
    "no_inputs": N_("No figure of the ledger: it follows from what was chosen."),
    "figure": N_("Figure"),
    "data": N_("The same as data (JSON)"),
}


def as_json(request: DataRequest) -> DataResponse:
    """The origin of a value, as data."""
    found = asked(request)
    return formats.answer(told(found), found.release)


def page(request: DataRequest) -> DataResponse:
    """The origin of a value, as a page."""
    found = asked(request)
    about = told(found)
    own = {**request.parameters, "release": str(found.release)}
    html = rendered(
        "origin.html",
        title=_(WORDS["title"]).format(value=about.get("value_in_words") or _("no value")),
        theme="",
        o=about,
        far=_far(about),
        t={name: _(text) for name, text in WORDS.items()},
        languages={code: url("/origin", {**own, "lang": code}) for code in LANGUAGES},
        names=NAMES,
        data=url("/api/v1/origin", {**own, "lang": language.current()}),
    )
    return DataResponse(html.encode(), HTML, (("content-language", language.current()),))


def _far(about: dict[str, Any]) -> list[int]:
    """The columns of an excerpt that a narrow screen leaves out: those further off than one, but for the one of names."""
    excerpt = (about.get("place") or {}).get("excerpt") or {"columns": (), "at": (0, 0)}
    return [place for place in range(1, len(excerpt["columns"])) if abs(place - excerpt["at"][1]) > 1]


def original(request: DataRequest) -> DataResponse:
    """A file that a release was made from, as it was handed in."""
    sha256 = request.names["sha256"]
    owners = [one for one in ledger().releases() if any(_is(file, sha256) for file in one.extra.get("files", ()))]
    if not owners or any(one.extra.get(OWN, {}).get("publisher") in NOT_WHOLE for one in owners):
        raise ApiProblem(404, "not-found", _("There is no such file here, or its terms do not let it be handed on."))
    try:
        name, content = ledger().file(sha256)
    except LookupError:
        raise ApiProblem(404, "not-found", _("The file was taken out of this ledger.")) from None
    return DataResponse(content, BYTES, (formats.disposition("attachment", name),), keep=False)


def _is(file: dict[str, Any], sha256: str) -> bool:
    return file["sha256"] == sha256
