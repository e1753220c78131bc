"""Who wants to be told of what, and what was sent to whom: tables beside the datasets, in no export and no release.

An address is somebody's: it goes for good with its alert, the row and the file it stood in. It is kept as a list of its
letters, because of every column the catalog keeps the least and the greatest value, for as long as it keeps commits.

A message is claimed, sent, and marked as sent. Who is killed in between is followed, after a pause, by another that sends
it again under the same id; so a message is never lost, and whoever knows its id takes it once.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import duckdb

from etl.ledger.originals import delete_former_files
from etl.ledger.store import LAKE, Store
from etl.ledger.tables import there
from etl.ledger.transactions import Catalog

SUBSCRIBED, SENT, SECRET = "_alerts", "_alerts_sent", "_alerts_secret"
EMAIL, WEBHOOK = "email", "webhook"
CLAIMED, DONE, FAILED, GIVEN_UP = "claimed", "sent", "failed", "given up"
ANEW_AFTER = timedelta(
    days=1
)  # the same alert asked for again after so long is begun anew, else it is the same press twice
LEASE = timedelta(minutes=15)  # so long a claim holds without a mark: whoever made it is dead by then
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 180, 360, 720, 1440))  # after each failure
_COLUMNS = (
    "key VARCHAR, channel VARCHAR, target VARCHAR[], alert VARCHAR, language VARCHAR, base VARCHAR, since TIMESTAMP"
)
_OF_SENT, _STEPS = (
    "key VARCHAR, told VARCHAR, what VARCHAR, done_at TIMESTAMP, detail VARCHAR",
    "key, told, what, done_at",
)
_READ = "key, channel, array_to_string(target, ''), alert, language, base, since"

Message = tuple[str, str]
"""Key of a subscription, and of what it is told."""


@dataclass(frozen=True)
class Subscription:
    """Who is told of what: by `channel` at the address `target` of the `alert` (a query), in a language, with links that
    begin with `base`, of what happened from `since` on (UTC)."""

    key: str
    channel: str
    target: str
    alert: str
    language: str
    base: str
    since: datetime

    @classmethod
    def new(cls, channel: str, target: str, alert: str, language: str, base: str) -> "Subscription":
        return cls(secrets.token_hex(16), channel, target, alert, language, base, datetime.now(UTC))

    def is_same(self, other: "Subscription") -> bool:
        """Whether it tells the same to the same address."""
        told = (self.channel, self.target.casefold(), self.alert, self.language)
        return told == (other.channel, other.target.casefold(), other.alert, other.language)


class Subscriptions:
    """The alerts of the ledger in a store. All methods raise LedgerUnavailable."""

    def __init__(self, store: Store):
        self._catalog = Catalog(store)
        self._secret = b""  # once made it stays

    def known_secret(self) -> bytes:
        """What links are signed with; empty where there are none yet. Asks the catalog once, and writes nothing."""
        if not self._secret and (known := self._catalog.rows(SECRET, "secret")):
            self._secret = bytes.fromhex(known[0][0])
        return self._secret

    def secret(self) -> bytes:
        """What links are signed with: made once, the same on every server."""
        made = secrets.token_hex(32)

        def change(cursor: duckdb.DuckDBPyConnection) -> bool:
            if there(cursor, SECRET):
                return False
            cursor.execute(f"CREATE TABLE {LAKE}.{SECRET} AS SELECT $made AS secret", {"made": made})
            return True

        if not self.known_secret():
            self._catalog.write_in_turn(change)
        return self.known_secret()

    def all(self) -> list[Subscription]:
        """Every subscription, the oldest first."""
        found = [_subscription(row) for row in self._catalog.rows(SUBSCRIBED, _READ)]
        return sorted(found, key=lambda one: (one.since, one.key))

    def find(self, key: str) -> Subscription | None:
        return next((one for one in self.all() if one.key == key), None)

    def add(self, new: Subscription) -> Subscription:
        """Keep a subscription; the one that is there already, begun anew, when it would tell the same to the same address."""
        kept = new

        def change(cursor: duckdb.DuckDBPyConnection) -> bool:
            nonlocal kept
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}.{SUBSCRIBED} ({_COLUMNS})")
            rows = cursor.execute(f"SELECT {_READ} FROM {LAKE}.{SUBSCRIBED}").fetchall()
            kept = next((one for one in map(_subscription, rows) if one.key == new.key or one.is_same(new)), new)
            since = new.since.astimezone(UTC).replace(tzinfo=None)
            if kept is not new:
                if begun_anew := new.since - kept.since >= ANEW_AFTER:
                    kept = replace(kept, since=new.since)
                    query = f"UPDATE {LAKE}.{SUBSCRIBED} SET since = $since WHERE key = $key"
                    cursor.execute(query, {"since": since, "key": kept.key})
                return begun_anew
            values = vars(new) | {"since": since}
            marks = ", ".join("string_split($target, '')" if name == "target" else f"${name}" for name in values)
            cursor.execute(f"INSERT INTO {LAKE}.{SUBSCRIBED} VALUES ({marks})", values)
            return True

        self._catalog.write_in_turn(change)
        return kept

    def remove(self, key: str) -> bool:
        """Forget a subscription for good, with all that is known of its messages; False when there is none."""
        if self.find(key) is None:
            return False

        held: list[str] = []  # nothing may have been sent yet

        def change(cursor: duckdb.DuckDBPyConnection) -> bool:
            held[:] = [table for table in (SUBSCRIBED, SENT) if there(cursor, table)]
            for table in held:
                stays = f"CREATE OR REPLACE TEMP TABLE stays AS FROM {LAKE}.{table} WHERE key <> $key"
                cursor.execute(stays, {"key": key})
                cursor.execute(f"DROP TABLE {LAKE}.{table}")
                cursor.execute(f"CREATE TABLE {LAKE}.{table} AS FROM stays")
            return True

        self._catalog.write_in_turn(change)
        for table in held:
            delete_former_files(self._catalog, table)
        return True

    # --- messages --------------------------------------------------------------------------------------------------

    def claim(self, wanted: Iterable[Message], now: datetime | None = None) -> list[Message]:
        """Those of the messages that this process is to send now: nobody else gets them while the claim holds."""
        at, claimed = _plain(now or datetime.now(UTC)), list[Message]()
        if not (due := _due(list(wanted), self._catalog.rows(SENT, _STEPS), at)):
            return []

        def change(cursor: duckdb.DuckDBPyConnection) -> bool:
            nonlocal claimed
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}.{SENT} ({_OF_SENT})")
            steps = cursor.execute(f"SELECT {_STEPS} FROM {LAKE}.{SENT}").fetchall()
            held = {row[0] for row in cursor.execute(f"SELECT key FROM {LAKE}.{SUBSCRIBED}").fetchall()}
            claimed = [one for one in _due(due, steps, at) if one[0] in held]
            for message in claimed:
                _insert(cursor, message, CLAIMED, at)
            return bool(claimed)

        self._catalog.write_in_turn(change)
        return claimed

    def sent(self, message: Message) -> None:
        """A claimed message has been taken."""
        self._mark(message, DONE)

    def failed(self, message: Message, why: str) -> bool:
        """A claimed message was not taken: it is tried again after a pause, unless that was the last time. Whether it will be."""
        before = [row for row in self._catalog.rows(SENT, "key, told, what") if row == (*message, FAILED)]
        again = len(before) < len(PAUSES)
        self._mark(message, FAILED if again else GIVEN_UP, why)
        return again

    def _mark(self, message: Message, what: str, detail: str = "") -> None:
        def change(cursor: duckdb.DuckDBPyConnection) -> bool:
            _insert(cursor, message, what, _plain(datetime.now(UTC)), detail[:200])
            return True

        self._catalog.write(change)


def _due(wanted: list[Message], steps: list[tuple], now: datetime) -> list[Message]:
    """Those that nobody took, gave up or holds a claim on, and whose pause after a failure is over."""
    known: dict[Message, list[tuple[datetime, str]]] = {}
    for key, told, what, at in steps:
        known.setdefault((key, told), []).append((at, what))
    return [one for one in wanted if _not_before(sorted(known.get(one, []))) <= now]


def _not_before(steps: list[tuple[datetime, str]]) -> datetime:
    """When a message with these steps so far may be sent."""
    if any(what in (DONE, GIVEN_UP) for _at, what in steps):
        return datetime.max
    failures = sum(what == FAILED for _at, what in steps)
    return max(
        (at + (LEASE if what == CLAIMED else PAUSES[failures - 1]) for at, what in steps[-1:]), default=datetime.min
    )


def _insert(cursor: duckdb.DuckDBPyConnection, message: Message, what: str, at: datetime, detail: str = "") -> None:
    values = {"key": message[0], "told": message[1], "what": what, "at": at, "detail": detail}
    cursor.execute(f"INSERT INTO {LAKE}.{SENT} VALUES ($key, $told, $what, $at, $detail)", values)


def _plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _subscription(row: tuple) -> Subscription:
    names = ("key", "channel", "target", "alert", "language", "base", "since")
    said = dict(zip(names, row, strict=True))
    return Subscription(**said | {"since": said["since"].replace(tzinfo=UTC)})
