"""A signed release proves itself wherever its zip goes; what is not signed, or not as it was signed, is named."""

import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from test_export import OLD_ZIP, with_a_file

from dashboard.sections.signatures import signatures
from dashboard.web.api.releases import about
from etl.__main__ import cli
from etl.datasets import all_datasets
from etl.export import export_zip
from etl.importing.restore import restore
from etl.ledger.ledger import Ledger
from etl.ledger.signing import Signature, judge_zip, make_key
from etl.ledger.store import Store
from etl.settings import variable


@pytest.fixture
def key(tmp_path, monkeypatch) -> str:
    """The fingerprint of the key that releases are signed with from now on."""
    fingerprint = make_key(tmp_path / "key.pem")
    monkeypatch.setenv(variable("signing_key"), str(tmp_path / "key.pem"))
    return fingerprint


def with_another_row(ledger: Ledger) -> None:
    """Publish a release with a row of SIPRI that no reader's zip may hold."""
    spending = ledger.current()["spending"]
    row = spending[spending["publisher"] == "SIPRI"].iloc[[0]].assign(measure="defence_expenditure_usd_current_million")
    ledger.publish({"spending": pd.concat([spending, row])}, author="Ana", message="more of SIPRI")


@pytest.fixture
def signed(few_ledger, key) -> Ledger:
    """A ledger whose first release is older than its key."""
    with_another_row(few_ledger)
    return few_ledger


def run(*arguments: str):
    return CliRunner().invoke(cli, arguments)


def test_a_key_is_for_its_owner_and_never_overwritten(tmp_path):
    path = tmp_path / "key.pem"
    made = run("key", str(path))
    assert made.exit_code == 0 and len(made.output.rpartition(": ")[2].split()) == 8
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    again = run("key", str(path))
    assert again.exit_code == 1 and "File exists" in again.output and path.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("shareable_only", [False, True])
def test_a_zip_is_proved_by_the_fingerprint_also_without_what_a_licence_keeps_back(
    signed, key, tmp_path, shareable_only
):
    export_zip(signed, 2, tmp_path / "two.zip", shareable_only=shareable_only)
    proved = run("verify", str(tmp_path / "two.zip"), "--key", key.upper().replace(" ", ""))
    assert proved.exit_code == 0 and "Release 2: signed on" in proved.output
    with zipfile.ZipFile(tmp_path / "two.zip") as archive:
        assert key in archive.read("README.md").decode()


@pytest.mark.slow
def test_a_release_from_before_the_key_is_said_not_to_be_signed(signed, key, tmp_path):
    export_zip(signed, 2, tmp_path / "all.zip", every=True)
    judged = run("verify", str(tmp_path / "all.zip"), "--key", key)
    assert (
        judged.exit_code == 1 and "Release 1: not signed." in judged.output and "Release 2: signed on" in judged.output
    )
    assert signatures(signed) == [
        f"Signed with the key whose fingerprint is {key}: release 2.", "Not signed: release 1.",
    ]  # fmt: skip
    unsigned, newer = (about(release)["signature"] for release in signed.releases())
    assert unsigned is None and newer["fingerprint"] == key


@pytest.mark.slow
def test_without_a_key_nothing_is_signed(few_ledger, tmp_path):
    export_zip(few_ledger, 1, tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert "This release is not signed." in archive.read("README.md").decode()
    assert signatures(few_ledger) == ["Not signed: release 1."]


def changed(source: Path, target: Path, change) -> str:
    """The zip with its release's part of the manifest and its files changed; what the check then says."""
    with zipfile.ZipFile(source) as held, zipfile.ZipFile(target, "w") as out:
        files = {name: held.read(name) for name in held.namelist()}
        manifest = json.loads(files["manifest.json"])
        change(manifest["releases"][0], files)
        for name, content in (files | {"manifest.json": json.dumps(manifest).encode()}).items():
            out.writestr(name, content)
    return " ".join(fault for release in judge_zip(target) for fault in release.wrong)


def another_figure(release, files):
    path = release["tables"]["spending"]
    (Path(files["folder"].decode()) / "t.parquet").write_bytes(files[path])
    table = pd.read_parquet(Path(files["folder"].decode()) / "t.parquet")
    table.loc[0, "value"] += 0.1
    files[path] = table.to_parquet(index=False)


def another_author(release, files):
    release["author"] = "Eve"


def another_manifest(release, files):
    release["extra"]["signed"]["manifest"] = release["extra"]["signed"]["manifest"].replace("Ana", "Eve")


def no_table(release, files):
    del release["tables"]["targets"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (another_figure, "Release 2: the table spending is not the one that was signed."),
        (another_author, "number, author or message are not those that were signed"),
        (another_manifest, "the signature is not of its manifest"),
        (no_table, "the table targets is missing"),
        (lambda release, files: None, ""),
    ],
)
def test_what_is_not_as_it_was_signed_is_named(signed, tmp_path, change, said):
    export_zip(signed, 2, tmp_path / "two.zip")

    def with_folder(release, files):
        files["folder"] = str(tmp_path).encode()
        change(release, files)

    found = changed(tmp_path / "two.zip", tmp_path / "changed.zip", with_folder)
    assert said in found and bool(said) == bool(found)


@pytest.mark.slow
def test_another_key_proves_nothing(signed, tmp_path):
    export_zip(signed, 2, tmp_path / "two.zip")
    other = make_key(tmp_path / "other.pem")
    judged = run("verify", str(tmp_path / "two.zip"), "--key", other)
    assert judged.exit_code == 1 and "signed with another key" in judged.output
    assert run("verify", str(tmp_path / "other.pem"), "--key", other).exit_code == 1


@pytest.mark.slow
def test_a_ledger_that_moves_keeps_its_signatures_and_gets_no_others(own_ledger, key, tmp_path):
    with_a_file(own_ledger)
    export_zip(own_ledger, 2, tmp_path / "all.zip", every=True)
    moved = Ledger(Store(f"sqlite:{tmp_path / 'moved' / 'catalog.sqlite'}", str(tmp_path / "moved" / "parquet")))
    restore(moved, tmp_path / "all.zip")
    assert [Signature.of(one.extra) for one in moved.releases()] == [
        Signature.of(one.extra) for one in own_ledger.releases()
    ]
    export_zip(moved, 2, tmp_path / "again.zip")
    assert judge_zip(tmp_path / "again.zip")[0].wrong == ()
    export_zip(moved, 1, tmp_path / "one.zip")
    restore(moved, tmp_path / "one.zip")  # as a release of its own
    assert Signature.of(moved.release(3).extra).says["release"] == 3


@pytest.mark.slow
def test_a_ledger_of_an_earlier_version_stays_unsigned(key, tmp_path):
    moved = Ledger(Store(f"sqlite:{tmp_path / 'moved' / 'catalog.sqlite'}", str(tmp_path / "moved" / "parquet")))
    made = restore(moved, OLD_ZIP)
    assert made and signatures(moved) == [f"Not signed: releases 1–{len(made)}."]
    newer = moved.publish({"targets": moved.current()["targets"].iloc[1:]}, author="Ana", message="one less")
    assert set(Signature.of(newer.extra).says["tables"]) == set(all_datasets())
