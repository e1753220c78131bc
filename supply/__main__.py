"""`python -m supply licences|sbom|audit`: what the locked packages are, may be used for, and are known to suffer from."""

from pathlib import Path

import click

from supply.audit import findings
from supply.licences import problems
from supply.packages import locked
from supply.sbom import bill_of_materials


@click.group()
def supply() -> None:
    """The packages that the product needs to run, as locked and installed."""


@supply.command()
def licences() -> None:
    """List every package's licence; exit code 1 when one does not fit."""
    packages = locked()
    for one in packages:
        click.echo(f"{one.name:<32} {one.version:<16} {one.licence or '?'}")
    if wrong := problems(packages):
        raise SystemExit("\n".join(wrong))


@supply.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def sbom(path: Path) -> None:
    """Write the bill of materials (CycloneDX, JSON) to PATH."""
    packages = locked()
    path.write_text(bill_of_materials(packages), encoding="utf-8")
    click.echo(f"Wrote {len(packages)} packages to {path}.")


@supply.command()
@click.option("--database", type=click.Path(exists=True, path_type=Path), help="zip or folder of OSV records")
def audit(database: Path | None) -> None:
    """Compare with a database of weaknesses; exit code 1 when there are some, 2 when nothing was compared."""
    if database is None:
        click.echo(
            "Nothing was audited: give a database of OSV records by --database. Its zip for Python is at\n"
            "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip; nothing is fetched from here.",
            err=True,
        )
        raise SystemExit(2)
    packages = locked()
    read, found = findings(packages, database)
    if not read:
        click.echo(f"Nothing was audited: {database} holds no records of Python packages.", err=True)
        raise SystemExit(2)
    for sentence in found:
        click.echo(sentence)
    click.echo(f"{len(packages)} packages against {read:,} records: {len(found)} known weaknesses.")
    raise SystemExit(bool(found))


if __name__ == "__main__":
    supply()
