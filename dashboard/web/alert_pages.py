"""The links in mails: `/alerts/confirm` begins an alert, `/alerts/stop` ends one. What they do is done by a press of a button.

A mail program ends an alert without the page, by a POST of its own (RFC 8058). A token that is wrong writes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import language
from dashboard.alerts import signed
from dashboard.alerts.access import ends_at
from dashboard.alerts.rule import KEPT, WrongAlert, of_text
from dashboard.language import _
from dashboard.ledger import ledger, subscriptions
from dashboard.web.share import page
from etl.ledger.errors import LedgerUnavailable

log = logging.getLogger(__name__)

NOT_STORED = {"cache-control": "no-store"}


def routes() -> list[BaseRoute]:
    return [Route(path, _answered(answer), methods=["GET", "POST"]) for path, answer in PAGES.items()]


def _answered(answer: Callable[[str, bool], tuple[int, str]]) -> Callable[[Request], Response]:
    """`answer` is given the token and whether the button was pressed, in the reader's language."""

    def endpoint(request: Request) -> Response:
        with language.spoken(request.query_params.get("lang")):
            try:
                status, html = answer(request.query_params.get("token", ""), request.method == "POST")
            except LedgerUnavailable as trouble:
                log.exception("the ledger can not be read")
                status, html = 503, page.message_page(_("This page can not be shown now"), trouble.sentence(_))
        return HTMLResponse(html, status, NOT_STORED)

    return endpoint


def _confirm(token: str, pressed: bool) -> tuple[int, str]:
    asked = signed.begun(subscriptions().known_secret(), token)
    if asked is None:
        sentence = _(
            "This link is wrong or older than two days. Ask for the alert again, under “Share” below the chart."
        )
        return 404, page.message_page(_("No alert here"), sentence)
    try:
        alert = of_text(asked.alert, ledger().at(ledger().newest()))
    except WrongAlert as wrong:
        return 404, page.message_page(_("No alert here"), str(wrong))
    if (end := ends_at(asked)) and end <= asked.since:
        sentence = _(
            "{address} may not look at this ledger, so nothing is sent there: ask for the alert with an address that may."
        )
        return 404, page.message_page(_("No alert here"), sentence.format(address=asked.target))
    told = _("{chart}: {rule}").format(chart=_(alert.chart.title), rule=alert.in_words)
    if not pressed:
        sentence = _("{alert}. A message comes to {address} when there is something to tell, and never otherwise.")
        sentence = sentence.format(alert=told, address=asked.target)
        if end:
            sentence += " " + _("It ends on {day}, unless it is begun again.").format(day=language.day(end.date()))
        ways = [(_("To the view"), alert.address)]
        return 200, _asking(_("Begin this alert?"), f"{sentence} {_(KEPT)}", _("Begin"), ways)
    held = subscriptions().add(asked)
    stop = signed.ending(subscriptions().secret(), held)
    ways = [(_("To the view"), alert.address), (_("Stop this alert"), stop)]
    return 200, page.message_page(_("The alert has begun"), _("{alert}.").format(alert=told), ways)


def _stop(token: str, pressed: bool) -> tuple[int, str]:
    key = signed.ended(subscriptions().known_secret(), token)
    if key is None:
        return 404, page.message_page(_("No alert here"), _("This link is not whole: copy all of it from the mail."))
    if not pressed and subscriptions().find(key):
        sentence = _("No more messages will come, and the address is deleted.")
        return 200, _asking(_("Stop this alert?"), sentence, _("Stop"))
    subscriptions().remove(key)
    return 200, page.message_page(_("The alert is stopped"), _("Nothing more is sent, and the address is deleted."))


def _asking(title: str, sentence: str, button: str, ways: Sequence[tuple[str, str]] = ()) -> str:
    """A page that does something only when its button is pressed: programs that look through mail follow links."""
    return page.rendered("asking.html", title=title, sentence=sentence, button=button, ways=ways, theme="")


PAGES = {signed.BEGIN: _confirm, signed.END: _stop}
