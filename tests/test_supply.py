"""What we depend on: licences that fit, a bill of materials that is valid, weaknesses found in a database that is given."""

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from supply.__main__ import supply
from supply.audit import is_affected
from supply.licences import compatible, problems
from supply.packages import Package, locked

ODD = Package("odd", "1.0", "GPL-3.0-only", (), frozenset())


@pytest.fixture(scope="module")
def packages() -> list[Package]:
    return locked()


def run(*arguments: str):
    return CliRunner().invoke(supply, arguments)


def test_every_licence_fits(packages):
    assert not problems(packages)
    assert run("licences").exit_code == 0


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ("MIT", True), ("GPL-3.0-only OR MIT", True), ("GPL-3.0-only AND MIT", False), ("AGPL-3.0-or-later", False),
        ("MIT AND (AGPL-3.0-only OR 0BSD)", True), ("", False), ("whatever we like", False), ("MIT AND", False),
    ],
)  # fmt: skip
def test_a_licence_fits_when_all_it_asks_for_is_compatible(expression, fits):
    assert compatible(expression) is fits


def test_a_licence_that_does_not_fit_is_named():
    assert problems([ODD])[0].startswith("odd 1.0 is under “GPL-3.0-only”")
    assert "says no licence" in problems([Package("mute", "2", "", (), frozenset())])[0]


def test_a_package_that_is_not_as_locked_stops_with_its_name(tmp_path):
    (tmp_path / "lock").write_text("pandas==0.1 \\\n    --hash=sha256:" + 64 * "0" + "\nnone-such==1 \\\n")
    with pytest.raises(SystemExit, match=r"pandas 0\.1, none-such 1"):
        locked(tmp_path / "lock")


def test_the_bill_of_materials_is_valid_and_whole(packages, tmp_path):
    path = tmp_path / "sbom.json"
    assert run("sbom", str(path)).exit_code == 0
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(path.read_text()) is None
    bom = json.loads(path.read_text())
    assert {one["purl"] for one in bom["components"]} == {f"pkg:pypi/{one.name}@{one.version}" for one in packages}
    assert all(one["licenses"] and one["hashes"] for one in bom["components"])
    needs = {one["ref"]: one.get("dependsOn", []) for one in bom["dependencies"]}
    assert any(
        ref.startswith("starlette==") for ref in needs[next(ref for ref in needs if ref.startswith("streamlit=="))]
    )


AFFECTED = {"ranges": [{"type": "ECOSYSTEM", "events": [
    {"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2.0rc1"}, {"last_affected": "2.3"},
]}], "versions": ["7.7"]}  # fmt: skip


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ("0.1", True), ("1.2", False), ("1.10", False), ("2.0", True), ("2.3", True), ("2.3.post1", False), ("7.7", True),
    ],
)  # fmt: skip
def test_a_version_is_affected_by_range_or_list(version, affected):
    assert is_affected(version, AFFECTED) is affected


def test_an_audit_finds_what_the_database_names(packages, tmp_path):
    def record(name: str, **more) -> str:
        affected = [{"package": {"ecosystem": "PyPI", "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}]  # fmt: skip
        return json.dumps({"id": f"X-{name}", "summary": "a hole", "aliases": ["CVE-1"], "affected": affected, **more})

    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("1.json", record("Typing_Extensions"))
        archive.writestr("2.json", record("pandas", withdrawn="2026-01-01T00:00:00Z"))
        archive.writestr("3.json", record("not-ours"))
    found = run("audit", "--database", str(tmp_path / "all.zip"))
    version = next(one.version for one in packages if one.name == "typing-extensions")
    assert found.exit_code == 1
    assert found.output.splitlines()[0] == f"typing-extensions {version}: X-Typing_Extensions, CVE-1: a hole"
    assert found.output.splitlines()[1] == f"{len(packages)} packages against 3 records: 1 known weaknesses."


def test_an_audit_without_a_database_says_that_nothing_was_audited(tmp_path):
    for arguments in ((), ("--database", str(tmp_path))):
        told = run("audit", *arguments)
        assert (told.exit_code, told.output.startswith("Nothing was audited: ")) == (2, True)
    (tmp_path / "note.txt").write_text("no database")
    told = run("audit", "--database", str(Path(tmp_path / "note.txt")))
    assert told.exit_code == 1 and "is no zip and no folder of OSV records" in told.output
