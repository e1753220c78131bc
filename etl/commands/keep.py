"""Verbs that move a ledger and keep it in order."""

from pathlib import Path

import click

from etl import export as files
from etl.commands import echo_release, progress, verb
from etl.ledger.ledger import Ledger
from etl.ledger.store import Store
from etl.ledger.tidy import YOUNGEST
from etl.ledger.tidy import tidy as delete_unknown_files


@verb()
@click.argument("path", metavar="PATH")
@click.option("--release", type=int, help="which one (default: the newest)")
@click.option("--all", "every", is_flag=True, help="every release and every original file, to move a ledger")
def export(path: str, release: int | None, every: bool) -> None:
    """Write a release as one zip at PATH: DuckDB file, Parquet, CSV, README and licences."""
    if release and every:
        raise click.UsageError("--all is not allowed with --release")
    ledger = Ledger.open()
    number = release or ledger.newest()
    files.export_zip(ledger, number, Path(path), every=every, progress=progress("releases"))
    what = f"{number} release(s)" if every else f"release {number}"
    click.echo(f"Wrote {what} to {path}")


@verb()
@click.argument("path", metavar="PATH")
def restore(path: str) -> None:
    """Publish the releases of the zip at PATH that `export` wrote."""
    restored = files.restore(Ledger.open(), Path(path), progress=progress("releases"))
    for release in restored:
        echo_release(release)
    if not restored:
        echo_release(None)


@verb()
def tidy() -> None:
    """Delete files that a killed publish left behind: known to no release, and older than a day."""
    count = delete_unknown_files(Store.from_environment(), YOUNGEST)
    click.echo(f"Deleted {count} file(s) that no release knows.")
