"""What there is to tell, told: claimed, sent and marked, each message once, whoever runs it and whenever it is killed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dashboard import language
from dashboard.alerts import signed
from dashboard.alerts.access import ends_at
from dashboard.alerts.message import Told
from dashboard.alerts.notices import Notice, notices
from dashboard.alerts.rule import Alert, WrongAlert, of_text
from dashboard.alerts.sending import Undelivered, channels, send
from etl.ledger.alerts import WEBHOOK, Message, Subscription, Subscriptions
from etl.ledger.ledger import Ledger

log = logging.getLogger(__name__)

LOOKED_BACK = timedelta(days=30)  # what nobody could send for so long is not sent any more
GONE = 410  # what nobody wants at that address any more is ended, as is what nobody took for so long
MOST_CLAIMED = 20  # messages at once: they are sent before the claim runs out


@dataclass(frozen=True)
class Delivery:
    """One message: by which channel, what it told, and why it was not taken (empty: it was). No address."""

    channel: str
    told: str
    why: str = ""


def deliver(ledger: Ledger, subscriptions: Subscriptions, now: datetime | None = None) -> Iterator[Delivery]:
    """Send what is due (`now`) and was not sent yet. Raises LedgerUnavailable."""
    now = now or datetime.now(UTC)
    if not (newest := ledger.newest()) or not (allowed := channels()):
        return
    wanted: dict[Message, tuple[Subscription, Alert, Notice]] = {}
    for one in subscriptions.all():
        if one.channel not in allowed:
            continue
        if (end := ends_at(one)) and end <= now:
            log.info("an alert has ended: who began it may not look any more, or has not begun it again")
            subscriptions.remove(one.key)
            continue
        try:
            alert = of_text(one.alert, ledger.at(newest))
        except WrongAlert as wrong:  # the newest release does not know what it follows: another may, again
            log.warning("an alert can't be followed now: %s", wrong)
            continue
        since = max(one.since, now - LOOKED_BACK)
        with language.spoken(one.language):
            wanted |= {(one.key, notice.key): (one, alert, notice) for notice in notices(ledger, alert, since)[::-1]}
    # people before programs, which may take their time
    messages = sorted(wanted, key=lambda message: wanted[message][0].channel == WEBHOOK)
    secret = subscriptions.secret() if wanted else b""
    for first in range(0, len(messages), MOST_CLAIMED):
        for message in subscriptions.claim(messages[first : first + MOST_CLAIMED], now):
            yield _deliver(subscriptions, secret, message, wanted[message])


def _deliver(
    subscriptions: Subscriptions, secret: bytes, message: Message, what: tuple[Subscription, Alert, Notice]
) -> Delivery:
    to, alert, notice = what
    try:
        with language.spoken(to.language):
            send(secret, to, Told.of(alert, notice, to.base, signed.ending(secret, to), ends_at(to)), notice.key)
    except Undelivered as refused:
        again = refused.status != GONE and subscriptions.failed(message, str(refused))
        if not again and to.channel == WEBHOOK:  # a mail server may refuse all for days: people keep their alerts
            subscriptions.remove(to.key)
        return Delivery(to.channel, notice.key, str(refused))
    subscriptions.sent(message)
    return Delivery(to.channel, notice.key)
