"""Verbs that move a ledger and keep it in order."""

from pathlib import Path

import click

from etl import export as files
from etl.commands import author_option, echo_release, progress, verb
from etl.datasets import all_datasets
from etl.importing import restore as restoring
from etl.importing.proposal import Request, keep_original, propose
from etl.ledger.audit import COMMAND_LINE
from etl.ledger.compaction import compact as make_compact
from etl.ledger.ledger import Ledger
from etl.ledger.originals import take_out as take_original_out
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
    restored = restoring.restore(Ledger.open(), Path(path), progress=progress("releases"))
    for release in restored:
        echo_release(release)
    if not restored:
        echo_release(None)


@verb()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dataset", default="spending", type=click.Choice(list(all_datasets())), help="which it is a file for")
@click.option("--edition", help="of the file, where it does not tell: year and month")
@click.option("--message", default="The original of figures held", help="why; everybody sees it in the history")
@author_option
def keep(file: Path, dataset: str, edition: str | None, message: str, author: str) -> None:
    """Keep a publisher's own FILE whose figures the ledger holds already: they then lead to its cells."""
    ledger = Ledger.open()
    proposed = propose(ledger, Request(file.read_bytes(), file.name, dataset, edition=edition))
    echo_release(keep_original(ledger, proposed, author=author, message=message))


@verb()
def tidy() -> None:
    """Delete files that a killed publish left behind: known to no release, and older than a day."""
    count = delete_unknown_files(Store.from_environment(), YOUNGEST)
    click.echo(f"Deleted {count} file(s) that no release knows.")


@verb()
def compact() -> None:
    """Make many small files one and forget commits that are no releases; every release stays."""
    done = make_compact(Store.from_environment())
    click.echo(
        f"Merged {done.merged} file(s), forgot {done.forgotten} commit(s) that are no releases, "
        f"deleted {done.deleted} file(s) of earlier compactions."
    )


@verb("take-out")
@click.argument("sha256", metavar="SHA256")
@click.option("--reason", required=True, help="why, for the audit log")
@author_option
def take_out(sha256: str, reason: str, author: str) -> None:
    """Take the original file with this SHA256 out for good. Releases made from it stay; the audit log keeps the reason."""
    try:
        name = take_original_out(Store.from_environment(), sha256, who=author, why=reason, where=COMMAND_LINE)
    except LookupError:
        raise ValueError(f"No original file has the sha256 {sha256}: the history on Update names them.") from None
    click.echo(f"Took out {name}.")
