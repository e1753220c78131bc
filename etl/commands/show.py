"""Verbs that show what the ledger holds and change nothing."""

from collections.abc import Mapping

import click
import pandas as pd

from etl.commands import verb
from etl.ledger.audit import Audit
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.ledger import Ledger
from etl.ledger.schema import SCHEMA, migrations_since


@verb()
def releases() -> None:
    """List every release: number, time, author, message."""
    for release in Ledger.open().releases():
        click.echo(
            f"{release.number:>5}  {release.published_at:%Y-%m-%d %H:%M}  {release.author:<24}  {release.message}"
        )


@verb()
def audit() -> None:
    """List every publish, refusal and step of a draft, newest first: time (UTC), what, who, from where, detail."""
    ledger = Ledger.open()
    for entry in Audit(ledger.store).entries(ledger.releases()).itertuples():
        who, where = entry.who or "-", entry.where or "-"
        click.echo(f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.what:<9}  {who:<24}  {where:<16}  {entry.detail}")


@verb()
@click.argument("a", type=int, metavar="A")
@click.argument("b", type=int, metavar="B")
def diff(a: int, b: int) -> None:
    """Show what differs from release A to release B."""
    difference = Ledger.open().diff(a, b)
    echo_difference(difference)
    if not difference:
        click.echo(f"Releases {a} and {b} hold the same.")


def echo_difference(difference: Mapping[str, pd.DataFrame]) -> None:
    """What differs, by dataset: how many rows of each kind, then the cells."""
    for name, frame in difference.items():
        rows = frame.drop_duplicates([c for c in frame.columns if c not in ("column", "old", "new")])
        counts = rows["change"].value_counts()
        click.echo(f"{name}: " + ", ".join(f"{count} {change}" for change, count in counts.items()))
        click.echo(frame.to_string(index=False, max_rows=40, na_rep=""))


@verb()
def migrations() -> None:
    """Tell what this version reads otherwise than each release was written, and try it. Nothing is ever written."""
    ledger, unreadable = Ledger.open(), 0
    for release in ledger.releases():
        version = release.extra.get(SCHEMA, 1)
        told = "; ".join(migration.says for migration in migrations_since(version)) or "read as it was written"
        try:
            ledger.at(release.number)
        except LedgerUnavailable as error:
            told, unreadable = f"{error}", unreadable + 1
        click.echo(f"{release.number:>5}  schema {version}  {told}")
    if unreadable:
        raise ValueError(f"{unreadable} release(s) can't be read by this version; nothing was written.")
