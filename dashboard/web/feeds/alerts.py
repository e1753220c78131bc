"""`/alerts.atom`: what there is to tell of a view by a rule. Both stand in the address, so that anybody can subscribe."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from dashboard import links
from dashboard.alerts.notices import Notice, notices
from dashboard.alerts.rule import FIELDS, Alert, WrongAlert, read
from dashboard.alerts.words import lines_in_words
from dashboard.language import _, labelled
from dashboard.ledger import ledger
from dashboard.web.api import formats, query
from dashboard.web.feeds.atom import TAG, TYPE, add, feed, link, moment, written
from dashboard.web.problem_details import ApiProblem, Fault
from dashboard.web.request_response import DataRequest, DataResponse


def alerts(request: DataRequest) -> DataResponse:
    """An entry a release that the rule is about, and one for each day that comes near, the newest first."""
    question = query.read(request, FIELDS)
    if question.pinned:
        raise ApiProblem.faults([query.wrong("release", "", _("an alert follows the newest release"))])
    try:
        alert = read(question.query, question.snapshot)
    except WrongAlert as wrong:
        raise ApiProblem.faults([Fault(wrong.name, wrong.given, str(wrong), wrong.allowed)]) from None
    found = notices(ledger(), alert)
    newest = found[0].at if found else ledger().release(1).published_at
    base, name = links.public_base(request.base), f"alert/{alert.name}"
    title = _("{ledger}, {chart}: {rule}")
    made = feed(
        name,
        title.format(ledger="Alliance Ledger", chart=_(alert.chart.title), rule=alert.in_words),
        moment(newest),
        base + alert.feed,
    )
    link(made, "alternate", base + alert.address, "text/html")
    for notice in found:
        _entry(made, alert, notice, name, base)
    return DataResponse(written(made), TYPE, formats.named(release=question.snapshot.release))


def _entry(made: ET.Element, alert: Alert, notice: Notice, name: str, base: str) -> None:
    entry = add(made, "entry")
    add(entry, "id", f"{TAG}:{name}/{notice.key}")
    add(entry, "title", labelled(notice.title, notice.view))
    for field in ("updated", "published"):
        add(entry, field, moment(notice.at))
    link(entry, "alternate", base + notice.address, "text/html")
    add(entry, "category").set("term", alert.rule)
    add(entry, "content", "\n".join(lines_in_words(notice))).set("type", "text")
