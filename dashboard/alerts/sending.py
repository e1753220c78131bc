"""Sending: a mail by the operator's server, a signed message to a program. Both only where the operator allows it."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from dashboard.alerts import signed
from dashboard.alerts.message import Told
from dashboard.language import _, current
from etl.contract import ContractViolation
from etl.fetch import HERE, post
from etl.ledger.alerts import EMAIL, WEBHOOK, Subscription
from etl.message import N_, Message, Translate, untranslated
from etl.settings import settings

PATIENCE_S = 20
UNSUBSCRIBE = "List-Unsubscribe"
NOT_TAKEN = N_("The mail server did not take it ({reason}).")
ANSWERED = N_("It was answered with status {status}.")


class LinksWhole(EmailPolicy):
    """How headers are written; a long link is not folded: folded it would be encoded, and mail programs would not know it."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name == UNSUBSCRIBE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


class Undelivered(Exception):
    """A message was not taken, and why; `status` is that of the answer, if there was one."""

    def __init__(self, said: Callable[[Translate], str], status: int = 0):
        super().__init__(said(untranslated))
        self._said, self.status = said, status

    @property
    def text(self) -> str:
        """Why, in the reader's language."""
        return self._said(_)


def channels() -> list[str]:
    """By what alerts are sent here."""
    now = settings()
    allowed = {EMAIL: bool(now.smtp_from), WEBHOOK: now.webhooks != "off"}
    return [channel for channel, may in allowed.items() if may]


def send(secret: bytes, to: Subscription, told: Told, key: str) -> None:
    """Send what a notice of this key tells. Raises Undelivered."""
    message_id = signed.id_of(to.key, key)
    if to.channel == EMAIL:
        mail(to.target, told.subject, told.text, message_id, told.stop)
    else:
        to_program(secret, to, told.body, message_id)


def mail(address: str, subject: str, text: str, message_id: str, stop: str = "") -> None:
    """Send a mail with an id that is the same however often it is sent; `stop` is one click out. Raises Undelivered."""
    message, sender = EmailMessage(LinksWhole()), settings().smtp_from
    message["From"], message["To"], message["Subject"] = sender, address, subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if stop:
        message[UNSUBSCRIBE], message["List-Unsubscribe-Post"] = f"<{stop}>", "List-Unsubscribe=One-Click"
    message.set_content(text, cte="quoted-printable")
    message["Content-Language"] = current()
    try:
        with _server() as server:
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise Undelivered(Message(NOT_TAKEN, {"reason": type(error).__name__}).text) from error


def _server() -> smtplib.SMTP:
    """The operator's mail server, reached by TLS unless it is on this machine."""
    parts = urlsplit(settings().smtp_url.get_secret_value())
    host, context = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE_S, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=PATIENCE_S)
        if host not in HERE:
            server.starttls(context=context)
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def to_program(secret: bytes, to: Subscription, body: bytes, message_id: str) -> None:
    """Send a message as Standard Webhooks have it. Raises Undelivered."""
    at = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": f"msg_{message_id}",
        "webhook-timestamp": str(at),
        "webhook-signature": signed.signature(secret, to.key, f"msg_{message_id}", at, body),
    }
    try:
        status = post(to.target, body, headers, anywhere=settings().webhooks == "anywhere")
    except ContractViolation as refused:
        raise Undelivered(refused.problems[0].sentence) from refused
    if not 200 <= status < 300:
        raise Undelivered(Message(ANSWERED, {"status": status}).text, status)
