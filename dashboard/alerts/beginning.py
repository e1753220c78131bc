"""How an alert that is sent begins: by e-mail once the address has said so itself, for a program with a first message."""

from __future__ import annotations

import json
import threading
from urllib.parse import urlsplit

from cachetools import TTLCache

from dashboard import links
from dashboard.alerts import signed
from dashboard.alerts.rule import KEPT, Alert
from dashboard.alerts.sending import Undelivered, mail, to_program
from dashboard.language import _, current
from dashboard.ledger import subscriptions
from etl.fetch import HERE
from etl.ledger.alerts import EMAIL, WEBHOOK, Subscription
from etl.ledger.budget import DAY_S, Budget
from etl.message import N_
from etl.settings import settings
from etl.settings.forms import is_mail_address

ASKED, BEGUN = Budget(200, DAY_S), Budget(50, DAY_S)  # mails to confirm, programs that are told: a day and server
MOST_TO_ONE = 3  # mails to confirm that one address gets a day: nobody is flooded by who types it
ASKED_AGAIN_AFTER_S = 600.0
LONGEST_ADDRESS = 500  # of a program
_ASKED: TTLCache[str, bool] = TTLCache(4096, ASKED_AGAIN_AFTER_S)
_OF_ADDRESS: TTLCache[str, Budget] = TTLCache(4096, DAY_S)
_ASKING = threading.Lock()
TOO_MANY = N_("Many alerts were asked for here today. Follow the feed, or try again tomorrow.")


class NotBegun(Exception):
    """An alert that can't begin; the sentence, in the reader's language, says why."""


def ask_by_mail(alert: Alert, address: str, base: str) -> None:
    """Send a link to an address by which whoever reads its mail begins an alert. Nothing is kept until then. Raises
    NotBegun, LedgerUnavailable."""
    address = address.strip()
    if not is_mail_address(address):
        raise NotBegun(
            _("“{address}” is no e-mail address: give one such as name@example.org.").format(address=address)
        )
    if not _is_told_by_operator(base):
        raise NotBegun(
            _("Mail can’t be sent from here: the operator has not set the server’s address (LEDGER_PUBLIC_URL).")
        )
    with _ASKING:
        if address.casefold() in _ASKED:
            raise NotBegun(
                _("A link was sent to this address a moment ago: look into its mail, also the unwanted one.")
            )
        if not _OF_ADDRESS.setdefault(address.casefold(), Budget(MOST_TO_ONE, DAY_S)).take() or not ASKED.take():
            raise NotBegun(_(TOO_MANY))
        _ASKED[address.casefold()] = True
    asked = Subscription.new(EMAIL, address, alert.text, current(), base)
    link = signed.beginning(subscriptions().secret(), asked)
    text = "\n".join(
        (
            _("{chart}: {rule}").format(chart=_(alert.chart.title), rule=alert.in_words),
            links.public_base(base) + alert.address,
            "",
            _("To begin this alert, open this address within two days:"),
            link,
            "",
            f"{_('If you did not ask for it, do nothing: the address is then not kept.')} {_(KEPT)}",
            "",
        )
    )
    try:
        mail(address, _("Alliance Ledger: begin this alert?"), text, signed.id_of(asked.key, "begin"))
    except Undelivered as refused:
        with _ASKING:
            _ASKED.pop(address.casefold(), None)
        raise NotBegun(_("The mail could not be sent. Try again later, or tell who runs this server.")) from refused


def _is_told_by_operator(base: str) -> bool:
    """Whether links may begin with `base` in a mail to anybody: else whoever asks says, by a `Host` of their own, where they lead."""
    return bool(settings().public_url) or urlsplit(base).hostname in HERE


def begin_for_program(alert: Alert, address: str, base: str) -> tuple[Subscription, str]:
    """Begin to tell a program, with a first message; the alert, and why it was not answered well (empty: it was).
    Raises NotBegun, LedgerUnavailable."""
    address = address.strip()
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or urlsplit(address).scheme not in ("https", "http"):
        raise NotBegun(_("“{address}” is no https address.").format(address=address[:80]))
    if not BEGUN.take():
        raise NotBegun(_(TOO_MANY))
    new = Subscription.new(WEBHOOK, address, alert.text, current(), base)
    secret, why = subscriptions().secret(), ""
    data = {"alert": alert.query, "stop": signed.ending(secret, new)}
    first = {"type": "alert.begun", "timestamp": new.since.isoformat(timespec="seconds"), "data": data}
    try:
        to_program(secret, new, json.dumps(first, ensure_ascii=False).encode(), signed.id_of(new.key, "begun"))
    except Undelivered as refused:
        if not refused.status:
            raise NotBegun(refused.text) from refused
        why = refused.text
    return subscriptions().add(new), why
