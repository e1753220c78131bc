"""Verbs for signatures of releases: a key to sign with, and the check of a zip."""

from pathlib import Path

import click

from etl.commands import verb
from etl.ledger.signing import judge_zip, make_key


@verb()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def key(path: Path) -> None:
    """Write a new key to FILE, for LEDGER_SIGNING_KEY; whoever has the file can sign as you."""
    click.echo(f"Wrote {path}. Its fingerprint: {make_key(path)}")


@verb()
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--key", "trusted", required=True, help="the fingerprint of the key, as the Sources page says it")
def verify(path: Path, trusted: str) -> None:
    """Hold every release of the zip at PATH against its signature: the manifest, and each table against it."""
    wrong = 0
    for release in judge_zip(path):
        faults = list(release.wrong)
        if release.signature is None:
            faults = [f"Release {release.number}: not signed."]
        elif _plain(release.signature.fingerprint) != _plain(trusted):
            faults.append(f"Release {release.number}: signed with another key, {release.signature.fingerprint}.")
        else:
            said = f"Release {release.number}: signed on {release.signature.says['signed_at']}"
            click.echo(f"{said}, but:" if faults else f"{said}, and every table is as it was signed.")
        wrong += len(faults)
        for fault in faults:
            click.echo(fault, err=True)
    if wrong:
        raise ValueError(f"{wrong} thing(s) are not proved by that key.")


def _plain(fingerprint: str) -> str:
    return "".join(fingerprint.split()).lower()
